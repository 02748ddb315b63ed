"""A rule read back: the whole of it, in words that a newcomer takes the right way."""

from datetime import time
from typing import Any

import pytest

from calendars.models import Calendar, Rule

FULL = (
    "Record meetings with someone external, on Zoom, Microsoft Teams or another platform, "
    "Monday to Friday, starting 9:00–17:30, unless the title has “1:1” or “private”."
)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Record all meetings."),
        ({"records": False}, "Don’t record all meetings."),
        ({"people": "external"}, "Record meetings with someone external."),
        ({"people": "internal"}, "Record meetings among colleagues only."),
        ({"recurrence": "recurring"}, "Record all repeating meetings."),
        ({"title_lacks": ["1:1"]}, "Record meetings, unless the title has “1:1”."),
        ({"is_own": True}, "Record meetings that the calendar’s owner organizes."),
        ({"least_people": 3}, "Record meetings of at least 3 people."),
        ({"least_people": 2, "most_people": 2}, "Record meetings of 2 people."),
        ({"weekdays": [0, 1, 2, 4]}, "Record meetings Monday to Wednesday and Friday."),
        ({"weekdays": [5, 6]}, "Record meetings on Saturday and Sunday."),
        ({"only_calendars": [3]}, "Record meetings in “a calendar that is gone”."),
        (
            {
                "people": "external",
                "platforms": ["zoom", "teams", "other"],
                "weekdays": [0, 1, 2, 3, 4],
                "starts_from": time(9),
                "starts_until": time(17, 30),
                "title_lacks": ["1:1", "private"],
            },
            FULL,
        ),
    ],
)
def test_each_rule_is_read_back(asked: dict[str, Any], said: str) -> None:
    assert Rule(**asked).sentence == said


def test_a_calendars_rule_names_its_calendar() -> None:
    assert Rule(calendar=Calendar(name="Sales")).sentence == "Record meetings in “Sales”."
    assert Rule(calendar=Calendar(name="Sales")).label == "Record meetings in ‘Sales’"


def test_the_label_is_the_name_or_a_short_sentence() -> None:
    guests = [f"customer{number}.example" for number in range(30)]
    assert Rule(name="Customers", guests=guests).label == "Customers"
    label = Rule(guests=guests).label
    assert label == (
        "Record meetings with customer0.example, customer1.example or 28 more on the invite"
    )
    assert all(guest in Rule(guests=guests).sentence for guest in guests)
