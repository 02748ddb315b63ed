"""The one link of an invitation: found wherever it stands, never a look-alike."""

from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.invitation_links import LONGEST_LINK
from bots.links import is_meeting_link
from calendars.meeting_links import MeetingLink, link_of
from tests.bots.test_wrapped_links import proofpoint_v3, safelinks
from upstream.events import CalendarEvent
from upstream.states import Platform

ZOOM = "https://us02web.zoom.us/j/93123456789?pwd=aB3"
MEET = "https://meet.google.com/abc-defg-hij"
TEAMS = (
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%7d"
)


def invitation(
    *texts: str, meeting_url: str = "", platform: Platform = Platform.UNKNOWN
) -> CalendarEvent:
    starts_at = datetime(2027, 1, 4, 10, tzinfo=UTC)
    return CalendarEvent(
        event_id="e1",
        series_id="s1",
        calendar_id="c1",
        title="Weekly",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        meeting_url=meeting_url,
        platform=platform,
        texts=texts or None,
    )


def found(*texts: str) -> MeetingLink:
    return link_of(invitation(*texts))


@pytest.mark.parametrize("link", [ZOOM, MEET, TEAMS])
@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "Join here: {}.",
        "({})",
        "Join: <{}>",
        "[Join the meeting]({})",
        "Room 3; {}, or by phone",
        '<p>Join <a href="{}">here</a>&nbsp;now</p>',
        "<html><body><div>{}<br>Meeting ID: 931 2345 6789</div></body></html>",
    ],
)
def test_found_in_text_and_in_html(text: str, link: str) -> None:
    written = escape(link) if "<p>" in text or "<html" in text else link
    link_found = found(text.format(written))
    assert link_found.url == link
    assert link_found.source == "found"
    assert link_found.platform != Platform.UNKNOWN


def test_found_without_its_scheme_and_inside_wrappers() -> None:
    assert found("Dial in at meet.google.com/abc-defg-hij!").url == MEET
    assert found(f'<a href="{escape(safelinks(ZOOM))}">Join</a>').url == ZOOM
    assert found(f"Join: {proofpoint_v3(ZOOM)}.").url == ZOOM


@pytest.mark.parametrize(
    "text",
    [
        "https://zoom.us.evil.example/j/93123456789?pwd=x",
        "https://evil.example/?next=zoom.us/j/93123456789",
        "https://evil.example/zoom.us/j/93123456789",
        "https://evil.example\\@zoom.us/j/93123456789",
        "https://zoom.us@evil.example/j/93123456789",
        "ada@zoom.us/j/93123456789",
        "notzoom.us/j/93123456789",
        "https://zооm.us/j/93123456789",
        "https://zoom.us/download",
        "https://support.google.com/meet",
        "https://meet.google.com/",
        "https://teams.microsoft.com/l/channel/19%3ax",
        "https://us02web.zoom.us/u/kdXf93",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert found(text).url == ""


def test_the_providers_link_comes_first() -> None:
    link = link_of(invitation(f"Old room: {MEET}", meeting_url=ZOOM, platform=Platform.ZOOM))
    assert (link.url, link.source, link.flags) == (ZOOM, "provider", ("several",))
    same = link_of(invitation(f"Join {ZOOM}", meeting_url=ZOOM, platform=Platform.ZOOM))
    assert same.flags == ()


def test_the_same_room_twice_is_one_and_the_passcode_wins() -> None:
    link = found("https://zoom.us/j/93123456789", ZOOM)
    assert (link.url, link.flags) == (ZOOM, ())


def test_of_several_the_one_people_can_join_is_taken() -> None:
    link = found(f"Attendees: https://acme.zoom.us/w/93123456781?tk=x, speakers: {MEET}")
    assert (link.url, link.flags) == (MEET, ("several",))


def test_the_likeliest_place_comes_first() -> None:
    assert found(MEET, TEAMS).url == MEET
    assert found(TEAMS, MEET).url == TEAMS


def test_why_there_is_none() -> None:
    assert found("Join: https://bit.ly/3abc").flags == ("shortened",)
    assert found("https://protect-us.mimecast.com/s/1aB2?domain=zoom.us").flags == ("wrapped",)
    assert found("https://acme.zoom.us/meeting/register/tZ0k").flags == ("registration",)
    assert found(f"Notes: https://bit.ly/3abc {MEET}").flags == ()
    assert found("Lunch, main entrance") == MeetingLink()
    assert link_of(invitation()) == MeetingLink()


def test_what_nobody_could_open_is_no_link() -> None:
    long = f"{ZOOM}{'x' * LONGEST_LINK}"
    assert link_of(invitation(long, meeting_url="javascript:alert(1)")).url == ""


PIECES = st.sampled_from([
    ZOOM, MEET, TEAMS, safelinks(ZOOM), "https://", "zoom.us/j/", "<a href='", "&amp;",
    "https://[", "bit.ly/", "https://urldefense.com/v3/__", "%", "\x00", "\\@",
])  # fmt: skip


@given(st.lists(st.lists(st.text(max_size=20) | PIECES).map("".join), max_size=4), st.text())
def test_any_invitation_is_read(texts: list[str], meeting_url: str) -> None:
    link = link_of(invitation(*texts, meeting_url=meeting_url))
    assert link.source == ("" if not link.url else link.source)
    assert len(link.url) <= LONGEST_LINK
    if link.source == "found":
        assert is_meeting_link(link.url)
