"""A month of 10,000 meetings: performance.md §3. Both sides are measured in one run."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Workspace
from calendars.meeting_links import link_of
from calendars.merging import Merged, merge
from calendars.models import Calendar, Event, EventChange, Series
from tests.calendars.factories import make_calendar
from tests.calendars.test_sync import told
from upstream.events import Attendee, CalendarEvent

pytestmark = pytest.mark.django_db
MANY = 10_000
SAMPLE = 400
PEOPLE = (Attendee("a@acme.example", "A", "accepted"), Attendee("b@acme.example", "B"))


@pytest.fixture
def local(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def a_month(count: int) -> list[CalendarEvent]:
    return [
        told(
            number,
            starts_at=told().starts_at + timedelta(minutes=number),
            ends_at=told().ends_at + timedelta(minutes=number),
            meeting_url=f"https://us02web.zoom.us/j/9{number:010}?pwd=x",
            platform="zoom",
            attendees=PEOPLE,
            texts=(),
        )
        for number in range(count)
    ]


def one_by_one(calendar: Calendar, events: list[CalendarEvent]) -> None:
    """The plain way: get, compare, save."""
    for one in events:
        link = link_of(one)
        owner: dict[str, Any] = {"workspace": calendar.workspace, "calendar": calendar}
        series, _ = Series.objects.get_or_create(upstream_id=one.series_id, **owner)
        fields = {
            "series": series, "title": one.title, "starts_at": one.starts_at,
            "ends_at": one.ends_at, "meeting_url": link.url, "link_source": link.source,
            "link_flags": list(link.flags), "platform": one.platform,
        }  # fmt: skip
        new = {"identity": f"series:{one.series_id}", "original_start": one.starts_at, **owner}
        event, is_new = Event.objects.get_or_create(
            calendar=calendar, upstream_id=one.event_id, defaults={**fields, **new}
        )
        changed = {name: value for name, value in fields.items() if getattr(event, name) != value}
        if changed and not is_new:
            for name, value in changed.items():
                setattr(event, name, value)
            event.save()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.mark.parametrize(
    "ratio",
    [
        pytest.param(6, id="on a busy machine"),
        pytest.param(15, id="the budget, on a quiet machine", marks=pytest.mark.slow),
    ],
)
def test_merging_beats_one_by_one(
    local: Calendar, workspace: Workspace, alice_user: User, ratio: int
) -> None:
    other = make_calendar(workspace, alice_user)
    few, many = a_month(SAMPLE), a_month(MANY)
    slowly = seconds(lambda: one_by_one(other, few)) * MANY / SAMPLE
    assert seconds(lambda: merge(local, many)) * ratio < slowly
    slowly = seconds(lambda: one_by_one(other, few)) * MANY / SAMPLE
    assert seconds(lambda: merge(local, many)) * ratio < slowly  # nothing is new


def test_rows_rewritten_are_rows_changed(local: Calendar) -> None:
    many = a_month(MANY)
    with CaptureQueriesContext(database) as statements:
        assert len(merge(local, many).added) == MANY
    assert len(statements) <= 10
    with CaptureQueriesContext(database) as statements:
        assert merge(local, many) == Merged()
    assert len(statements) <= 10
    later = timedelta(hours=1)
    moved = [
        replace(one, starts_at=one.starts_at + later, ends_at=one.ends_at + later)
        if number % 100 == 0
        else one
        for number, one in enumerate(many)
    ]
    with CaptureQueriesContext(database) as statements:
        assert len(merge(local, moved).changed) == MANY // 100
    assert len(statements) <= 10
    assert EventChange.objects.filter(kind="moved").count() == MANY // 100
