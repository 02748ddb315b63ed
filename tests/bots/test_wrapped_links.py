"""What a mail filter wrapped is opened again, to the letter, and nothing else is touched."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.wrapped_links import RUNS, is_shortened, is_wrapped, unwrap

ZOOM = "https://us02web.zoom.us/j/93123456789?pwd=aB3.1&from=x"


def safelinks(link: str) -> str:
    return f"https://eur01.safelinks.protection.outlook.com/?url={quote(link, safe='')}&data=05%7C"


def teams_safelinks(link: str) -> str:
    page = "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html"
    return f"{page}?url={quote(link, safe='')}&locale=en"


def proofpoint_v1(link: str) -> str:
    return f"https://urldefense.proofpoint.com/v1/url?u={quote(escape(link), safe='')}&k=x"


def proofpoint_v2(link: str) -> str:
    coded = quote(link, safe="/").replace("_", "%5F").replace("-", "%2D").replace("~", "%7E")
    coded = coded.replace("/", "_").replace("%", "-")
    return f"https://urldefense.proofpoint.com/v2/url?u={coded}&d=x"


def proofpoint_v3(link: str) -> str:
    """Single characters as `*`, two and more in a row as `**` and the letter of their number."""
    kept, replaced, run = "", "", ""
    for character in [*link, ""]:
        if character and not ((character.isascii() and character.isalnum()) or character in "/:._"):
            run += character
            continue
        while run:
            part, run = run[:60], run[60:]
            letter = next((key for key, length in RUNS.items() if length == len(part)), "")
            kept += f"**{letter}" if letter else "*"
            replaced += part
        kept += character
    coded = urlsafe_b64encode(replaced.encode()).decode().rstrip("=")
    return f"https://urldefense.com/v3/__{kept}__;{coded}!!KEY!mark$"


def google(link: str) -> str:
    return f"https://www.google.com/url?q={quote(link, safe=':/?=')}&sa=D&usg=AOv"


def mimecast(link: str) -> str:
    return f"https://protect-eu.mimecast.com/s/Ab1?u={quote(link, safe='')}&domain=zoom.us"


WRAPPERS = (
    safelinks, teams_safelinks, proofpoint_v1, proofpoint_v2, proofpoint_v3, google, mimecast,
)  # fmt: skip
ADDRESSES = st.builds(
    lambda host, path: f"https://{host}.example/{path}",
    st.text("abcdefghij-", min_size=1, max_size=12),
    st.text("abcXYZ019-._~/?=&:,é€%".replace("%", ""), max_size=60),
)


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_each_wrapper_is_opened(wrap: Callable[[str], str]) -> None:
    link = ZOOM if wrap is not google else ZOOM.partition("&")[0]
    assert unwrap(wrap(link)) == link
    assert is_wrapped(wrap(link))


@given(ADDRESSES, st.lists(st.sampled_from([safelinks, proofpoint_v2, proofpoint_v3]), max_size=3))
def test_whatever_was_wrapped_comes_out_as_it_was(
    link: str, wrappers: list[Callable[[str], str]]
) -> None:
    wrapped = link
    for wrap in wrappers:
        wrapped = wrap(wrapped)
    assert unwrap(wrapped) == link


@pytest.mark.parametrize(
    ("wrapped", "link"),
    [
        (
            "https://urldefense.com/v3/__https:/us02web.zoom.us/j/93123456789?pwd=a*2Eb__;JQ!!A!b$",
            "https://us02web.zoom.us/j/93123456789?pwd=a%2Eb",
        ),
        (
            "https://urldefense.com/v3/__https://zoom.us/j/93123456789*success__;Iw!!A!b$",
            "https://zoom.us/j/93123456789#success",
        ),
        (
            "https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fmeet.google.com%2Fabc-defg-hij",
            "https://meet.google.com/abc-defg-hij",
        ),
    ],
)
def test_links_as_they_are_seen(wrapped: str, link: str) -> None:
    assert unwrap(wrapped) == link


@pytest.mark.parametrize(
    "closed",
    [
        "https://protect-us.mimecast.com/s/1aB2?domain=zoom.us",
        "https://url.uk.m.mimecastprotect.com/s/F6rYCAW0",
        "https://urldefense.com/v3/__no-end",
        "https://urldefense.com/v3/__https://zoom.us/j/1__;*!!A!b$".replace(
            "https://zoom", "ftp://zoom"
        ),
    ],
)
def test_what_cannot_be_opened_is_known_as_such(closed: str) -> None:
    assert unwrap(closed) == closed
    assert is_wrapped(closed)


@pytest.mark.parametrize(
    "plain",
    [
        ZOOM,
        "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fzoom.us",
        "https://www.google.com/maps?q=https://zoom.us/j/93123456789",
        "https://www.mimecast.com/about?u=https://zoom.us/j/93123456789",
        "https://[broken",
    ],
)
def test_nothing_else_is_touched(plain: str) -> None:
    assert unwrap(plain) == plain
    assert not is_wrapped(plain)


def test_a_wrapper_leads_to_addresses_only() -> None:
    script = safelinks("javascript:alert(1)")
    assert unwrap(script) == script


def test_shorteners_are_known_by_their_host() -> None:
    assert is_shortened("https://bit.ly/3abc")
    assert not is_shortened("https://rabbit.ly/3abc")
    assert not is_shortened("https://aka.ms/JoinTeamsMeeting")  # in every invitation of Teams


@given(
    st.text()
    | st.text().map(safelinks)
    | st.text().map(lambda t: f"https://urldefense.com/v3/__{t}")
)
def test_any_text_is_opened_once_and_for_all(link: str) -> None:
    opened = unwrap(link)
    assert unwrap(opened) == opened
