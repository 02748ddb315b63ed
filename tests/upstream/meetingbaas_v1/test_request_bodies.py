"""Contract: every body the v1 adapter can build is one that the provider's description allows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import httpx
import pytest

from tests.upstream.meetingbaas_v1.wire import BOT, CALENDAR, EVENT, event
from tests.upstream.specs import V1, check_against, load_specs
from tests.upstream.wire import API_KEY, BASE_URL
from upstream.errors import Refused
from upstream.meetingbaas_v1.adapter import MeetingBaasV1
from upstream.meetingbaas_v1.client import Client
from upstream.port import BotSpec, EventRef, OAuthGrant
from upstream.zoom import ZoomCode, ZoomPass

REF = EventRef(CALENDAR, "series", EVENT)
JOIN_AT = datetime(2026, 3, 4, 15, tzinfo=UTC)
GOOGLE = OAuthGrant("google", "client", "client-secret", "refresh")
MICROSOFT = OAuthGrant("microsoft", "client", "client-secret", "refresh", "common")
ZOOM = ZoomPass(user_id="KDcuGIm1QgePTO8WbOqwIQ", email="", credential_id=BOT)
CODE = ZoomCode("code", "https://earshot.example/oauth/zoom/callback/", "id", "secret", "Name")
PLAIN = BotSpec("bot_3kTfQz81LmVwXy0a", "Earshot", "https://meet.google.com/abc-defg-hij")
SPECS = [
    replace(
        PLAIN,
        bot_name=name,
        recording_mode=mode,
        entry_message=entry,
        is_transcribed=is_transcribed,
        language=language,
        callback_url=callback,
        zoom=ZOOM if entry else None,
    )
    for name, mode, entry, is_transcribed, language, callback in product(
        ("Earshot", "", "N" * 400),
        ("speaker_view", "audio_only", "gallery_view"),
        ("", "Hello" * 200),
        (True, False),
        ("", "sv"),
        ("", "https://earshot.example/webhooks/up_1/"),
    )
]

Call = Callable[[MeetingBaasV1], object]
WITH_SPEC: dict[str, Callable[[MeetingBaasV1, BotSpec], object]] = {
    "create": lambda provider, spec: provider.create_bot(spec),
    "schedule": lambda provider, spec: provider.schedule_bot(spec, join_at=JOIN_AT),
    "reschedule": lambda provider, spec: provider.reschedule_bot(BOT, spec, join_at=JOIN_AT),
    "book": lambda provider, spec: provider.book_event(REF, spec),
    "rebook": lambda provider, spec: provider.rebook_event(REF, spec),
}
WITHOUT_SPEC: dict[str, Call] = {
    "cancel": lambda provider: provider.cancel_scheduled_bot(BOT),
    "leave": lambda provider: provider.leave(BOT),
    "delete data": lambda provider: provider.delete_data(BOT),
    "find all": lambda provider: provider.find_bots("bot_1"),
    "transcribe again": lambda provider: provider.transcribe_again(BOT, PLAIN),
    "raw google": lambda provider: provider.list_available_calendars(GOOGLE),
    "raw microsoft": lambda provider: provider.list_available_calendars(MICROSOFT),
    "connect google": lambda provider: provider.connect_calendar(GOOGLE, "primary"),
    "connect microsoft": lambda provider: provider.connect_calendar(MICROSOFT, "AAMk="),
    "reconnect": lambda provider: provider.reconnect_calendar(CALENDAR, MICROSOFT),
    "delete calendar": lambda provider: provider.delete_calendar(CALENDAR),
    "sync": lambda provider: provider.sync_calendar(CALENDAR),
    "resubscribe": lambda provider: provider.resubscribe_calendar(CALENDAR),
    "unbook": lambda provider: provider.unbook_event(REF),
    "connect zoom": lambda provider: provider.connect_zoom(CODE),
    "zoom": lambda provider: provider.list_zoom(),
    "forget zoom": lambda provider: provider.forget_zoom(BOT),
    "list": lambda provider: list(provider.list_bots(since=JOIN_AT)),
    "find": lambda provider: provider.find_bot("bot_1"),
    "get": lambda provider: provider.get_bot(BOT),
    "status": lambda provider: provider.get_bot_status(BOT),
    "screenshots": lambda provider: list(provider.list_screenshots(BOT)),
    "calendars": lambda provider: list(provider.list_calendars()),
    "calendar": lambda provider: provider.get_calendar(CALENDAR),
    "event": lambda provider: provider.get_event(CALENDAR, EVENT),
    "events": lambda provider: list(
        provider.list_events(CALENDAR, start=JOIN_AT, end=JOIN_AT + timedelta(days=30))
    ),
    "series": lambda provider: list(provider.list_series(CALENDAR)),
}
REFUSED: dict[str, Call] = {
    "pause": lambda provider: provider.pause(BOT),
    "resume": lambda provider: provider.resume(BOT),
    "chat": lambda provider: provider.send_chat_message(BOT, "Hello"),
    "resend": lambda provider: provider.resend_webhook(BOT),
    "stop": lambda provider: provider.stop_recording(BOT),
    "start": lambda provider: provider.start_recording(BOT, PLAIN),
    "get transcription": lambda provider: provider.get_transcription("t-1"),
}


def agreeing(request: httpx.Request) -> httpx.Response:
    """A provider that agrees with everything."""
    path = request.url.path
    if path.endswith("/screenshots") or (path == "/calendars/" and request.method == "GET"):
        return httpx.Response(200, json=[])
    if path == "/zoom_oauth_connections/" and request.method == "GET":
        return httpx.Response(200, json=[])
    if path.endswith("/bot"):
        booked = request.method != "DELETE"
        return httpx.Response(200, json=[event(bot_param={"bot_name": "x"} if booked else None)])
    if path.startswith("/calendar_events/") and EVENT in path:
        return httpx.Response(200, json=event())
    return httpx.Response(200, json={"bot_id": BOT, "bots": [], "data": [], "calendars": []})


def sent_by(call: Call) -> list[httpx.Request]:
    requests: list[httpx.Request] = []

    def agree(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return agreeing(request)

    call(MeetingBaasV1(_client(agree)))
    assert requests
    return requests


def _client(handle: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(base_url=BASE_URL, api_key=API_KEY, transport=httpx.MockTransport(handle))


def check_request(request: httpx.Request) -> None:
    """Fail unless path, query and body are as the description says."""
    specs = load_specs(V1)
    paths = specs.document["paths"]
    template = next((path for path in paths if path == request.url.path), None) or next(
        path for path in paths if _fits(path, request.url.path)
    )
    operation = paths[template][request.method.lower()]
    queries = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    given = set(request.url.params)
    assert given <= {parameter["name"] for parameter in queries}
    assert given >= {parameter["name"] for parameter in queries if parameter.get("required")}
    schema = specs.request_schema(request.method, template)
    if schema:
        check_against(httpx.Response(200, content=request.content).json(), schema)
    else:
        assert request.content == b""


def _fits(template: str, path: str) -> bool:
    known, asked = template.split("/"), path.split("/")
    return len(known) == len(asked) and all(
        part == "{uuid}" or part == piece for part, piece in zip(known, asked, strict=True)
    )


@pytest.mark.parametrize("name", WITHOUT_SPEC)
def test_call_is_as_described(name: str) -> None:
    for request in sent_by(WITHOUT_SPEC[name]):
        check_request(request)


@pytest.mark.parametrize("name", WITH_SPEC)
def test_body_of_every_bot_is_as_described(name: str) -> None:
    for spec in SPECS:
        for request in sent_by(lambda provider, spec=spec: WITH_SPEC[name](provider, spec)):  # type: ignore[misc]
            check_request(request)


def test_every_call_of_the_port_is_covered() -> None:
    calls = {
        name
        for name in dir(MeetingBaasV1)
        if not name.startswith("_") and name not in ("capabilities", "read_transcript")
    }
    assert len(WITH_SPEC) + len(WITHOUT_SPEC) - 2 + len(REFUSED) == len(calls)  # two grants


@pytest.mark.parametrize("name", REFUSED)
def test_what_v1_cannot_do_is_refused_without_asking(name: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request)

    with pytest.raises(Refused, match="Meeting BaaS v1"):
        REFUSED[name](MeetingBaasV1(_client(never)))


def test_start_is_told_in_seconds_and_never_in_milliseconds() -> None:
    [request] = sent_by(lambda provider: provider.schedule_bot(PLAIN, join_at=JOIN_AT))
    body = httpx.Response(200, content=request.content).json()
    assert body["start_time"] == 1772636400
    assert "reserved" not in body
    far = datetime(5139, 1, 1, tzinfo=UTC)
    with pytest.raises(Refused):
        sent_by(lambda provider: provider.schedule_bot(PLAIN, join_at=far))


def test_event_bot_is_flat() -> None:
    [request] = sent_by(lambda provider: provider.book_event(REF, SPECS[1]))
    body = httpx.Response(200, content=request.content).json()
    assert (body["noone_joined_timeout"], body["silence_timeout"]) == (600, 600)
    assert "enter_message" in body
    assert not {"entry_message", "automatic_leave", "meeting_url", "start_time"} & set(body)
    assert request.url.params["all_occurrences"] == "false"


def test_times_in_filters_are_written_as_each_list_wants_them() -> None:
    [bots] = sent_by(WITHOUT_SPEC["list"])
    assert bots.url.params["created_after"] == "2026-03-04T15:00:00"
    [events] = sent_by(WITHOUT_SPEC["events"])
    assert events.url.params["start_date_lte"] == "2026-04-03T15:00:00.000Z"
    assert events.url.params["status"] == "all"


def test_same_wish_has_the_same_key_and_another_wish_another() -> None:
    def key(spec: BotSpec) -> str:
        [request] = sent_by(lambda provider: provider.create_bot(spec))
        return str(httpx.Response(200, content=request.content).json()["deduplication_key"])

    assert key(PLAIN) == key(PLAIN)
    assert key(PLAIN) != key(replace(PLAIN, bot_name="Another"))
    assert key(PLAIN).startswith("bot_3kTfQz81LmVwXy0a-")


def test_key_travels_in_its_header_only() -> None:
    [request] = sent_by(WITHOUT_SPEC["get"])
    assert request.headers["x-meeting-baas-api-key"] == API_KEY
    assert API_KEY not in str(request.url)
