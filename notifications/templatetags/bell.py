"""The bell in the header of every page.

{% load bell %}{% unread_news as unread %}     one query; nothing without a workspace
"""

from django import template
from django.http import HttpRequest
from django.template import Context

from notifications.models import Notification

register = template.Library()

COUNTED = 100  # beyond that nobody wants to know how many


def unread_count(request: HttpRequest) -> int:
    """How many this person has not read in this workspace; never more than COUNTED."""
    workspace = getattr(request, "workspace", None)
    if workspace is None or not request.user.is_authenticated:
        return 0
    mine = Notification.objects.shown_to(request.user, workspace).unread()
    return mine[:COUNTED].count()


@register.simple_tag(takes_context=True)
def unread_news(context: Context) -> int:
    request = context.get("request")
    return unread_count(request) if request else 0


@register.filter
def as_count(number: int) -> str:
    return f"{COUNTED - 1}+" if number >= COUNTED else str(number)
