"""Each condition of a rule: what it means, and what it makes of odd meetings."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from accounts.models import User
from calendars.conditions import has_words
from calendars.facts import Facts
from calendars.models import Calendar, Connection, Event, Rule, Series

SATURDAY = datetime(2026, 11, 21, 9, tzinfo=UTC)
MAYA = {"email": "Maya@Northwind.example", "is_self": True, "response": "accepted"}
JONAS = {"email": "jonas@northwind.example"}
BERLIN = {"email": "eva@berlin.northwind.example"}
INES = {"email": "ines@eu.acme.example", "response": "declined"}
ROOM = {"email": "c_188@resource.calendar.google.com", "name": "Room 4"}
BROKEN = [{"email": "no address"}, {"email": None}, {"email": "@x.example"}, {}, {"name": "Jo"}]


def calendar(email: str = "maya@northwind.example", zone: str = "Europe/Stockholm") -> Calendar:
    owner = User(email=email, time_zone=zone)
    return Calendar(pk=7, connection=Connection(email=email, user=owner))


def event(**fields: Any) -> Event:
    wanted = {
        "calendar": calendar(),
        "starts_at": SATURDAY,
        "ends_at": SATURDAY,
        "details_at": SATURDAY,
        "meeting_url": "https://zoom.us/j/1",
        "platform": "zoom",
        **fields,
    }
    return Event(**wanted)


def matches(asked: dict[str, Any], **fields: Any) -> bool:
    return Rule(**asked).matches(event(**fields))


def test_a_rule_without_conditions_matches_everything() -> None:
    assert matches({})
    assert matches({}, attendees=BROKEN, meeting_url="", is_all_day=True, details_at=None)


@pytest.mark.parametrize(
    ("people", "is_external"),
    [
        ([], False),
        ([MAYA, JONAS], False),
        ([MAYA, BERLIN], False),
        ([MAYA, ROOM], False),
        ([MAYA, INES], True),
        (BROKEN, False),
        ([*BROKEN, {"email": " INES@ACME.EXAMPLE "}], True),
        ([{"email": "maya@northwind.example.evil.example"}], True),
        ([{"email": "maya@notnorthwind.example"}], True),
    ],
)
def test_external_is_who_is_of_another_domain(people: list[Any], is_external: bool) -> None:
    assert matches({"people": "external"}, attendees=people) is is_external
    assert matches({"people": "internal"}, attendees=people) is not is_external


def test_an_external_organizer_counts() -> None:
    assert matches({"people": "external"}, organizer={"email": "ines@acme.example"})


def test_a_free_mail_domain_makes_nobody_a_colleague() -> None:
    mine = calendar("maya@gmail.com")
    assert matches(
        {"people": "external"}, calendar=mine, attendees=[{"email": "someone@gmail.com"}]
    )
    assert matches({"people": "internal"}, calendar=mine, attendees=[{"email": "maya@gmail.com"}])


@pytest.mark.parametrize(
    ("homes", "people", "is_external"),
    [
        (["acme.example"], [MAYA, INES], False),
        (["acme.example"], [{"email": "x@globex.example"}], True),
        (["globex.example"], [MAYA, JONAS], False),  # the owner's own domain counts beside them
        (["gmail.com"], [{"email": "someone@gmail.com"}], True),
    ],
)
def test_people_of_the_workspaces_own_domains_are_colleagues(
    homes: list[str], people: list[Any], is_external: bool
) -> None:
    assert Facts.of(event(attendees=people), homes).is_external is is_external


def test_while_the_invite_is_unread_only_a_no_speaks_about_people() -> None:
    for asked in ({"people": "internal"}, {"most_people": 3}, {"is_accepted": True}):
        assert not matches({**asked, "records": True}, details_at=None)
        assert matches({**asked, "records": False}, details_at=None)


@pytest.mark.parametrize(
    ("fields", "is_own"),
    [
        ({}, True),
        ({"organizer": {"email": "MAYA@northwind.example"}}, True),
        ({"organizer": {"email": "team@group.calendar.google.com"}, "attendees": [INES]}, True),
        ({"attendees": [{"email": "x@y.example", "is_self": True, "is_organizer": True}]}, True),
        ({"organizer": {"email": "ines@acme.example"}}, False),
        ({"attendees": [INES]}, False),
    ],
)
def test_organized_by_the_owner(fields: dict[str, Any], is_own: bool) -> None:
    assert matches({"is_own": True}, **fields) is is_own


@pytest.mark.parametrize(
    ("people", "is_accepted"),
    [
        ([], True),
        ([MAYA], True),
        ([{**MAYA, "response": "needsAction"}], False),
        ([{**MAYA, "response": "tentative"}], False),
        ([{"email": "maya@northwind.example", "response": "accepted"}], True),
        ([INES], False),
    ],
)
def test_accepted_by_the_owner(people: list[Any], is_accepted: bool) -> None:
    assert matches({"is_accepted": True}, attendees=people) is is_accepted


@pytest.mark.parametrize(
    ("guests", "is_match"),
    [
        (["acme.example"], True),
        (["eu.acme.example"], True),
        (["ines@eu.acme.example"], True),
        (["globex.example", "acme.example"], True),
        (["us.acme.example"], False),
        (["cme.example"], False),
        (["nes@eu.acme.example"], False),
        (["northwind.example"], True),  # Maya herself
    ],
)
def test_somebody_of_these_is_invited(guests: list[str], is_match: bool) -> None:
    assert matches({"guests": guests}, attendees=[MAYA, INES, *BROKEN]) is is_match


@pytest.mark.parametrize(
    ("title", "words", "is_there"),
    [
        ("Weekly 1:1 with Jo", "1:1", True),
        ("Train 11:12", "1:1", False),
        ("DAILY", "daily", True),
        ("Daily", "AI", False),
        ("AI-Strategie", "ai", True),
        ("Große STRASSE", "straße", True),
        ("Cafe\u0301", "café", True),
        ("定例会議です", "会議", True),
        ("", "x", False),
        ("anything", "", False),
        ("sync sync-up syncs", "syncs", True),
        ("İstanbul", "istanbul", False),
    ],
)
def test_words_stand_whole_in_the_title(title: str, words: str, is_there: bool) -> None:
    assert has_words(Facts.of(event(title=title)).title, words) is is_there
    assert matches({"title_has": [words, "zzz"]}, title=title) is is_there
    assert matches({"title_lacks": [words]}, title=title) is not is_there


def test_platforms() -> None:
    assert matches({"platforms": ["zoom", "teams"]})
    assert not matches({"platforms": ["teams"]})
    assert matches({"platforms": ["other"]}, platform="")
    assert not matches({"platforms": ["other", "zoom"]}, platform="", meeting_url="")


def test_calendars() -> None:
    assert matches({"only_calendars": [6, 7]})
    assert not matches({"only_calendars": [6]})
    assert matches({"calendar_id": 7})
    assert not matches({"calendar_id": 6})


@pytest.mark.parametrize(
    ("zone", "weekday", "clock"),
    [
        ("Europe/Stockholm", 5, time(10)),
        ("Asia/Kolkata", 5, time(14, 30)),
        ("Australia/Lord_Howe", 5, time(20)),
        ("Pacific/Kiritimati", 5, time(23)),
        ("Pacific/Honolulu", 4, time(23)),
        ("", 5, time(10)),
        ("W. Europe Standard Time", 5, time(10)),
        ("../../etc/passwd", 5, time(10)),
        ("Europe", 5, time(10)),
    ],
)
def test_days_and_hours_are_of_the_events_own_zone(zone: str, weekday: int, clock: time) -> None:
    facts = Facts.of(event(time_zone=zone))
    assert (facts.weekday, facts.starts) == (weekday, clock)
    assert matches({"weekdays": [weekday]}, time_zone=zone)
    assert not matches({"weekdays": [(weekday + 1) % 7]}, time_zone=zone)


@pytest.mark.parametrize(
    ("start", "end", "hour", "is_match"),
    [
        (9, 17, 9, True),
        (9, 17, 16, True),
        (9, 17, 17, False),
        (9, 17, 8, False),
        (22, 6, 23, True),
        (22, 6, 0, True),
        (22, 6, 6, False),
        (22, 6, 12, False),
        (8, 8, 3, True),
    ],
)
def test_hours_may_span_midnight(start: int, end: int, hour: int, is_match: bool) -> None:
    asked = {"starts_from": time(start), "starts_until": time(end)}
    starts_at = SATURDAY.replace(hour=hour)
    assert matches(asked, starts_at=starts_at, time_zone="UTC") is is_match
    assert not matches(asked, starts_at=starts_at, is_all_day=True)


def test_hours_follow_the_clock_change() -> None:
    asked = {"starts_from": time(9), "starts_until": time(10)}
    for day, hour in ((datetime(2026, 10, 24, tzinfo=UTC), 7), (SATURDAY, 8)):
        assert matches(asked, starts_at=day.replace(hour=hour), time_zone="Europe/Berlin")


def test_an_all_day_entry_is_on_its_own_day_in_any_zone() -> None:
    midnight = SATURDAY.replace(hour=0)
    for zone in ("Pacific/Honolulu", "Pacific/Kiritimati"):
        assert matches({"weekdays": [5]}, starts_at=midnight, is_all_day=True, time_zone=zone)


def test_the_last_moment_there_is() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert matches({}, starts_at=last, time_zone="Pacific/Kiritimati")


@pytest.mark.parametrize(
    ("people", "count"), [([], 1), ([MAYA, MAYA], 1), ([MAYA, ROOM, INES], 2), (BROKEN, 3)]
)
def test_how_many_people(people: list[Any], count: int) -> None:
    assert matches({"least_people": count, "most_people": count}, attendees=people)
    assert not matches({"least_people": count + 1}, attendees=people)
    assert not matches({"most_people": count - 1}, attendees=people)


def test_recurring_or_not() -> None:
    weekly, once = Series(is_recurring=True), Series(is_recurring=False)
    for series, is_recurring in ((weekly, True), (once, False), (None, False)):
        assert matches({"recurrence": "recurring"}, series=series) is is_recurring
        assert matches({"recurrence": "once"}, series=series) is not is_recurring


def test_all_conditions_must_hold() -> None:
    asked = {"people": "external", "platforms": ["zoom"], "weekdays": [5]}
    assert matches(asked, attendees=[INES])
    others: list[dict[str, Any]] = [
        {"attendees": []},
        {"platform": "meet"},
        {"time_zone": "Pacific/Honolulu"},
    ]
    for other in others:
        assert not matches(asked, **{"attendees": [INES], **other})
