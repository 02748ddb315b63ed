"""What can be done with a row, beside its fields.

{% load support %}{% links_of original request.user as links %}
"""

from typing import Any

from django import template
from django.urls import reverse

from accounts.models import User
from bots.models import Bot
from calendars.models import Event
from support import actions, finding

register = template.Library()


@register.simple_tag
def links_of(row: Any, user: User) -> list[tuple[str, str]]:
    """(label, path): the case file of a bot or an event, and each action that is open."""
    case = [("Case file", finding.page_of(row))] if isinstance(row, Bot | Event) else []
    open_ones = (
        (f"{action.label}…", reverse("admin:support_act", args=[name, row.public_id]))
        for name, action in actions.open_to(row)
        if user.has_perm(action.permission)
    )
    return [*case, *open_ones]
