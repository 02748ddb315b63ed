"""What v1's answers mean, and what the adapter makes of what v1 does not have."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.upstream.meetingbaas_v1.wire import (
    BOT,
    CALENDAR,
    EVENT,
    event,
    listed,
    meeting_data,
    ok,
    provider_on,
)
from tests.upstream.wire import Wire
from upstream.errors import (
    CALENDAR_REFUSED,
    BadCredentials,
    Conflict,
    NotFound,
    RateLimited,
    Refused,
    Retryable,
    UpstreamError,
)
from upstream.port import BotSpec, EventRef, OAuthGrant
from upstream.states import BotState, TranscriptState

SPEC = BotSpec("bot_1", "Earshot", "https://meet.google.com/abc-defg-hij")
REF = EventRef(CALENDAR, "series", EVENT)
NEW = "11111111-5b7d-4e8f-9a01-23456789abcd"
JOIN_AT = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401, json={"error": "no"}), BadCredentials),
        (httpx.Response(404), NotFound),
        (httpx.Response(409, text="taken"), Conflict),
        (httpx.Response(429, headers={"retry-after": "7"}), RateLimited),
        (httpx.Response(422, text="what?"), Refused),
        (httpx.Response(307, headers={"location": "/bots/"}), Refused),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), Retryable),
        (httpx.ReadTimeout("slow"), Retryable),
    ],
)
def test_refusal_is_read_from_its_status(answer: httpx.Response, kind: type[UpstreamError]) -> None:
    with pytest.raises(kind) as refusal:
        provider_on(Wire([answer])).get_bot(BOT)
    assert type(refusal.value) is kind
    assert getattr(refusal.value, "retry_after", 7.0) == 7.0


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"mp4": "https://files.example/1"}, BotState.DONE),
        ({"audio": "https://files.example/1"}, BotState.DONE),
        ({"bot": {"errors": "CannotJoinMeeting"}}, BotState.FAILED),
        ({"bot": {"ended_at": "2026-05-01T12:00:00Z"}}, BotState.PROCESSING),
        ({"bot": {"bot_joined_at": "2026-05-01T12:00:00Z"}}, BotState.IN_CALL),
        ({"bot": {"is_stopped": True}}, BotState.CANCELLED),
        ({}, None),
    ],
)
def test_state_is_read_from_what_a_bot_left_behind(
    fields: dict[str, object], state: BotState | None
) -> None:
    snapshot = provider_on(Wire([ok(meeting_data(**fields))])).get_bot(BOT)
    assert (snapshot.state, snapshot.correlation_id) == (state, "bot_1")


def test_files_that_are_not_there_are_none_and_secrets_stay_out() -> None:
    bot = {"speech_to_text_api_key": "never-to-be-kept", "zoom_sdk_pwd": "nor-this"}
    snapshot = provider_on(Wire([ok(meeting_data(bot=bot))])).get_bot(BOT)
    assert (snapshot.links.video, snapshot.links.audio) == (None, None)
    assert "never-to-be-kept" not in repr(snapshot)
    assert "nor-this" not in repr(snapshot)


@pytest.mark.parametrize("keys", [("text", "start_time", "end_time"), ("word", "start", "end")])
def test_transcript_is_brought_into_order_and_form(keys: tuple[str, str, str]) -> None:
    word, start, end = keys
    segments = [
        {"speaker": "Bo", "start_time": 4.0, "words": [{word: "Yes", start: 4.0, end: 4.4}]},
        {
            "speaker": "Ada",
            "start_time": 1.0,
            "end_time": 2.0,
            "lang": "en",
            "words": [{word: "Shall", start: 1.0, end: 1.3}, {word: "we?", start: 1.4, end: 2.0}],
        },
    ]
    data = meeting_data(mp4="https://files.example/1", transcripts=segments)
    snapshot = provider_on(Wire([ok(data)])).get_bot(BOT)
    assert snapshot.transcript is not None
    result = snapshot.transcript["result"]
    assert isinstance(result, dict)
    assert [one["text"] for one in result["utterances"]] == ["Shall we?", "Yes"]
    assert result["utterances"][0]["words"][1] == {"word": "we?", "start": 1.4, "end": 2.0}
    assert result["languages"] == ["en"]
    assert [person.name for person in snapshot.speakers] == ["Bo", "Ada"]


@pytest.mark.parametrize(
    ("bot", "state"),
    [
        ({"speech_to_text_provider": None}, TranscriptState.NOT_REQUESTED),
        ({"transcription_fails": 1}, TranscriptState.FAILED),
        ({"ended_at": "now"}, TranscriptState.PENDING),
        ({"ended_at": "long ago"}, TranscriptState.READY),  # nobody spoke
    ],
)
def test_transcript_state(bot: dict[str, object], state: TranscriptState) -> None:
    now = datetime.now(UTC)
    times = {"now": now.isoformat(), "long ago": (now - timedelta(hours=2)).isoformat()}
    row = {key: times.get(str(value), value) for key, value in bot.items()}
    report = provider_on(Wire([ok(meeting_data(bot=row))])).get_bot_status(BOT)
    assert report.transcript_state == state


def test_repeated_creation_that_is_refused_leads_to_the_bot_of_before() -> None:
    wire = Wire([httpx.Response(400, text="duplicate"), ok({"bots": [listed(BOT)]})])
    assert provider_on(wire).create_bot(SPEC) == BOT


def test_creation_that_is_refused_for_itself_stays_refused() -> None:
    wire = Wire([httpx.Response(400, text="bad link"), ok({"bots": [], "next_cursor": None})])
    with pytest.raises(Refused, match="bad link"):
        provider_on(wire).create_bot(SPEC)


def test_found_bot_is_the_newest_however_the_pages_are_cut() -> None:
    first = {"recent_bots": [], "nextCursor": "2"}
    second = {"bots": [listed(BOT), listed(NEW, created_at="2026-05-02T12:00:00")]}
    wire = Wire([ok(first), ok(second)])
    found = provider_on(wire).find_bot("bot_1")
    assert found is not None
    assert found.bot_id == NEW
    assert wire.requests[1].url.params["cursor"] == "2"


def test_list_that_repeats_itself_is_no_list() -> None:
    page = {"bots": [], "next_cursor": "1"}
    with pytest.raises(Retryable):
        provider_on(Wire([ok(page), ok(page), ok(page)])).find_bot("bot_1")


def test_rescheduled_bot_is_made_before_the_old_one_goes() -> None:
    wire = Wire([ok({"bot_id": NEW}), ok({"ok": True})])
    assert provider_on(wire).reschedule_bot(BOT, SPEC, join_at=JOIN_AT) == NEW
    assert wire.calls == ["POST /bots/", f"DELETE /bots/{BOT}"]


def test_rescheduling_again_after_a_lost_answer_makes_no_third() -> None:
    known = {"bots": [listed(BOT), listed(NEW, created_at="2026-05-02T12:00:00")]}
    wire = Wire([httpx.Response(409), ok(known), httpx.Response(404)])
    assert provider_on(wire).reschedule_bot(BOT, SPEC, join_at=JOIN_AT) == NEW


def test_rescheduling_that_is_refused_leaves_the_old_one() -> None:
    wire = Wire([httpx.Response(400, text="no"), ok({"bots": [listed(BOT)]})])
    with pytest.raises(Refused):
        provider_on(wire).reschedule_bot(BOT, SPEC, join_at=JOIN_AT)
    assert not any(call.startswith("DELETE") for call in wire.calls)


def test_calendar_that_is_connected_already_is_a_conflict() -> None:
    grant = OAuthGrant("google", "client", "secret", "token")
    known = {"uuid": CALENDAR, "google_id": "primary", "email": "a@b.example", "name": "A"}
    wire = Wire([httpx.Response(400, text="exists"), ok([known])])
    with pytest.raises(Conflict):
        provider_on(wire).connect_calendar(grant, "primary")


def test_reading_that_fails_for_this_calendar_tells_why() -> None:
    ended = {"synced_calendars": [], "errors": [[CALENDAR, "Token refresh failed: invalid_grant"]]}
    with pytest.raises(BadCredentials) as refusal:
        provider_on(Wire([ok(ended)])).sync_calendar(CALENDAR)
    assert refusal.value.code == CALENDAR_REFUSED
    broken = {"synced_calendars": [], "errors": [[CALENDAR, "connection reset"]]}
    with pytest.raises(Retryable):
        provider_on(Wire([ok(broken)])).sync_calendar(CALENDAR)
    others = {"synced_calendars": [CALENDAR], "errors": [[EVENT, "invalid_grant"]]}
    provider_on(Wire([ok(others)])).sync_calendar(CALENDAR)


def test_running_meetings_are_listed_and_past_ones_are_not() -> None:
    running = event(start_time="2026-03-04T14:30:00Z", end_time="2026-03-04T15:30:00Z")
    over = event(uuid=BOT, start_time="2026-03-04T10:00:00Z", end_time="2026-03-04T11:00:00Z")
    wire = Wire([ok({"events": [running, over], "next": None})])
    found = provider_on(wire).list_events(CALENDAR, start=JOIN_AT, end=JOIN_AT + timedelta(days=30))
    assert [one.event_id for one in found] == [EVENT]


def test_event_is_read_with_the_calendars_own_record() -> None:
    raw = {
        "iCalUID": "7f3k@google.com",
        "start": {"dateTime": "2026-05-01T14:00:00+02:00", "timeZone": "Europe/Stockholm"},
        "description": "Join: https://zoom.us/j/1",
        "attendees": [{"email": "a@b.example", "responseStatus": "declined", "self": True}],
    }
    wire = Wire([ok(event(raw=raw, bot_param={"bot_name": "x"}, recurring_event_id="r1"))])
    found = provider_on(wire).get_event(CALENDAR, EVENT)
    assert (found.ical_uid, found.time_zone) == ("7f3k@google.com", "Europe/Stockholm")
    assert found.attendees is not None
    assert (found.attendees[0].response, found.attendees[0].is_self) == ("declined", True)
    assert found.texts == ("Join: https://zoom.us/j/1",)
    assert (found.is_bot_scheduled, found.series_id, found.is_detailed) == (True, "r1", True)


def test_deleted_event_is_cancelled() -> None:
    assert provider_on(Wire([ok(event(deleted=True))])).get_event(CALENDAR, EVENT).status == (
        "cancelled"
    )


def test_booking_that_is_there_already_is_success() -> None:
    booked = event(bot_param={"bot_name": "x"})
    provider_on(Wire([httpx.Response(400, text="already"), ok(booked)])).book_event(REF, SPEC)


def test_booking_that_the_answer_does_not_show_is_none() -> None:
    with pytest.raises(Refused):
        provider_on(Wire([ok([event()])])).book_event(REF, SPEC)


def test_booking_that_is_gone_is_made_anew() -> None:
    wire = Wire([httpx.Response(404), ok([event(bot_param={"bot_name": "x"})])])
    provider_on(wire).rebook_event(REF, SPEC)
    assert wire.calls[1] == f"POST /calendar_events/{EVENT}/bot"
    assert json.loads(wire.requests[0].content) == json.loads(wire.requests[1].content)


@pytest.mark.parametrize(
    "answers",
    [
        [ok([event()])],
        [httpx.Response(404)],
        [httpx.Response(400, text="no bot"), ok(event())],
    ],
)
def test_unbooking_what_is_not_booked_is_done(answers: list[httpx.Response]) -> None:
    provider_on(Wire(list(answers))).unbook_event(REF)


def test_unbooking_a_bot_that_has_gone_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        provider_on(Wire([ok([event(bot_param={"bot_name": "x"})])])).unbook_event(REF)
