"""What is odd about a link is told once, and a plain one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.link_flags import LinkFlag, flags_of, sentences


@pytest.mark.parametrize(
    ("link", "flags"),
    [
        ("https://us02web.zoom.us/j/93123456789?pwd=aB3", ()),
        ("https://meet.google.com/abc-defg-hij", ()),
        ("https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0", ()),
        ("https://teams.microsoft.com/meet/2345678901234?p=abcDEF", ()),
        ("https://teams.microsoft.com/meet/2345678901234", (LinkFlag.NO_PASSCODE,)),
        ("https://acme.zoom.us/j/93123456789", (LinkFlag.NO_PASSCODE,)),
        ("https://acme.zoom.us/j/93123456789?pwd=", (LinkFlag.NO_PASSCODE,)),
        ("https://acme.zoom.us/w/93123456789?tk=x", (LinkFlag.WEBINAR,)),
        ("https://acme.zoom.us/s/93123456789?pwd=x", (LinkFlag.HOST_LINK,)),
        ("https://acme.zoom.us/my/ada?pwd=x", (LinkFlag.PERSONAL_ROOM,)),
        ("https://acme.zoom.us/j/5551112222", (LinkFlag.NO_PASSCODE, LinkFlag.PERSONAL_ROOM)),
        ("https://acme.zoom.us/meeting/register/tZ0k", (LinkFlag.REGISTRATION,)),
        ("https://acme.zoom.us/webinar/register/WN_x", (LinkFlag.REGISTRATION,)),
        ("https://events.teams.microsoft.com/event/5f@9", (LinkFlag.REGISTRATION,)),
        (
            "https://teams.microsoft.com/l/meetup-join/19%3ax/0?context=%7b%22IsBroadcastMeeting",
            (LinkFlag.WEBINAR,),
        ),
        ("https://bit.ly/3abc", (LinkFlag.SHORTENED,)),
        ("https://protect-us.mimecast.com/s/1aB2?domain=zoom.us", (LinkFlag.WRAPPED,)),
        ("https://zoom.us.evil.example/w/93123456789", ()),
        ("", ()),
    ],
)
def test_what_is_odd_about_it(link: str, flags: tuple[LinkFlag, ...]) -> None:
    assert flags_of(link) == flags


def test_a_flag_is_one_sentence_and_an_old_one_is_none() -> None:
    assert sentences(["webinar", "not_any_more"]) == [LinkFlag.WEBINAR.label]
    assert all(flag.label.endswith(".") for flag in LinkFlag)


@given(st.text() | st.text().map(lambda text: f"https://zoom.us/{text}"))
def test_any_text_has_flags(link: str) -> None:
    assert set(flags_of(link)) <= set(LinkFlag)
