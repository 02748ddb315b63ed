"""The month of meetings, and what the provider does when somebody changes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.sandbox.conftest import Receiver
from tests.sandbox_process import Sandbox


def test_there_is_a_month_of_believable_meetings(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    events = _events(api, calendar_id)
    assert len(events) >= 60
    assert {event["meeting_platform"] for event in events} == {"meet", "zoom", "teams", None}
    assert {event["status"] for event in events} == {"confirmed", "tentative", "cancelled"}
    assert any(event["is_exception"] for event in events)
    assert any("<" in event["title"] for event in events)
    now = datetime.fromisoformat(sandbox.state()["now"])
    assert _starting(events, now - timedelta(hours=1), now)
    assert _starting(events, now + timedelta(minutes=5), now + timedelta(minutes=15))
    assert not _starting(events, now + timedelta(days=30), now + timedelta(days=90))


def test_an_instance_knows_its_series(api: httpx.Client, calendar_id: str) -> None:
    event = next(row for row in _events(api, calendar_id) if row["event_type"] == "recurring")
    details = api.get(f"/v2/calendars/{calendar_id}/events/{event['event_id']}").json()["data"]
    raw = details["raw_payload"]
    assert raw["iCalUID"].startswith(raw["recurringEventId"])
    assert raw["originalStartTime"]["timeZone"] == details["timezone"] == "Europe/Stockholm"
    assert [person for person in details["attendees"] if person.get("self")]


def test_a_first_sync_grows_and_is_announced_once(
    sandbox: Sandbox, api: httpx.Client, receiver: Receiver, calendar_id: str
) -> None:
    synced = sandbox.deliveries("calendar.events_synced")
    assert len(synced) == 1
    told = synced[0]["body"]["data"]["events"]
    assert sum(len(series["instances"]) for series in told) == len(_events(api, calendar_id))
    api.post(f"/v2/calendars/{calendar_id}/sync", json={})
    assert len(sandbox.deliveries("calendar.events_synced")) == 1


def test_a_booking_follows_its_event(sandbox: Sandbox, api: httpx.Client, calendar_id: str) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=60)
    _book(api, calendar_id, event)
    assert _event(api, calendar_id, event["event_id"])["bot_scheduled"] is True
    sandbox.post(f"events/{event['event_id']}/move", minutes=30)
    moved = sandbox.wait_for(lambda: _moved(api, calendar_id, event))
    bookings = _bookings(sandbox, event)
    assert [booking["join_at"] for booking in bookings] == [moved["start_time"]]


def test_an_event_moved_within_the_lock_gets_a_second_bot(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=3)
    _book(api, calendar_id, event)
    sandbox.post(f"events/{event['event_id']}/move", minutes=30)
    sandbox.wait_for(lambda: _moved(api, calendar_id, event))
    assert len(_bookings(sandbox, event)) == 2


def test_a_declined_event_counts_as_cancelled(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=60)
    _book(api, calendar_id, event)
    sandbox.post(f"events/{event['event_id']}/decline")
    gone = sandbox.wait_for(lambda: _cancelled(api, calendar_id, event))
    assert gone["bot_scheduled"] is False
    assert [booking["status"] for booking in _bookings(sandbox, event)] == ["cancelled"]


def test_an_added_link_makes_a_meeting_bookable(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=60, link="")
    assert _book(api, calendar_id, event)["errors"][0]["code"] == "NO_MEETING_URL"
    sandbox.post(f"events/{event['event_id']}/add_link")
    sandbox.wait_for(lambda: _event(api, calendar_id, event["event_id"])["meeting_url"])
    assert _book(api, calendar_id, event)["errors"] == []
    assert _book(api, calendar_id, event)["errors"][0]["code"] == "BOT_ALREADY_SCHEDULED"


def test_a_booked_bot_goes_off_with_its_own_id_and_event(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=30)
    _book(api, calendar_id, event)
    booking = _bookings(sandbox, event)[0]
    sandbox.post(f"events/{event['event_id']}/start")
    bot = sandbox.wait_for_bot(booking["bot_id"], "completed")
    assert (bot["event_id"], bot["title"]) == (event["event_id"], "Pricing workshop")
    assert bot["extra"] == {"earshot_id": "bot_1"}


def test_jumping_ahead_sends_the_bots_that_fall_due(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=20)
    _book(api, calendar_id, event)
    sandbox.post("advance", seconds=21 * 60)
    sandbox.wait_for_bot(_bookings(sandbox, event)[0]["bot_id"], "completed")


def test_a_series_books_its_future_and_can_skip_one(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    series = [e for e in _events(api, calendar_id) if e["title"] == "Daily standup"]
    path = f"/v2/calendars/{calendar_id}/bots"
    whole = {"series_id": series[0]["series_id"], "all_occurrences": True}
    booked = api.post(path, json={**whole, "bot_name": "Earshot"}).json()["data"]
    live = [event for event in series if event["status"] != "cancelled"]
    assert len(booked) == len(live)
    one = {**whole, "all_occurrences": False, "event_id": live[1]["event_id"]}
    api.request("DELETE", path, json=one)
    on = [e for e in _events(api, calendar_id) if e["bot_scheduled"]]
    assert len(on) == len(live) - 1


def test_a_calendar_connects_once_and_takes_its_bookings_with_it(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    event = _new_event(sandbox, api, calendar_id, minutes_ahead=60)
    _book(api, calendar_id, event)
    assert api.request("DELETE", f"/v2/calendars/{calendar_id}", json={}).status_code == 200
    assert [booking["status"] for booking in _bookings(sandbox, event)] == ["cancelled"]
    assert api.get(f"/v2/calendars/{calendar_id}").status_code == 404


def _events(api: httpx.Client, calendar_id: str) -> list[Any]:
    response = api.get(f"/v2/calendars/{calendar_id}/events", params={"limit": 250})
    return list(response.json()["data"])


def _event(api: httpx.Client, calendar_id: str, event_id: str) -> Any:
    return api.get(f"/v2/calendars/{calendar_id}/events/{event_id}").json()["data"]


def _moved(api: httpx.Client, calendar_id: str, event: Any) -> Any:
    now = _event(api, calendar_id, event["event_id"])
    return now if now["start_time"] != event["start_time"] else None


def _cancelled(api: httpx.Client, calendar_id: str, event: Any) -> Any:
    now = _event(api, calendar_id, event["event_id"])
    return now if now["status"] == "cancelled" else None


def _new_event(
    sandbox: Sandbox,
    api: httpx.Client,
    calendar_id: str,
    *,
    minutes_ahead: float,
    link: str = "zoom",
) -> Any:
    start = datetime.fromisoformat(sandbox.state()["now"]) + timedelta(minutes=minutes_ahead)
    sandbox.post("events", title="Pricing workshop", start=start.timestamp(), link=link)

    def there() -> Any:
        events = _events(api, calendar_id)
        return next((event for event in events if event["title"] == "Pricing workshop"), None)

    return sandbox.wait_for(there)


def _book(api: httpx.Client, calendar_id: str, event: Any) -> Any:
    body = {
        "series_id": event["series_id"],
        "event_id": event["event_id"],
        "all_occurrences": False,
        "bot_name": "Earshot",
        "extra": {"earshot_id": "bot_1"},
    }
    return api.post(f"/v2/calendars/{calendar_id}/bots", json=body).json()


def _bookings(sandbox: Sandbox, event: Any) -> list[Any]:
    rows = sandbox.state()["bookings"]
    return [row for row in rows if row["event_id"] == event["event_id"]]


def _starting(events: list[Any], begin: datetime, end: datetime) -> list[Any]:
    return [e for e in events if begin < datetime.fromisoformat(e["start_time"]) <= end]
