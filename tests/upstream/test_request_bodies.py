"""Contract: every body the adapter can build is one that the provider's description allows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import httpx
import pytest

from tests.upstream.specs import check_against, load_specs
from tests.upstream.wire import Wire, client_on, ok
from upstream.meetingbaas_v2.adapter import MeetingBaasV2
from upstream.port import BotSpec, EventRef, OAuthGrant
from upstream.zoom import ZoomCode, ZoomPass

BOT = "6f1c2a34-5b7d-4e8f-9a01-23456789abcd"
CALENDAR = "c1d2e3f4-0516-4738-894a-5b6c7d8e9f01"
EVENT = "9a02b1c3-d4e5-4f60-8172-93a4b5c6d7e8"
REF = EventRef(CALENDAR, "77ab88cd-99ef-4a0b-8c1d-2e3f4a5b6c7d", EVENT)
JOIN_AT = datetime(2026, 3, 4, 16, tzinfo=timezone(timedelta(hours=1)))
GOOGLE = OAuthGrant("google", "client", "client-secret", "refresh")
MICROSOFT = OAuthGrant("microsoft", "client", "client-secret", "refresh", "common")
ZOOM = ZoomPass(
    user_id="KDcuGIm1QgePTO8WbOqwIQ",
    email="maya@northwind.example",
    credential_id="6f1c2a34-5b7d-4e8f-9a01-23456789abce",
)
CODE = ZoomCode("code", "https://earshot.example/oauth/zoom/callback/", "id", "secret", "N" * 300)

PLAIN = BotSpec(
    correlation_id="bot_3kTfQz81LmVwXy0a",
    bot_name="Earshot",
    meeting_url="https://meet.google.com/abc-defg-hij",
)
SPECS = [
    replace(
        PLAIN,
        bot_name=name,
        recording_mode=mode,
        entry_message=entry,
        is_transcribed=is_transcribed,
        with_summary=with_summary,
        callback_url=callback,
        callback_secret="s" if callback else "",
        zoom=ZOOM if entry else None,
    )
    for name, mode, entry, is_transcribed, with_summary, callback in product(
        ("Earshot", "", "N" * 400),
        ("speaker_view", "audio_only"),
        ("", "Hello" * 200),
        (True, False),
        (True, False),
        ("", "https://earshot.example/webhooks/up_1/"),
    )
]

Call = Callable[[MeetingBaasV2], object]
WITH_SPEC: dict[str, Callable[[MeetingBaasV2, BotSpec], object]] = {
    "create": lambda provider, spec: provider.create_bot(spec),
    "schedule": lambda provider, spec: provider.schedule_bot(spec, join_at=JOIN_AT),
    "reschedule": lambda provider, spec: provider.reschedule_bot(BOT, spec, join_at=JOIN_AT),
    "book": lambda provider, spec: provider.book_event(REF, spec),
    "rebook": lambda provider, spec: provider.rebook_event(REF, spec),
}
WITHOUT_SPEC: dict[str, Call] = {
    "cancel": lambda provider: provider.cancel_scheduled_bot(BOT),
    "leave": lambda provider: provider.leave(BOT),
    "pause": lambda provider: provider.pause(BOT),
    "resume": lambda provider: provider.resume(BOT),
    "chat": lambda provider: provider.send_chat_message(BOT, "Hello"),
    "delete data": lambda provider: provider.delete_data(BOT),
    "resend": lambda provider: provider.resend_webhook(BOT),
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
    "forget zoom": lambda provider: provider.forget_zoom(ZOOM.credential_id),
    "list": lambda provider: list(provider.list_bots(since=JOIN_AT)),
    "find": lambda provider: provider.find_bot("bot_1"),
    "find all": lambda provider: provider.find_bots("bot_1"),
    "get": lambda provider: provider.get_bot(BOT),
    "status": lambda provider: provider.get_bot_status(BOT),
    "screenshots": lambda provider: list(provider.list_screenshots(BOT)),
    "calendars": lambda provider: list(provider.list_calendars()),
    "calendar": lambda provider: provider.get_calendar(CALENDAR),
    "events": lambda provider: list(
        provider.list_events(CALENDAR, start=JOIN_AT, end=datetime(2026, 4, 4, tzinfo=UTC))
    ),
    "series": lambda provider: list(provider.list_series(CALENDAR)),
}
ELSEWHERE = {
    "capabilities": "no call",
    "get_event": "its path is the only one with two ids",
    "read_transcript": "no call",
    "stop_recording": "refused",
    "start_recording": "refused",
    "transcribe_again": "newer than the description",
    "get_transcription": "refused",
}
IDS = {"bot_id": BOT, "calendar_id": CALENDAR, "event_id": EVENT, "id": ZOOM.credential_id}


def sent_by(call: Call) -> list[httpx.Request]:
    """Return what a call sends to a provider that agrees with everything."""
    requests: list[httpx.Request] = []

    def agree(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return ok([]) if request.method == "GET" else ok({"bot_id": BOT})

    call(MeetingBaasV2(client_on(agree)))
    assert requests
    return requests


def check_request(request: httpx.Request) -> None:
    """Fail unless path, query and body are as the description says."""
    specs = load_specs()
    by_path = {template.format(**IDS): template for template in specs.document["paths"]}
    template = by_path[request.url.path]
    operation = specs.document["paths"][template][request.method.lower()]
    queries = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    given = set(request.url.params)
    assert given <= {parameter["name"] for parameter in queries}
    assert given >= {parameter["name"] for parameter in queries if parameter["required"]}
    schema = specs.request_schema(request.method, template)
    if schema:
        check_against(httpx.Response(200, content=request.content).json(), schema)
    elif request.method != "GET":
        assert request.content == b"{}"


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
        name for name in dir(MeetingBaasV2) if not name.startswith("_") and name not in ELSEWHERE
    }
    assert len(WITH_SPEC) + len(WITHOUT_SPEC) - 2 == len(calls)  # two grants are tried twice


@pytest.mark.parametrize("name", WITH_SPEC)
def test_bot_is_described_in_full_on_every_call(name: str) -> None:
    """An update that leaves something out may reset it, so it sends what a creation sends."""
    [request] = sent_by(lambda provider: WITH_SPEC[name](provider, SPECS[0]))
    body = httpx.Response(200, content=request.content).json()
    assert body["extra"] == {"earshot_id": "bot_3kTfQz81LmVwXy0a"}
    assert body["transcription_enabled"] is True
    assert body["transcription_config"]["custom_params"]["summarization"] is True
    assert body["transcription_config"]["custom_params"]["chapterization"] is True
    assert set(body) >= {
        "bot_name",
        "recording_mode",
        "entry_message",
        "timeout_config",
        "streaming_enabled",
        "callback_enabled",
    }


@pytest.mark.parametrize("name", ["book", "rebook"])
def test_calendar_bot_has_no_address_of_its_own(name: str) -> None:
    [request] = sent_by(lambda provider: WITH_SPEC[name](provider, PLAIN))
    body = httpx.Response(200, content=request.content).json()
    assert not {"meeting_url", "allow_multiple_bots"} & set(body)
    assert (body["series_id"], body["event_id"]) == (REF.series_id, REF.event_id)
    assert body["all_occurrences"] is False


def test_times_are_sent_in_utc_with_a_literal_z() -> None:
    [request] = sent_by(lambda provider: provider.schedule_bot(PLAIN, join_at=JOIN_AT))
    assert b'"join_at":"2026-03-04T15:00:00.000Z"' in request.content
    [events] = sent_by(WITHOUT_SPEC["events"])
    assert events.url.params["start_date"] == "2026-03-04T15:00:00.000Z"
    assert events.url.params["show_cancelled"] == "true"


def test_key_travels_in_its_header_only() -> None:
    wire = Wire([ok({"bot_id": BOT})])
    MeetingBaasV2(client_on(wire.handle)).create_bot(PLAIN)
    [request] = wire.requests
    assert request.headers["x-meeting-baas-api-key"] == "key-never-to-be-seen"
    assert "key-never-to-be-seen" not in str(request.url)
    assert b"key-never-to-be-seen" not in request.content


def test_a_bot_names_the_credential_it_comes_with_and_none_otherwise() -> None:
    bodies = [
        httpx.Response(200, content=sent_by(lambda p, s=spec: p.create_bot(s))[0].content).json()  # type: ignore[misc]
        for spec in (replace(PLAIN, zoom=ZOOM), PLAIN)
    ]
    assert bodies[0]["zoom_config"] == {"credential_id": ZOOM.credential_id}
    assert bodies[1]["zoom_config"] is None
