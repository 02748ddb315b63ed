"""Two links to one meeting are one meeting; two meetings never are."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bots.links import meeting_key, normalize, platform_of
from upstream.states import Platform

START = datetime(2026, 3, 4, 15, tzinfo=UTC)
ZOOM = "https://us02web.zoom.us/j/81234567890?pwd=aB3&uname=Ada&utm_source=mail"


@pytest.mark.parametrize(
    ("link", "platform"),
    [
        ("https://meet.google.com/abc-defg-hij", Platform.MEET),
        (ZOOM, Platform.ZOOM),
        ("https://company.zoom.us/my/room", Platform.ZOOM),
        ("https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0", Platform.TEAMS),
        ("https://teams.live.com/meet/9312345678", Platform.TEAMS),
        ("https://zoom.us.evil.example/j/81234567890", Platform.UNKNOWN),
        ("https://notzoom.us/j/81234567890", Platform.UNKNOWN),
        ("https://[broken", Platform.UNKNOWN),
        ("", Platform.UNKNOWN),
    ],
)
def test_platform_is_told_by_the_host(link: str, platform: Platform) -> None:
    assert platform_of(link) == platform


@pytest.mark.parametrize(
    ("link", "same"),
    [
        ("https://meet.google.com/abc-defg-hij", "http://MEET.google.com/ABC-defg-hij/?authuser=1"),
        (ZOOM, "https://zoom.us/j/81234567890/?pwd=aB3"),
        (ZOOM, "https://company.zoom.us/wc/join/81234567890?pwd=aB3"),
        (
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
            "https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2/0",
        ),
        ("https://room.example/?id=7&utm_source=x", "https://room.example?id=7#now"),
    ],
)
def test_links_to_one_meeting_are_the_same(link: str, same: str) -> None:
    assert normalize(link) == normalize(same)


@pytest.mark.parametrize(
    ("link", "other"),
    [
        ("https://meet.google.com/abc-defg-hij", "https://meet.google.com/abc-defg-hik"),
        ("https://zoom.us/my/Ada", "https://company.zoom.us/my/Ada"),
        ("https://room.example/?id=7", "https://room.example/?id=8"),
    ],
)
def test_links_to_two_meetings_differ(link: str, other: str) -> None:
    assert normalize(link) != normalize(other)


def test_key_is_the_same_in_every_zone_and_differs_by_start() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert meeting_key(ZOOM, START) == meeting_key(ZOOM, elsewhere)
    assert meeting_key(ZOOM, START) != meeting_key(ZOOM, START + timedelta(minutes=30))


def test_key_of_an_endless_link_still_fits() -> None:
    assert len(meeting_key("https://room.example/" + "x" * 1900, START)) <= 300
