"""The banner on every page while a calendar cannot be read, or no bot can come on behalf of a
Zoom account.

{% load troubles %}{% troubles as troubles %}     one query when all is well, none outside
a workspace
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template import Context
from django.utils import timezone

from accounts.models import Membership, Workspace
from accounts.roles import Permission
from bots.models import Bot
from calendars.models import Calendar, Event, Outage
from upstream.states import BotState, Platform
from zoom.health import Finding
from zoom.health import troubled as troubled_accounts
from zoom.models import ZoomAccount

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


@dataclass(frozen=True, slots=True)
class ZoomTrouble:
    """One Zoom account that only a person can mend, as one reader sees it."""

    account: ZoomAccount
    finding: Finding
    at_risk: int
    is_mine: bool
    can_mend: bool


@dataclass(frozen=True, slots=True)
class Troubles:
    calendars: Sequence[Trouble] = ()
    zoom: Sequence[ZoomTrouble] = ()


@register.simple_tag(takes_context=True)
def troubles(context: Context) -> Troubles:
    """What is broken in the workspace; a calendar never connected at all, to its owner only."""
    membership = getattr(context.get("request"), "membership", None)
    return of(membership) if membership else Troubles()


def of(membership: Membership) -> Troubles:
    """What this member should know of."""
    workspace, now = membership.workspace, timezone.now()
    calendars = Calendar.objects.filter(workspace=workspace).troubled(now)
    accounts = ZoomAccount.objects.questionable(workspace)
    asked = Workspace.objects.filter(pk=workspace.pk)
    has_calendars, has_accounts = asked.values_list(Exists(calendars), Exists(accounts)).get()
    return Troubles(
        _of_calendars(calendars, membership) if has_calendars else (),
        _of_zoom(membership, now) if has_accounts else (),
    )


def _of_calendars(calendars: Iterable[Calendar], membership: Membership) -> list[Trouble]:
    found = []
    for calendar in calendars:
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


def _of_zoom(membership: Membership, now: datetime) -> list[ZoomTrouble]:
    accounts = ZoomAccount.objects.annotate(at_risk=_meetings_at_risk(now) + _bots_at_risk(now))
    return [
        ZoomTrouble(
            account,
            finding,
            vars(account)["at_risk"],
            is_mine := account.user_id == membership.user_id,
            is_mine or membership.may(Permission.MEND_ANY),
        )
        for account, finding in troubled_accounts(accounts, membership.workspace)
    ]


def _meetings_at_risk(now: datetime) -> Coalesce:
    """Zoom meetings of the account's owner that are to be recorded."""
    theirs = Event.objects.filter(
        workspace=OuterRef("workspace"),
        calendar__connection__user=OuterRef("user"),
        platform=Platform.ZOOM,
        will_record=True,
    )
    return _number(theirs.standing().running_or_ahead(now))


def _bots_at_risk(now: datetime) -> Coalesce:
    """Those the owner sent by hand to a Zoom meeting."""
    theirs = Bot.objects.filter(
        workspace=OuterRef("workspace"),
        requested_by=OuterRef("user"),
        platform=Platform.ZOOM,
        state=BotState.SCHEDULED,
        is_by_hand=True,
        starts_at__gt=now,
    )
    return _number(theirs)


def _number(rows: QuerySet[Event] | QuerySet[Bot]) -> Coalesce:
    counted = rows.order_by().values(of=F("workspace")).annotate(number=Count("id"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)


@register.filter
def bill_for(bills: dict[int, Outage], calendar: Calendar) -> Outage | None:
    """The last settled outage of this calendar."""
    return bills.get(calendar.pk)
