"""The list of bots: three tabs, what narrows them, and how a page goes on where the last ended.

live       in a meeting or on the way, the latest start first
upcoming   waiting for their time, the next one first
past       came home or never went, the latest first
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Workspace
from bots.invitation_links import addresses_in
from bots.links import same_room
from bots.models import Bot, BotQuerySet, Outcome
from bots.querysets import IN_ROOM, MOVING
from upstream.states import FINAL, BotState

LIVE, UPCOMING, PAST = "live", "upcoming", "past"
TABS = {
    LIVE: ("Live now", (*MOVING, *IN_ROOM)),
    UPCOMING: ("Upcoming", (BotState.SCHEDULED,)),
    PAST: ("Past", FINAL),
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """One outcome, and how many bots ended so."""

    outcome: str
    label: str
    count: int


def narrowed(workspace: Workspace, asked: Mapping[str, Any]) -> BotQuerySet:
    """The bots that the filters let through, of all tabs."""
    found = workspace.bots.all()
    for field, name in (("state", "state"), ("outcome", "outcome"), ("platform", "platform")):
        if value := asked.get(name):
            found = found.filter(**{field: value})
    if person := asked.get("person"):
        found = found.filter(requested_by=person)
    if since := asked.get("since"):
        found = found.filter(starts_at__gte=_midnight(since))
    if until := asked.get("until"):
        found = found.filter(starts_at__lt=_midnight(until + timedelta(days=1)))
    if words := asked.get("q"):
        found = found.filter(_matches(words))
    return found


def endings(found: BotQuerySet) -> list[Ending]:
    """How those that are back ended, most of all first; the numbers add up to the tab's."""
    counted = found.filter(state__in=FINAL).order_by().values_list("outcome")
    numbers = dict(counted.annotate(number=Count("pk")))
    known = [Ending(one.value, one.label, numbers[one]) for one in Outcome if numbers.get(one)]
    return sorted(known, key=lambda ending: -ending.count)


def tabs(found: BotQuerySet, current: str) -> list[Tab]:
    """The tabs with how many each holds, in one query."""
    counts = found.aggregate(
        **{name: Count("id", filter=Q(state__in=states)) for name, (_, states) in TABS.items()}
    )
    return [Tab(name, label, counts[name], name == current) for name, (label, _) in TABS.items()]


def in_tab(found: BotQuerySet, tab: str) -> BotQuerySet:
    """The rows of one tab in their order, with all that a row shows."""
    rows = found.filter(state__in=TABS[tab][1]).select_related("requested_by")
    return (
        rows.order_by("starts_at", "id") if tab == UPCOMING else rows.order_by("-starts_at", "-id")
    )


def after(rows: BotQuerySet, tab: str, last: Bot) -> BotQuerySet:
    """What follows `last`; it stays right while bots come and go before it."""
    if tab == UPCOMING:
        beyond = Q(starts_at__gt=last.starts_at) | Q(starts_at=last.starts_at, id__gt=last.pk)
    else:
        beyond = Q(starts_at__lt=last.starts_at) | Q(starts_at=last.starts_at, id__lt=last.pk)
    return rows.filter(beyond)


def _matches(words: str) -> Q:
    """Words of the title; of a link, the room, for the same meeting has many links."""
    found = Q(title__icontains=words) | Q(meeting_url__icontains=words)
    for address in addresses_in([words]):
        found |= Q(meeting_key__istartswith=same_room(address))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
