"""Meetings stand under the day they fall on for whoever looks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from calendars.agenda import by_day, make_rows
from calendars.days import on_days
from calendars.models import Calendar, Event
from calendars.own_time import own_time_of
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


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


STOCKHOLM, NEW_YORK = "Europe/Stockholm", "America/New_York"
KATHMANDU, LORD_HOWE = "Asia/Kathmandu", "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (STOCKHOLM, date(2027, 3, 28), 23),
        (STOCKHOLM, date(2027, 10, 31), 25),
        (NEW_YORK, date(2027, 3, 14), 23),
        (NEW_YORK, date(2027, 11, 7), 25),
        (LORD_HOWE, date(2027, 10, 3), 23.5),
        (LORD_HOWE, date(2027, 4, 4), 24.5),
        (KATHMANDU, date(2027, 3, 28), 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(
    calendar: Calendar, zone: str, day: date, hours: float
) -> None:
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    first, last = midnight, midnight + timedelta(hours=hours, minutes=-1)
    for moment in (first - timedelta(minutes=1), first, last, last + timedelta(minutes=1)):
        make_event(calendar, starts_at=moment, title=moment.isoformat())
    with timezone.override(ZoneInfo(zone)):
        found = on_days(Event.objects.for_list(), day, day + timedelta(days=1))
        assert [event.starts_at for event in found] == [first, last]
        headings = [(one.on, len(one.rows)) for one in by_day(make_rows(Event.objects.for_list()))]
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert headings == [(before, 1), (day, 2), (after, 1)]


@pytest.mark.parametrize("zone", [STOCKHOLM, NEW_YORK, KATHMANDU, LORD_HOWE])
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_nine_o_clock_stays_nine_o_clock(calendar: Calendar, zone: str, month: int) -> None:
    """A daily meeting of its calendar's 9:00, through every change of the clock."""
    first = datetime(2027, month, 1, 9, tzinfo=ZoneInfo(zone))
    for number in range(31):
        local = first + timedelta(days=number)
        make_event(calendar, starts_at=local.astimezone(UTC), time_zone=zone)
    events = list(Event.objects.for_list())
    with timezone.override(ZoneInfo(zone)):
        days = by_day(make_rows(events))
        assert [len(day.rows) for day in days] == [1] * 31
        assert {timezone.localtime(event.starts_at).hour for event in events} == {9}
    own = [own_time_of(event) for event in events]
    assert {one.starts[-5:] for one in own if one} == {"09:00"}
    assert len(own) == 31


@pytest.mark.parametrize("zone", [LORD_HOWE, STOCKHOLM, NEW_YORK, "Pacific/Honolulu"])
def test_an_all_day_entry_is_on_its_day_everywhere(calendar: Calendar, zone: str) -> None:
    day = date(2027, 3, 28)
    midnight = datetime(2027, 3, 28, tzinfo=UTC)
    make_event(calendar, starts_at=midnight, ends_at=midnight + timedelta(days=1), is_all_day=True)
    with timezone.override(ZoneInfo(zone)):
        for number, expected in ((-1, 0), (0, 1), (1, 0)):
            begin = day + timedelta(days=number)
            assert on_days(Event.objects.all(), begin, begin + timedelta(days=1)).count() == (
                expected
            )
        assert [one.on for one in by_day(make_rows(Event.objects.for_list()))] == [day]


def test_the_page_of_an_all_day_entry_names_its_day(
    alice: Client, alice_user: User, calendar: Calendar
) -> None:
    alice_user.time_zone = NEW_YORK
    alice_user.save()
    midnight = datetime(2027, 3, 28, tzinfo=UTC)
    event = make_event(
        calendar, starts_at=midnight, ends_at=midnight + timedelta(days=1), is_all_day=True,
        time_zone=STOCKHOLM,
    )  # fmt: skip
    page = alice.get(f"/events/{event.public_id}/").content.decode()
    assert "Sunday 28 March, all day" in page
    assert "Its own zone" not in page


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Kolkata", "Fri 22 Jan, 16:00 in Kolkata"),
        (KATHMANDU, "Fri 22 Jan, 16:15 in Kathmandu"),
        (NEW_YORK, "Fri 22 Jan, 05:30 in New York"),
        (LORD_HOWE, "Fri 22 Jan, 21:30 in Lord Howe"),
        ("Customized Time Zone", "“Customized Time Zone”, a name that Earshot does not know"),
    ],
)
def test_an_event_s_own_zone_is_told_on_its_page(
    alice: Client, calendar: Calendar, zone: str, told: str
) -> None:
    event = make_event(
        calendar, starts_at=datetime(2027, 1, 22, 10, 30, tzinfo=UTC), time_zone=zone
    )
    page = alice.get(f"/events/{event.public_id}/").content.decode()
    assert told in page
    assert page.count("Times are in <local-zone>Europe/Stockholm</local-zone>") == 1


def test_days_and_times_follow_the_zone_of_the_settings(alice: Client, calendar: Calendar) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    late = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 23, 30, tzinfo=UTC)
    make_event(calendar, starts_at=late)
    for zone, days_later in ((LORD_HOWE, 1), (NEW_YORK, 0), (KATHMANDU, 1)):
        answer = alice.post("/settings/", {"name": "Alice", "time_zone": zone})
        assert answer.status_code == 302
        page = alice.get("/events/")
        assert [day.on for day in page.context["days"]] == [tomorrow + timedelta(days=days_later)]
        told = late.astimezone(ZoneInfo(zone))
        assert f">{told:%H:%M}</time>" in page.content.decode()
        assert f'data-time-zone="{zone}"' in page.content.decode()
