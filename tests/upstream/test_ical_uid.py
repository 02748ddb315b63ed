"""The instances of a series are one series, however its calendar names them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstream.ical_uid import LONGEST, shared_uid

OUTLOOK = "040000008200E00074C5B7101A82E008"
REST = "80D4A1F3C7E6DA010000000000000000100000004F1D2A"
HEX = st.text("0123456789ABCDEF", min_size=8, max_size=8)


@pytest.mark.parametrize(
    "uid",
    [
        "7f3k@google.com",
        "7f3k_R20270111T100000@google.com",
        "7f3k_R20270111T100000Z@google.com",
        "7f3k_R20270111@google.com",
        "7f3k_R20270111T100000_R20270208T100000@google.com",
    ],
)
def test_a_series_of_google_split_is_the_same_series(uid: str) -> None:
    assert shared_uid(uid) == "7f3k@google.com"


def test_an_id_that_only_looks_split_is_left_alone() -> None:
    assert shared_uid("a_Room2@example.com") == "a_Room2@example.com"
    assert shared_uid("x_R2027@example.com") == "x_R2027@example.com"


@given(HEX, HEX)
def test_instances_of_microsoft_share_one_uid(one_day: str, other_day: str) -> None:
    one, other = (shared_uid(f"{OUTLOOK}{day}{REST}") for day in (one_day, other_day.lower()))
    assert one == other == f"{OUTLOOK}00000000{REST}"
    assert shared_uid(f"{OUTLOOK}{one_day}{REST[:-1]}0") != one


@given(st.text() | st.text(string.hexdigits).map(lambda tail: OUTLOOK + tail))
def test_any_text_is_shortened_once_and_for_all(uid: str) -> None:
    shared = shared_uid(uid)
    assert len(shared) <= LONGEST
    assert shared_uid(shared) == shared
