"""The banner on every page while a bot waits to be let in.

{% load lobby %}{% waiting_bots as waiting %}     one query; nothing without a workspace
"""

from django import template
from django.template import Context

from calendars.lobby import Waiting, waiting_for

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_bots(context: Context, told_here: str = "") -> list[Waiting]:
    """Those that this person can help, without the one whose own page says it."""
    request = context.get("request")
    workspace = getattr(request, "workspace", None)
    if not (request and workspace):
        return []
    return waiting_for(workspace, request.user, told_here=told_here)
