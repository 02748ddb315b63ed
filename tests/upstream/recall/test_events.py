"""Meetings are read from the calendar's own record, Google's or Microsoft's, as far as it goes."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.upstream.recall.wire import CALENDAR, EVENT, MEETING, START, at, booked, event
from tests.upstream.test_generated_webhooks import json_values
from upstream.events import Attendee, CalendarEvent
from upstream.fields import Fields
from upstream.recall.events import calendar_event
from upstream.states import Platform

MICROSOFT = {
    "subject": "Weekly sync",
    "isAllDay": False,
    "isCancelled": False,
    "type": "occurrence",
    "seriesMasterId": "AAMk-master",
    "originalStart": at(0),
    "originalStartTimeZone": "W. Europe Standard Time",
    "sensitivity": "private",
    "responseStatus": {"response": "declined"},
    "organizer": {"emailAddress": {"address": "jonas@northwind.example", "name": "Jonas"}},
    "attendees": [
        {
            "emailAddress": {"address": "ben@oak.example", "name": "Ben"},
            "status": {"response": "tentativelyAccepted"},
        }
    ],
    "onlineMeeting": {"joinUrl": "https://teams.microsoft.com/l/meetup-join/1"},
    "location": {"displayName": "Room 4"},
    "body": {"content": "<p>Agenda</p>"},
}


def read(**fields: object) -> CalendarEvent:
    found = calendar_event(Fields(event(**fields)), now=START)
    assert found is not None
    return found


def test_google_event_is_read_whole() -> None:
    assert read() == CalendarEvent(
        event_id=EVENT,
        series_id="7f3k",
        calendar_id=CALENDAR,
        title="Weekly sync",
        starts_at=START,
        ends_at=datetime.fromisoformat(at(1800)),
        is_recurring=True,
        is_all_day=False,
        meeting_url=MEETING,
        platform=Platform.MEET,
        time_zone="Europe/Stockholm",
        organizer_email="maya@northwind.example",
        organizer_name="Maya",
        attendees=(
            Attendee("maya@northwind.example", "", "accepted", is_organizer=True, is_self=True),
            Attendee("ben@oak.example", "Ben", "needsAction"),
        ),
        ical_uid="7f3k@google.com",
        original_start=START,
        is_private=False,
        texts=(MEETING, "Room 4", "Agenda"),
        is_detailed=True,
    )


def test_microsoft_event_is_read_whole() -> None:
    found = read(raw=MICROSOFT, meeting_platform="microsoft_teams", start_time=at(600))
    assert (found.title, found.series_id, found.platform) == (
        "Weekly sync",
        "AAMk-master",
        Platform.TEAMS,
    )
    assert (found.is_exception, found.is_private, found.time_zone) == (True, True, "Europe/Berlin")
    assert found.attendees == (
        Attendee("ben@oak.example", "Ben", "tentative"),
        Attendee("", response="declined", is_self=True),
    )
    assert (found.organizer_email, found.organizer_name) == ("jonas@northwind.example", "Jonas")
    assert found.texts == (
        "https://teams.microsoft.com/l/meetup-join/1",
        "Room 4",
        "<p>Agenda</p>",
    )


def test_hidden_event_is_still_a_meeting() -> None:
    found = read(raw=None, meeting_url=None, meeting_platform=None)
    assert (found.title, found.meeting_url, found.series_id) == ("", "", EVENT)
    assert (found.attendees, found.texts, found.is_private) == (None, None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"is_deleted": True},
        {"raw": {"status": "cancelled"}},
        {"raw": {"isCancelled": True}},
    ],
)
def test_event_that_does_not_take_place_is_cancelled(fields: dict[str, object]) -> None:
    assert read(**fields).status == "cancelled"


def test_all_day_and_tentative_are_told_by_the_record() -> None:
    found = read(raw={"start": {"date": "2026-03-04"}, "status": "tentative"})
    assert (found.is_all_day, found.status) == (True, "tentative")


@pytest.mark.parametrize(
    ("bots", "is_booked"),
    [
        ([], False),
        ([booked(at(0))], True),
        ([booked(at(-86400))], False),  # it recorded the occurrence before
        ([booked(at(3600))], True),  # its event moved, it did not
        ([booked(at(-86400)), booked(at(0))], True),
    ],
)
def test_event_is_booked_while_a_bot_is_to_come(
    bots: list[dict[str, object]], is_booked: bool
) -> None:
    assert read(bots=bots).is_bot_scheduled is is_booked


ODD = st.dictionaries(st.sampled_from([*event(), *event()["raw"], *MICROSOFT]), json_values)


@settings(max_examples=120, deadline=None, database=None)
@given(ODD, ODD)
def test_odd_event_never_raises(fields: dict[str, object], raw: dict[str, object]) -> None:
    odd = {**event(), "raw": raw, **fields}
    found = calendar_event(Fields(odd))
    assert found is None or found.ends_at >= found.starts_at
