"""What Recall leaves to its client, the adapter does: deleting or leaving, moving, sharing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.upstream.recall.wire import (
    BOT,
    CALENDAR,
    EVENT,
    MEETING,
    OURS,
    START,
    WENT,
    answer,
    at,
    booked,
    bot,
    calendar,
    event,
    medium,
    provider_on,
    recording,
    sent,
)
from tests.upstream.wire import Wire
from upstream.errors import Conflict, NotFound, Refused
from upstream.port import BotSpec, EventRef, OAuthGrant, Provider
from upstream.states import BotState, CalendarStatus, TranscriptState

SPEC = BotSpec(
    correlation_id=OURS,
    bot_name="Earshot",
    meeting_url=MEETING,
    callback_url="https://earshot.example/webhooks/up_1/",
    callback_secret="our token",
)
GRANT = OAuthGrant("google", "client", "client-secret", "refresh", email="maya@northwind.example")
REF = EventRef(CALENDAR, "7f3k", EVENT)
ONE = f"/api/v1/bot/{BOT}/"
EVENT_BOT = f"/api/v2/calendar-events/{EVENT}/bot/"
GONE = httpx.Response(204)
NOT_ALLOWED = answer({"detail": "Method not allowed."}, 405)


def page(*items: Any) -> httpx.Response:
    return answer({"next": None, "previous": None, "results": list(items)})


def refusal(code: str) -> httpx.Response:
    return answer({"code": code, "detail": "No."}, 400)


def test_adapter_is_a_provider_that_says_what_it_cannot() -> None:
    provider: Provider = provider_on(Wire())
    capabilities = provider.capabilities
    assert (
        capabilities.why_not("can_choose_calendar") == "Recall records only the primary calendar."
    )
    assert capabilities.why_not("can_pause") == ""
    with pytest.raises(Refused):
        provider.resend_webhook(BOT)


# Another transcript


def test_another_transcript_is_made_of_the_newest_whole_recording() -> None:
    made = bot(*WENT, recordings=[recording(), recording(began=99, number=2)])
    later = recording("processing", began=999, number=3)
    made["recordings"].append(later)
    wire = Wire([answer(made), answer({"id": "t-9"}, 201)])
    assert provider_on(wire).transcribe_again(BOT, replace(SPEC, language="de")) == "t-9"
    assert str(wire.requests[-1].url.path) == "/api/v1/recording/recording-2/create_transcript/"
    assert sent(wire) == {"provider": {"recallai_async": {"language_code": "de"}}}
    wire = Wire([answer({"id": "t-9"}, 201)])
    provider_on(wire).transcribe_again(BOT, SPEC, recording_id="recording-1")
    assert sent(wire) == {"provider": {"recallai_async": {"language_code": "auto"}}}
    with pytest.raises(Refused, match="no whole recording"):
        provider_on(Wire([answer(bot(*WENT))])).transcribe_again(BOT, SPEC)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("processing", TranscriptState.PENDING),
        ("done", TranscriptState.READY),
        ("failed", TranscriptState.FAILED),
        ("deleted", TranscriptState.FAILED),
        ("thinking", TranscriptState.PENDING),
    ],
)
def test_another_transcript_tells_how_far_it_is(code: str, state: TranscriptState) -> None:
    link = "https://files.example/t.json" if code == "done" else None
    told = provider_on(Wire([answer(medium(link, code))])).get_transcription("t-9")
    assert (told.state, told.link) == (state, link or "")


# Bots


def test_bot_is_sent_with_all_that_was_wished() -> None:
    wire = Wire([answer({"id": BOT}, 201)])
    assert provider_on(wire).create_bot(replace(SPEC, entry_message="Hello")) == BOT
    body = sent(wire)
    assert (body["meeting_url"], body["bot_name"], "join_at" in body) == (MEETING, "Earshot", False)
    assert body["metadata"] == {"earshot_id": OURS}
    assert body["chat"] == {"on_bot_join": {"send_to": "everyone", "message": "Hello"}}
    config = body["recording_config"]
    assert config["video_mixed_mp4"] == {}
    assert config["transcript"]["provider"]["recallai_streaming"]["language_code"] == "auto"
    assert config["realtime_endpoints"] == [
        {
            "type": "webhook",
            "url": "https://earshot.example/webhooks/up_1/?token=our+token",
            "events": [
                "transcript.data",
                "transcript.partial_data",
                "participant_events.chat_message",
                "participant_events.join",
                "participant_events.leave",
            ],
        }
    ]


def test_bot_without_transcript_hears_the_chat_and_who_comes() -> None:
    wire = Wire([answer({"id": BOT}, 201)])
    wish = replace(SPEC, is_transcribed=False, recording_mode="audio_only")
    provider_on(wire).schedule_bot(wish, join_at=START)
    body = sent(wire)
    config = body["recording_config"]
    assert body["join_at"] == "2026-03-04T15:00:00Z"
    assert "transcript" not in config
    assert "video_mixed_mp4" not in config
    assert config["audio_mixed_mp3"] == {}
    events = config["realtime_endpoints"][0]["events"]
    assert events == [f"participant_events.{name}" for name in ("chat_message", "join", "leave")]


@pytest.mark.parametrize(
    ("answers", "calls"),
    [
        ([GONE], [f"DELETE {ONE}"]),
        ([NOT_ALLOWED, answer(bot())], [f"DELETE {ONE}", f"POST {ONE}leave_call/"]),
    ],
)
def test_scheduled_bot_is_deleted_or_told_to_leave(
    answers: list[httpx.Response], calls: list[str]
) -> None:
    wire = Wire(list(answers))
    provider_on(wire).cancel_scheduled_bot(BOT)
    assert wire.calls == calls


def test_bot_that_has_not_set_out_cannot_leave_and_is_deleted() -> None:
    wire = Wire([refusal("cannot_command_unstarted_bot"), GONE])
    provider_on(wire).leave(BOT)
    assert wire.calls == [f"POST {ONE}leave_call/", f"DELETE {ONE}"]


def test_bot_that_is_over_cannot_leave() -> None:
    with pytest.raises(Conflict):
        provider_on(Wire([refusal("cannot_command_completed_bot")])).leave(BOT)


def test_bot_inside_the_last_ten_minutes_is_not_moved() -> None:
    wire = Wire([refusal("update_bot_failed")])
    with pytest.raises(Conflict):
        provider_on(wire).reschedule_bot(BOT, SPEC, join_at=START)
    assert wire.calls == [f"PATCH {ONE}"]


def test_bot_is_found_by_our_id_and_one_that_came_to_nothing_last() -> None:
    failed = bot(*WENT[:2], WENT[-1], id="failed")
    wire = Wire([page(failed, bot(*WENT, recordings=[recording()]))])
    found = provider_on(wire).find_bot(OURS)
    assert found is not None
    assert (found.bot_id, found.state) == (BOT, BotState.DONE)
    assert dict(wire.requests[0].url.params) == {"metadata__earshot_id": OURS}
    assert provider_on(Wire([page(bot(metadata={}))])).find_bot(OURS) is None


def test_bots_that_joined_have_no_time_and_are_listed_all_the_same() -> None:
    wire = Wire([page(bot(id="due")), page(bot(id="inside"), bot(id="due"))])
    found = provider_on(wire).list_bots(since=START)
    assert [one.bot_id for one in found] == ["due", "inside"]
    assert wire.requests[0].url.params["join_at_after"] == at(0)


def test_data_is_deleted_by_a_post() -> None:
    wire = Wire([answer({})])
    provider_on(wire).delete_data(BOT)
    assert wire.calls == [f"POST {ONE}delete_media/"]


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_chat_message_has_a_length(text: str) -> None:
    with pytest.raises(Refused):
        provider_on(Wire()).send_chat_message(BOT, text)


# Calendars


def test_only_the_primary_calendar_is_offered() -> None:
    (only,) = provider_on(Wire()).list_available_calendars(GRANT)
    assert (only.raw_id, only.email, only.is_primary) == (GRANT.email, GRANT.email, True)


def test_calendar_is_connected_once() -> None:
    wire = Wire([page(), answer(calendar("connecting", platform_email=None), 201)])
    made = provider_on(wire).connect_calendar(GRANT, GRANT.email)
    assert (made.calendar_id, made.status, made.synced_at) == (
        CALENDAR,
        CalendarStatus.ACTIVE,
        None,
    )
    assert sent(wire) == {
        "platform": "google_calendar",
        "oauth_client_id": "client",
        "oauth_client_secret": "client-secret",
        "oauth_refresh_token": "refresh",
        "oauth_email": GRANT.email,
    }
    for known in (calendar(), calendar(platform_email=None, oauth_email=GRANT.email.upper())):
        with pytest.raises(Conflict):
            provider_on(Wire([page(known)])).connect_calendar(GRANT, GRANT.email)


def test_calendar_is_read_once_it_is_connected() -> None:
    found = provider_on(Wire([answer(calendar())])).get_calendar(CALENDAR)
    assert (found.email, found.platform, found.sync_status) == (GRANT.email, "google", "success")
    assert found.synced_at == datetime.fromisoformat(at(4))


@pytest.mark.parametrize(
    ("word", "status", "message"),
    [
        ("disconnected", CalendarStatus.REVOKED, ""),
        ("levitating", CalendarStatus.ERROR, "levitating"),
    ],
)
def test_calendar_that_cannot_be_read_says_so(
    word: str, status: CalendarStatus, message: str
) -> None:
    found = provider_on(Wire([answer(calendar(word))])).get_calendar(CALENDAR)
    assert (found.status, found.status_message, found.synced_at) == (status, message, None)


def test_listing_holds_the_meeting_that_runs_and_not_the_one_that_is_over() -> None:
    over = event(id="over", end_time=at(60))
    wire = Wire([page(over, event(), event(id="gone", is_deleted=True), {"id": "odd"})])
    found = list(
        provider_on(wire).list_events(
            CALENDAR, start=START + timedelta(minutes=5), end=START + timedelta(days=28)
        )
    )
    assert [(one.event_id, one.status) for one in found] == [
        (EVENT, "confirmed"),
        ("gone", "cancelled"),
    ]
    assert wire.requests[0].url.params["start_time__gte"] == at(300 - 86400)


def test_event_is_booked_at_its_own_time_and_place() -> None:
    wire = Wire([answer(event()), answer(event(bots=[booked(at(0))]))])
    provider_on(wire).book_event(REF, SPEC)
    assert wire.calls[1] == f"POST {EVENT_BOT}"
    body = sent(wire)
    assert body["deduplication_key"] == f"{at(0)}-{MEETING}-{OURS}"
    assert body["bot_config"]["metadata"] == {"earshot_id": OURS}
    assert not {"meeting_url", "join_at"} & set(body["bot_config"])


def test_moved_event_is_asked_for_again_under_its_new_time() -> None:
    wire = Wire([answer(event(start_time=at(600))), answer(event())])
    provider_on(wire).rebook_event(REF, SPEC)
    assert sent(wire)["deduplication_key"] == f"{at(600)}-{MEETING}-{OURS}"


def test_event_without_a_link_is_not_booked() -> None:
    wire = Wire([answer(event(meeting_url=None))])
    with pytest.raises(Refused) as caught:
        provider_on(wire).book_event(REF, SPEC)
    assert (caught.value.code, len(wire.requests)) == ("NO_MEETING_URL", 1)


def test_unbooking_is_quiet_unless_a_bot_remains() -> None:
    provider_on(Wire([answer(event())])).unbook_event(REF)
    provider_on(Wire([answer({"detail": "Not found."}, 404)])).unbook_event(REF)
    with pytest.raises(Conflict):
        provider_on(Wire([answer(event(bots=[booked(at(0))]))])).unbook_event(REF)


def test_series_are_put_together_from_their_events() -> None:
    single = event(id="alone", raw={"summary": "Once"})
    wire = Wire([page(event(), event(id="next"), single)])
    found = {one.series_id: one for one in provider_on(wire).list_series(CALENDAR)}
    assert [one.event_id for one in found["7f3k"].events] == [EVENT, "next"]
    assert (found["7f3k"].is_recurring, found["alone"].is_recurring) == (True, False)


def test_calendar_that_is_gone_is_not_found() -> None:
    with pytest.raises(NotFound):
        provider_on(Wire([answer({"detail": "Not found."}, 404)])).delete_calendar(CALENDAR)
