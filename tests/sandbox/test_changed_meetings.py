"""What can happen to a meeting in its calendar, as the provider then tells it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Receiver
from tests.sandbox.test_calendars import _event, _events, _new_event
from tests.sandbox_process import Sandbox


@pytest.fixture
def meeting(sandbox: Sandbox, api: httpx.Client, calendar_id: str) -> Any:
    return _new_event(sandbox, api, calendar_id, minutes_ahead=300)


def after(sandbox: Sandbox, event_id: str, verb: str, **wishes: Any) -> Any:
    return sandbox.post(f"events/{event_id}/{verb}", **wishes)


def once(sandbox: Sandbox, api: httpx.Client, calendar_id: str, id: str, **expected: Any) -> Any:
    """The provider's details of a meeting, as soon as they are what is expected."""

    def reached() -> Any:
        found = _event(api, calendar_id, id)
        return found if expected.items() <= found.items() else None

    return sandbox.wait_for(reached)


def test_a_private_meeting_hides_all_but_its_times(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any
) -> None:
    after(sandbox, meeting["event_id"], "make_private")
    hidden = once(sandbox, api, calendar_id, meeting["event_id"], title="")
    assert (hidden["meeting_url"], hidden["attendees"], hidden["description"]) == (None, None, None)
    assert hidden["raw_payload"]["visibility"] == "private"
    assert hidden["start_time"] == meeting["start_time"]
    after(sandbox, meeting["event_id"], "make_public")
    once(sandbox, api, calendar_id, meeting["event_id"], title=meeting["title"])


def test_all_day_and_back(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any
) -> None:
    after(sandbox, meeting["event_id"], "make_all_day")
    whole = once(sandbox, api, calendar_id, meeting["event_id"], is_all_day=True)
    assert whole["start_time"].endswith("T00:00:00.000Z")
    after(sandbox, meeting["event_id"], "make_timed")
    once(sandbox, api, calendar_id, meeting["event_id"], start_time=meeting["start_time"])


def test_declined_and_accepted_again(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any, receiver: Receiver
) -> None:
    after(sandbox, meeting["event_id"], "decline")
    gone = once(sandbox, api, calendar_id, meeting["event_id"], status="cancelled")
    assert [p["response_status"] for p in gone["attendees"] if p.get("self")] == ["declined"]
    assert sandbox.deliveries("calendar.event_cancelled")
    after(sandbox, meeting["event_id"], "accept")
    once(sandbox, api, calendar_id, meeting["event_id"], status="confirmed")


@pytest.mark.parametrize(
    ("place", "field"),
    [("description", "description"), ("html", "description"), ("location", "location")],
)
def test_a_link_the_provider_does_not_see(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any, place: str, field: str
) -> None:
    after(sandbox, meeting["event_id"], "hide_link", place=place, wrapper="safelinks")
    hidden = once(sandbox, api, calendar_id, meeting["event_id"], meeting_url=None)
    assert "safelinks.protection.outlook.com/?url=https%3A%2F%2Fus02web.zoom.us" in hidden[field]
    assert hidden["bot_scheduled"] is False


def test_a_link_in_the_conference_data_only(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any
) -> None:
    after(sandbox, meeting["event_id"], "hide_link", place="conference")
    hidden = once(sandbox, api, calendar_id, meeting["event_id"], meeting_url=None)
    (entry,) = hidden["raw_payload"]["conferenceData"]["entryPoints"]
    assert entry["uri"] == meeting["meeting_url"]


def test_a_single_meeting_becomes_a_series_with_the_same_uid(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any
) -> None:
    uid = _event(api, calendar_id, meeting["event_id"])["raw_payload"]["iCalUID"]
    after(sandbox, meeting["event_id"], "make_recurring", weeks=3)
    once(sandbox, api, calendar_id, meeting["event_id"], status="cancelled")
    fresh = [e for e in _events(api, calendar_id)
             if e["title"] == meeting["title"] and e["status"] != "cancelled"]  # fmt: skip
    assert len(fresh) == 3
    assert {event["event_type"] for event in fresh} == {"recurring"}
    details = _event(api, calendar_id, fresh[0]["event_id"])
    assert details["raw_payload"]["iCalUID"] == uid


def test_a_series_split_ends_and_goes_on_under_another_id(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    series = [e for e in _events(api, calendar_id) if e["title"] == "Daily standup"]
    after(sandbox, series[2]["event_id"], "split", minutes=240)
    once(sandbox, api, calendar_id, series[2]["event_id"], status="cancelled")
    now = [e for e in _events(api, calendar_id) if e["title"] == "Daily standup"]
    old = [e for e in now if e["series_id"] == series[0]["series_id"]]
    fresh = [e for e in now if e["series_id"] != series[0]["series_id"]]
    assert [e["event_id"] for e in old if e["status"] != "cancelled"] == [
        e["event_id"] for e in series[:2] if e["status"] != "cancelled"
    ]
    # The last one may have moved out of the 30 days that are listed.
    assert len(fresh) >= len(series[2:-1])
    raw = _event(api, calendar_id, fresh[0]["event_id"])["raw_payload"]
    assert raw["iCalUID"].startswith("standup_R")


def test_a_calendar_of_ten_thousand_meetings_is_listed_in_pages(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    before = len(_all(api, calendar_id))
    sandbox.post("calendars/fill", count=10_000)
    sandbox.wait_for(lambda: len(_events(api, calendar_id)) == 250)
    sandbox.wait_for(lambda: len(_all(api, calendar_id)) == before + 10_000)


@pytest.mark.parametrize(
    ("how", "is_spoiled"),
    [
        ("loops", lambda page: page["cursor"] and page["data"]),
        ("empty", lambda page: page["cursor"] and page["data"] == []),
        ("no_list", lambda page: page["data"] is None),
    ],
)
def test_listings_that_cannot_be_trusted(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, how: str, is_spoiled: Any
) -> None:
    path = f"/v2/calendars/{calendar_id}/events"
    sandbox.post("faults", path=path, listing=how, skip=1)
    first = api.get(path, params={"limit": 10}).json()
    query = {"limit": 10, "cursor": first["cursor"]}
    second = api.get(path, params=query).json()
    assert is_spoiled(second)
    if how == "loops":
        assert second["cursor"] == first["cursor"]
    assert api.get(path, params=query).json()["cursor"] not in (None, first["cursor"])


def test_the_page_of_events_pulls_these_strings(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, meeting: Any
) -> None:
    page = httpx.get(f"{sandbox.url}/sandbox/events").text
    for words in ("Move this and later", "Make private", "Hide link", "Fill the calendar"):
        assert words in page
    path = f"/v2/calendars/{calendar_id}/events"
    form = {"path": path, "status": "500"}
    assert httpx.post(f"{sandbox.url}/sandbox/do/faults", data=form).status_code == 303
    assert api.get(path).status_code == 500


def _all(api: httpx.Client, calendar_id: str) -> list[Any]:
    rows, cursor = [], None
    while True:
        query = {"limit": 250, **({"cursor": cursor} if cursor else {})}
        page = api.get(f"/v2/calendars/{calendar_id}/events", params=query).json()
        rows += page["data"]
        cursor = page["cursor"]
        if not cursor:
            return rows
