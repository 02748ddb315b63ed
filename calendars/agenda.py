"""The agenda: rows with their answer, under the day they fall on in the viewer's zone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from calendars import policies
from calendars.days import day_of
from calendars.decisions import decide
from calendars.models import Choice, Event, EventChange
from calendars.rows import Row


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    rows: tuple[Row, ...]
    is_today: bool
    is_tomorrow: bool


def make_rows(events: Iterable[Event], now: datetime | None = None) -> Iterator[Row]:
    """Give each event its choice and its decision, in a few queries however many there are."""
    now = now or timezone.now()
    events = list(events)
    choices = Choice.objects.for_events(events)
    news = EventChange.objects.news_of(events, now)
    by_workspace = policies.for_events(events)
    sharing = _sharing(events)
    for event in events:
        choice, policy = choices.get(event.choice_key), by_workspace[event.workspace_id]
        yield Row(
            event,
            decide(event, policy, choice, event.calendar, now),
            choice,
            news.get(event.pk),
            tuple(sharing.get((event.bot_id, event.calendar_id), ())),
            policy.homes,
        )


def _sharing(events: Iterable[Event]) -> dict[tuple[int | None, int], list[str]]:
    """For each bot and calendar, whose other calendars want that bot as well."""
    bots = {event.bot_id for event in events if event.bot_id}
    if not bots:
        return {}
    wanting = Event.objects.filter(bot__in=bots, will_record=True, gone_at=None)
    wanted: dict[int, dict[int, str]] = defaultdict(dict)
    for one in (
        wanting.filter(calendar__disconnected_at=None)
        .select_related("calendar__connection__user")
        .defer("calendar__connection__refresh_token")
    ):
        if one.bot_id:
            wanted[one.bot_id][one.calendar_id] = one.calendar.owner.get_full_name()
    return {
        (event.bot_id, event.calendar_id): sorted(
            {name for pk, name in wanted[event.bot_id].items() if pk != event.calendar_id}
        )
        for event in events
        if event.bot_id
    }


def by_day(rows: Iterable[Row], *, is_reversed: bool = False) -> list[Day]:
    """Put rows that are in order under their day, in the zone that is active, each day once."""
    today = timezone.localdate()

    def on(row: Row) -> date:
        return day_of(row.event)

    return [
        Day(day, tuple(group), day == today, day == today + timedelta(days=1))
        for day, group in groupby(sorted(rows, key=on, reverse=is_reversed), key=on)
    ]
