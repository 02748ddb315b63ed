"""Meetings stand under the day they fall on for whoever looks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from calendars.agenda import by_day, make_rows
from calendars.models import Event
from tests.calendars.factories import make_calendar, make_event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_reversed", [False, True])
def test_west_of_greenwich_each_day_has_one_heading(
    workspace: Workspace, alice_user: User, is_reversed: bool
) -> None:
    calendar = make_calendar(workspace, alice_user)
    for hour, is_all_day in ((0, True), (2, False), (15, False)):
        make_event(
            calendar, starts_at=datetime(2027, 1, 22, hour, tzinfo=UTC), is_all_day=is_all_day
        )
    events = Event.objects.for_list()
    ordered = events.from_place(None, is_reversed=is_reversed)
    with timezone.override(ZoneInfo("America/New_York")):
        days = by_day(make_rows(ordered), is_reversed=is_reversed)
    found = [(day.on.day, len(day.rows)) for day in days]
    expected = [(21, 1), (22, 2)]
    assert found == (expected[::-1] if is_reversed else expected)
