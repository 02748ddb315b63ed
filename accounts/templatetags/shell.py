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
    ("/bots/", "Bots"),
    ("/recordings/", "Recordings"),
    ("/calendars/", "Calendars"),
    ("/settings/", "Settings"),
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
    request = context.get("request")
    here = request.path if request else ""
    return [
        Place(path, label, here.startswith(path) if path != "/" else here == "/")
        for path, label in SECTIONS
    ]
