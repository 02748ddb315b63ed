"""The frame around every page: which section of the product the reader is in.

{% load shell %}{% sections as places %}     on /bots/…, the place "Bots" has is_current
"""

from dataclasses import dataclass

from django import template
from django.template import Context

from accounts.roles import Permission

register = template.Library()

SECTIONS = (
    ("/", "Home"),
    ("/events/", "Meetings"),
    ("/coverage/", "Coverage"),
    ("/bots/", "Bots"),
    ("/recordings/", "Recordings"),
    ("/calendars/", "Calendars"),
    ("/settings/", "Settings"),
)

# Pages that lie elsewhere and are reached from one of the sections.
INSIDE = {"/account/": "/settings/", "/rules/": "/events/"}

# (path, label, what one must be allowed to do to open it), by whom they are about
Pages = tuple[tuple[str, str, Permission], ...]
OWN_SETTINGS: Pages = (
    ("/settings/", "You", Permission.LOOK),
    ("/settings/notifications/", "Notifications", Permission.LOOK),
    ("/account/email/", "Email address", Permission.LOOK),
    ("/account/password/change/", "Password", Permission.LOOK),
    ("/account/second-step/", "Second step", Permission.LOOK),
    ("/account/connected/", "Google and Microsoft", Permission.LOOK),
    ("/account/sessions/", "Where you are signed in", Permission.LOOK),
    ("/settings/data/", "Your data", Permission.LOOK),
)
WORKSPACE_SETTINGS: Pages = (
    ("/settings/workspace/", "Workspace", Permission.LOOK),
    ("/settings/bots/", "Bots", Permission.LOOK),
    ("/settings/service/", "Recording service", Permission.LOOK),
    ("/settings/zoom/", "Zoom", Permission.LOOK),
    ("/settings/recordings/", "Recordings", Permission.LOOK),
    ("/settings/people/", "People", Permission.LOOK),
    ("/settings/history/", "History", Permission.HISTORY),
    ("/settings/support/", "Support access", Permission.LOOK),
)


@dataclass(frozen=True)
class Place:
    """One link of the navigation."""

    path: str
    label: str
    is_current: bool


@register.simple_tag(takes_context=True)
def sections(context: Context) -> list[Place]:
    """Return the navigation, with the section that the page belongs to marked."""
    here = _path(context)
    inside = next((home for path, home in INSIDE.items() if here.startswith(path)), here)
    return [
        Place(path, label, inside.startswith(path) if path != "/" else inside == "/")
        for path, label in SECTIONS
    ]


@register.simple_tag(takes_context=True)
def settings_pages(context: Context) -> list[tuple[str, list[Place]]]:
    """Return the pages of the settings that this person may open, by whom they are about."""
    request = context["request"]
    membership = getattr(request, "membership", None)
    here = _path(context)
    groups: list[tuple[str, Pages]] = [("You", OWN_SETTINGS)]
    if membership:
        groups.append((membership.workspace.name, WORKSPACE_SETTINGS))
    return [
        (
            heading,
            [
                Place(path, label, here == path or (path != "/settings/" and here.startswith(path)))
                for path, label, permission in pages
                if permission == Permission.LOOK or (membership and membership.may(permission))
            ],
        )
        for heading, pages in groups
    ]


@register.simple_tag(takes_context=True)
def abilities(context: Context) -> str:
    """What this person may do, for the page's body: controls they may not use stay out of sight.

    Fragments are published to everybody alike, so they cannot leave a control out: they name what
    it needs (`data-needs`), and css/components/ability.css hides it. Views refuse by themselves.
    """
    membership = getattr(context.get("request"), "membership", None)
    return " ".join(one for one in Permission if membership and membership.may(one))


def _path(context: Context) -> str:
    request = context.get("request")
    return request.path if request else ""
