"""Every zone that Microsoft names is one that we can calculate with."""

from zoneinfo import ZoneInfo

import pytest
from tzlocal.windows_tz import win_tz

from upstream.zones import zone_name


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time ", "Europe/Berlin"),
        ("India Standard Time", "Asia/Kolkata"),
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("tzone://Microsoft/Custom", "tzone://Microsoft/Custom"),
        ("", ""),
        ("x" * 200, "x" * 64),
    ],
)
def test_names_are_understood_or_kept(told: str, known: str) -> None:
    assert zone_name(told) == known


def test_all_of_them_can_be_calculated_with() -> None:
    assert len(win_tz) > 100
    for name in win_tz:
        ZoneInfo(zone_name(name))
