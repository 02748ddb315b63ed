"""The wire of v1, replaced: bare answers in order of asking."""

from typing import Any

import httpx

from tests.upstream.wire import API_KEY, BASE_URL, Wire
from upstream.meetingbaas_v1.adapter import MeetingBaasV1
from upstream.meetingbaas_v1.client import Client

BOT = "6f1c2a34-5b7d-4e8f-9a01-23456789abcd"
CALENDAR = "c1d2e3f4-0516-4738-894a-5b6c7d8e9f01"
EVENT = "9a02b1c3-d4e5-4f60-8172-93a4b5c6d7e8"


def provider_on(wire: Wire) -> MeetingBaasV1:
    transport = httpx.MockTransport(wire.handle)
    return MeetingBaasV1(Client(base_url=BASE_URL, api_key=API_KEY, transport=transport))


def ok(body: object = None) -> httpx.Response:
    return httpx.Response(200, json=body) if body is not None else httpx.Response(200)


def listed(bot_id: str, correlation_id: str = "bot_1", **fields: Any) -> dict[str, Any]:
    row = {"uuid": bot_id, "id": 7, "bot_name": "Earshot", "meeting_url": "https://meet.example"}
    extra = {"earshot_id": correlation_id}
    return {**row, "created_at": "2026-05-01T12:00:00", "speakers": [], "extra": extra, **fields}


def event(**fields: Any) -> dict[str, Any]:
    return {
        "uuid": EVENT,
        "calendar_uuid": CALENDAR,
        "name": "Weekly",
        "meeting_url": "",
        "start_time": "2026-05-01T12:00:00Z",
        "end_time": "2026-05-01T13:00:00Z",
        "deleted": False,
        "is_recurring": False,
        "raw": {},
        "bot_param": None,
        **fields,
    }


def meeting_data(**fields: Any) -> dict[str, Any]:
    """What v1 says of a bot; files that are not there are empty texts."""
    bot = fields.pop("bot", {})
    row = {"uuid": BOT, "extra": {"earshot_id": "bot_1"}, "speech_to_text_provider": "Default"}
    files = {"mp4": "", "audio": "", "speaker_diarization_file": ""}
    transcripts = fields.pop("transcripts", [])
    bot_data = {"bot": {**row, **bot}, "event_uuid": None, "transcripts": transcripts}
    return {**files, "duration": 0, "bot_data": bot_data, **fields}
