"""The frame around every page: which section of the product the reader is in.

{% load shell %}{% sections as places %}     on /bots/…, the place "Bots" has is_current
"""

from dataclasses import dataclass

from django import template
from django.template import Context

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

# (path, label, is for the owner and admins only)
SETTINGS = (
    ("/settings/", "You", False),
    ("/account/email/", "Email address", False),
    ("/account/password/change/", "Password", False),
    ("/account/second-step/", "Second step", False),
    ("/account/connected/", "Google and Microsoft", False),
    ("/account/sessions/", "Where you are signed in", False),
    ("/settings/data/", "Your data", False),
    ("/settings/workspace/", "Workspace", False),
    ("/settings/bots/", "Bots", False),
    ("/settings/service/", "Recording service", False),
    ("/settings/recordings/", "Recordings", False),
    ("/settings/members/", "Members", False),
    ("/settings/history/", "History", True),
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
def settings_pages(context: Context) -> list[Place]:
    """Return the pages of the settings that this person may open."""
    request = context["request"]
    membership = getattr(request, "membership", None)
    may_manage = bool(membership and membership.can_manage)
    here = _path(context)
    return [
        Place(path, label, here == path or (path != "/settings/" and here.startswith(path)))
        for path, label, is_for_managers in SETTINGS
        if may_manage or not is_for_managers
    ]


def _path(context: Context) -> str:
    request = context.get("request")
    return request.path if request else ""
