"""The banner on every page while a calendar cannot be read.

{% load troubles %}{% calendar_troubles as troubles %}     one query; nothing without a workspace
"""

from dataclasses import dataclass

from django import template
from django.template import Context
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from calendars.models import Calendar, Outage

register = template.Library()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One calendar that only a person can mend, as one reader sees it."""

    calendar: Calendar
    at_risk: int
    is_mine: bool
    can_mend: bool

    @property
    def is_stuck(self) -> bool:
        """It was never connected at all: another reason, and nothing to reconnect."""
        return not self.calendar.upstream_id


@register.simple_tag(takes_context=True)
def calendar_troubles(context: Context) -> list[Trouble]:
    """The broken calendars of the workspace; those never connected at all, to their owner only."""
    membership = getattr(context.get("request"), "membership", None)
    return of(membership) if membership else []


def of(membership: Membership) -> list[Trouble]:
    """What this member should know of."""
    found = []
    for calendar in Calendar.objects.filter(workspace=membership.workspace_id).troubled(
        timezone.now()
    ):
        is_mine = calendar.connection.user_id == membership.user_id
        trouble = Trouble(
            calendar,
            vars(calendar)["at_risk"],
            is_mine,
            is_mine or membership.may(Permission.MEND_ANY),
        )
        if is_mine or not trouble.is_stuck:
            found.append(trouble)
    return found


@register.filter
def bill_for(bills: dict[int, Outage], calendar: Calendar) -> Outage | None:
    """The last settled outage of this calendar."""
    return bills.get(calendar.pk)
