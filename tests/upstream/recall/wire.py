"""Recall's wire, replaced; and its objects as recall.md §4, §6 and §9 tell their schemas."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.upstream.wire import Wire
from upstream.recall.adapter import Recall
from upstream.recall.client import Client

BASE_URL = "https://eu-central-1.recall.ai"
API_KEY = "key-never-to-be-seen"
BOT = "6f1c2a34-5b7d-4e8f-9a01-23456789abcd"
OURS = "bot_3kTfQz81LmVwXy0a"
CALENDAR = "c1d2e3f4-0516-4738-894a-5b6c7d8e9f01"
EVENT = "9a02b1c3-d4e5-4f60-8172-93a4b5c6d7e8"
START = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
MEETING = "https://meet.google.com/abc-defg-hij"
SECRETS = ("client-secret-never-shown", "refresh-never-shown", "token-never-shown")


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def answer(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def client_on(handle: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(base_url=BASE_URL, api_key=API_KEY, transport=httpx.MockTransport(handle))


def provider_on(wire: Wire) -> Recall:
    return Recall(client_on(wire.handle))


def change(code: str, seconds: float, sub_code: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": None, "created_at": at(seconds), "sub_code": sub_code}


CAME = (
    change("joining_call", 0),
    change("in_waiting_room", 5),
    change("in_call_not_recording", 20),
    change("recording_permission_allowed", 21),
    change("in_call_recording", 22),
)
WENT = (*CAME, change("call_ended", 1822, "call_ended_by_host"), change("done", 1840))


def medium(url: str | None, code: str = "done") -> dict[str, Any]:
    return {"id": "m1", "status": {"code": code, "sub_code": None}, "data": {"download_url": url}}


def recording(
    code: str = "done", *, began: float = 22, number: int = 1, **media: Any
) -> dict[str, Any]:
    files = f"https://files.example/{number}"
    shortcuts = {
        "video_mixed": medium(f"{files}/v.mp4?sig=1"),
        "transcript": medium(f"{files}/t.json?sig=1"),
        "participant_events": {
            "data": {
                "participant_events_download_url": f"{files}/e.json?sig=1",
                "speaker_timeline_download_url": f"{files}/s.json?sig=1",
                "participants_download_url": f"{files}/p.json?sig=1",
            }
        },
        "meeting_metadata": None,
    }
    return {
        "id": f"recording-{number}",
        "created_at": at(began),
        "started_at": at(began),
        "completed_at": at(began + 900),
        "expires_at": None,
        "status": {"code": code, "sub_code": None, "updated_at": at(began + 910)},
        "media_shortcuts": {**shortcuts, **media},
        "metadata": {"earshot_id": OURS},
    }


def bot(*changes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """As the API answers: the meeting is an object, and what was sent comes back."""
    return {
        "id": BOT,
        "meeting_url": {"meeting_id": "abc-defg-hij", "platform": "google_meet"},
        "bot_name": "Earshot",
        "join_at": None,
        "status_changes": list(changes),
        "recordings": [],
        "recording_config": {
            "transcript": {"provider": {"recallai_streaming": {}}},
            "realtime_endpoints": [{"type": "webhook", "url": f"https://e.example/?{SECRETS[2]}"}],
        },
        "metadata": {"earshot_id": OURS},
        **fields,
    }


def status_message(code: str, sub_code: str | None = None, seconds: float = 0) -> dict[str, Any]:
    return {
        "event": f"bot.{code}",
        "data": {
            "data": {"code": code, "sub_code": sub_code, "updated_at": at(seconds)},
            "bot": {"id": BOT, "metadata": {"earshot_id": OURS}},
        },
    }


def calendar(status: str = "connected", **fields: Any) -> dict[str, Any]:
    """With the secrets that the provider echoes."""
    return {
        "id": CALENDAR,
        "platform": "google_calendar",
        "platform_email": "maya@northwind.example",
        "oauth_email": None,
        "oauth_client_id": "client",
        "oauth_client_secret": SECRETS[0],
        "oauth_refresh_token": SECRETS[1],
        "webhook_url": None,
        "status": status,
        "status_changes": [
            {"status": "connecting", "created_at": at(0)},
            {"status": status, "created_at": at(4)},
        ],
        "created_at": at(0),
        "updated_at": at(9),
        **fields,
    }


def event(**fields: Any) -> dict[str, Any]:
    return {
        "id": EVENT,
        "start_time": at(0),
        "end_time": at(1800),
        "calendar_id": CALENDAR,
        "platform": "google_calendar",
        "platform_id": "7f3k_20260304T150000Z",
        "ical_uid": "7f3k@google.com",
        "meeting_platform": "google_meet",
        "meeting_url": MEETING,
        "created_at": at(-900),
        "updated_at": at(-900),
        "is_deleted": False,
        "bots": [],
        "raw": {
            "summary": "Weekly sync",
            "status": "confirmed",
            "iCalUID": "7f3k@google.com",
            "recurringEventId": "7f3k",
            "start": {"dateTime": at(0), "timeZone": "Europe/Stockholm"},
            "originalStartTime": {"dateTime": at(0)},
            "organizer": {"email": "maya@northwind.example", "displayName": "Maya"},
            "attendees": [
                {"email": "maya@northwind.example", "self": True, "organizer": True,
                 "responseStatus": "accepted"},
                {"email": "ben@oak.example", "displayName": "Ben", "responseStatus": "needsAction"},
            ],
            "hangoutLink": MEETING,
            "location": "Room 4",
            "description": "Agenda",
        },
        **fields,
    }  # fmt: skip


def booked(start: str, key: str = "k") -> dict[str, Any]:
    return {"bot_id": BOT, "start_time": start, "deduplication_key": key, "meeting_url": MEETING}


def sent(wire: Wire, index: int = -1) -> Any:
    return json.loads(wire.requests[index].content)
