"""Who sent a v1 webhook, which message it is, and what it means."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstream.errors import InvalidSignature
from upstream.events import (
    BotCompleted,
    BotFailed,
    BotStatusChanged,
    CalendarEventsChanged,
    Ignored,
    TranscriptChanged,
)
from upstream.meetingbaas_v1.translation import READERS, translate
from upstream.meetingbaas_v1.webhooks import MeetingBaasV1Webhooks
from upstream.reasons import explain
from upstream.states import BotState

READER = MeetingBaasV1Webhooks(api_key="our-key", older_keys="old-key")
BOT = "6f1c2a34-5b7d-4e8f-9a01-23456789abcd"


def message(name: str, **data: Any) -> dict[str, Any]:
    return {"event": name, "data": {"bot_id": BOT, **data}}


def id_of(payload: object, key: str = "our-key") -> str:
    return READER.verify({"x-meeting-baas-api-key": key}, json.dumps(payload).encode())


@pytest.mark.parametrize("key", ["", "our-ke", "our-key2", "whatever"])
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidSignature):
        id_of(message("complete"), key)
    with pytest.raises(InvalidSignature):
        READER.verify({}, b"{}")


def test_account_without_a_key_believes_nobody() -> None:
    with pytest.raises(InvalidSignature):
        MeetingBaasV1Webhooks(api_key="").verify({"x-meeting-baas-api-key": ""}, b"{}")


def test_old_key_counts_while_it_is_replaced() -> None:
    assert id_of(message("complete"), "old-key") == id_of(message("complete"))


def test_same_news_has_the_same_id_and_other_news_another() -> None:
    def status(code: str, at: str) -> dict[str, Any]:
        return message("bot.status_change", status={"code": code, "created_at": at})

    first = status("recording_paused", "2026-05-01T12:00:00Z")
    assert id_of(first) == id_of({**first, "attempt": 2})
    told = [
        first,
        status("recording_paused", "2026-05-01T12:05:00Z"),
        status("recording_resumed", "2026-05-01T12:05:00Z"),
        message("complete", mp4="https://files.example/1"),
        message("failed", error="BotNotAccepted"),
        {"event": "calendar.sync_events", "data": {"calendar_id": "c", "last_updated_ts": "1"}},
        {"event": "calendar.sync_events", "data": {"calendar_id": "c", "last_updated_ts": "2"}},
        {"event": "something.new", "data": {"bot_id": BOT}},
    ]
    assert len({id_of(one) for one in told}) == len(told)
    fresh = message("complete", mp4="https://files.example/another-signature")
    assert id_of(fresh) == id_of(told[3])
    assert len(READER.verify({"x-meeting-baas-api-key": "our-key"}, b"not json")) < 120


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("joining_call", BotState.JOINING),
        ("in_waiting_room", BotState.WAITING_ROOM),
        ("in_call_not_recording", BotState.IN_CALL),
        ("in_call_recording", BotState.RECORDING),
        ("recording_paused", BotState.PAUSED),
        ("recording_resumed", BotState.RECORDING),
        ("call_ended", BotState.PROCESSING),
        ("bot_rejected", BotState.PROCESSING),
        ("a_code_of_tomorrow", None),
    ],
)
def test_status_is_told_in_our_states(code: str, state: BotState | None) -> None:
    told = translate(
        message("bot.status_change", status={"code": code, "created_at": "2026-05-01T12:00:00Z"})
    )
    assert isinstance(told, BotStatusChanged)
    assert (told.state, told.code, told.bot_id) == (state, code, BOT)
    assert told.happened_at.isoformat() == "2026-05-01T12:00:00+00:00"


def test_start_of_a_recording_in_seconds_serves_where_nothing_else_tells_the_time() -> None:
    status = {"code": "in_call_recording", "start_time": 1777636800}
    told = translate(message("bot.status_change", status=status))
    assert isinstance(told, BotStatusChanged)
    assert told.happened_at.isoformat() == "2026-05-01T12:00:00+00:00"


def test_completion() -> None:
    told = translate(
        message(
            "complete",
            mp4="https://files.example/1",
            audio="",
            speakers=["Ada", "Bo", "Ada", None],
            extra={"earshot_id": "bot_1"},
            event_uuid="e1",
        )
    )
    assert isinstance(told, BotCompleted)
    assert (told.links.video, told.links.audio) == ("https://files.example/1", None)
    assert [person.name for person in told.speakers] == ["Ada", "Bo"]
    assert (told.correlation_id, told.event_id) == ("bot_1", "e1")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("CannotJoinMeeting", None),
        ("meeting_not_found", None),
        ("TimeoutWaitingToStart", None),
        ("BotNotAccepted", "The host did not let the bot in."),
        ("access_denied", "The host did not let the bot in."),
        ("BotRemoved", "Someone removed the bot from the meeting."),
        ("InvalidMeetingUrl", "The meeting link is not valid."),
        ("authentication_error", None),
        ("network_error", None),
        ("InternalError", None),
        ("internal_error", None),
    ],
)
def test_both_families_of_failures_are_known(error: str, sentence: str | None) -> None:
    told = translate(message("failed", error=error, message="for administrators"))
    assert isinstance(told, BotFailed)
    assert told.code == error
    reason = explain(told.code)
    assert reason.is_known
    assert sentence is None or reason.sentence == sentence


def test_transcript_that_came_later() -> None:
    assert isinstance(translate(message("transcription_complete")), TranscriptChanged)


def test_events_that_are_only_named() -> None:
    body = {"calendar_id": "c1", "affected_event_uuids": ["e1", 7, "e2"]}
    told = translate({"event": "calendar.sync_events", "data": body})
    assert told == CalendarEventsChanged("c1", named=("e1", "e2"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = ("bot_id", "status", "code", "created_at", "calendar_id", "speakers", "mp4", "error")


@settings(max_examples=80, deadline=None, database=None)
@given(st.sampled_from(sorted(READERS)), st.dictionaries(st.sampled_from(KEYS), json_values))
def test_odd_data_never_raises(name: str, data: object) -> None:
    body = {"event": name, "data": data}
    assert translate(body) is not None
    assert id_of(body)


@settings(max_examples=40, deadline=None, database=None)
@given(json_values)
def test_odd_body_is_ignored_with_a_reason(payload: object) -> None:
    told = translate(payload)
    assert isinstance(told, Ignored)
    assert told.reason
