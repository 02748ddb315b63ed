"""What each message means, in the new shape and in the legacy one; and that none can harm us."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.upstream.recall.wire import BOT, CALENDAR, OURS, at, status_message
from tests.upstream.test_generated_webhooks import json_values
from upstream.events import (
    BotFailed,
    BotResultChanged,
    BotStatusChanged,
    CalendarConnectionChanged,
    CalendarEventsChanged,
    ChatMessageSent,
    Ignored,
    PersonMoved,
    TranscriptChanged,
    TranscriptLineHeard,
)
from upstream.recall.translation import FAMILIES, NO_STEPS, READERS, translate
from upstream.states import BotState, TranscriptState

RECEIVED = datetime.fromisoformat(at(99))
STEP = BotStatusChanged(
    bot_id=BOT,
    code="in_call_recording",
    state=BotState.RECORDING,
    happened_at=datetime.fromisoformat(at(22)),
    correlation_id=OURS,
)
BOT_PART = {"id": BOT, "metadata": {"earshot_id": OURS}}
ADA = {"id": 101, "name": "Ada Moss", "is_host": True, "platform": "desktop", "extra_data": None}


def about(name: str, **data: Any) -> dict[str, Any]:
    return {"event": name, "data": {"data": data, "bot": BOT_PART}}


def test_status_change() -> None:
    assert translate(status_message("in_call_recording", seconds=22)) == STEP


def test_legacy_status_change_means_the_same() -> None:
    status = {"code": "in_call_recording", "sub_code": None, "message": "", "created_at": at(22)}
    legacy = {"event": "bot.status_change", "data": {"bot_id": BOT, "status": status}}
    assert translate(legacy) == replace(STEP, correlation_id="")


def test_end_of_the_call_tells_why() -> None:
    told = translate(status_message("call_ended", "bot_kicked_from_call", seconds=22))
    state = BotState.PROCESSING
    assert told == replace(STEP, code="bot_kicked_from_call", state=state, is_reason=True)
    bare = translate(status_message("call_ended", seconds=22))
    assert bare == replace(STEP, code="call_ended", state=state)


def test_done_tells_nothing_but_where_to_look() -> None:
    assert translate(status_message("done", seconds=22)) == BotResultChanged(BOT, OURS)


def test_fatal_is_a_failure_with_its_reason() -> None:
    told = translate(status_message("fatal", "zoom_registration_required", seconds=22))
    assert told == BotFailed(BOT, "zoom_registration_required", "", STEP.happened_at, OURS)


def test_code_that_nobody_knows_only_informs() -> None:
    told = translate(status_message("levitating", seconds=22))
    assert told == replace(STEP, code="levitating", state=None)


@pytest.mark.parametrize("code", NO_STEPS)
def test_code_that_says_nothing_about_the_bot_is_left(code: str) -> None:
    assert isinstance(translate(status_message(code, seconds=22)), Ignored)


def test_recording_is_not_the_bot() -> None:
    paused = translate(about("recording.paused", code="paused", updated_at=at(22)))
    assert paused == replace(STEP, code="recording.paused", state=BotState.PAUSED)
    for name in ("recording.done", "recording.failed"):
        assert translate(about(name, code="done", updated_at=at(22))) == BotResultChanged(BOT, OURS)
        without = {"event": name, "data": {"data": {"code": "done"}, "bot": None}}
        assert isinstance(translate(without), Ignored)


@pytest.mark.parametrize(
    ("name", "state"),
    [("done", TranscriptState.READY), ("failed", TranscriptState.FAILED)],
)
def test_transcript_comes_after_the_recording(name: str, state: TranscriptState) -> None:
    told = translate(about(f"transcript.{name}", code=name, updated_at=at(22)))
    assert told == TranscriptChanged(BOT, state, STEP.happened_at, OURS)


@pytest.mark.parametrize(("kind", "is_final"), [("data", True), ("partial_data", False)])
def test_live_line(kind: str, is_final: bool) -> None:
    words = [
        {"text": "Good", "start_timestamp": {"relative": 4.1}, "end_timestamp": None},
        {"text": "morning.", "start_timestamp": {"relative": 4.4}, "end_timestamp": None},
    ]
    told = translate(
        about(f"transcript.{kind}", words=words, participant=ADA), received_at=RECEIVED
    )
    assert told == TranscriptLineHeard(
        bot_id=BOT,
        speaker_id="101",
        speaker_name="Ada Moss",
        text="Good morning.",
        start_seconds=4.1,
        is_final=is_final,
        happened_at=RECEIVED,
        correlation_id=OURS,
    )


def test_chat_message_gets_an_id_that_stays() -> None:
    said = {
        "participant": ADA,
        "timestamp": {"absolute": at(30), "relative": 8.0},
        "data": {"text": "Here is the link.", "to": "everyone"},
    }
    told = translate(about("participant_events.chat_message", **said))
    assert isinstance(told, ChatMessageSent)
    assert (told.sender_name, told.text, told.correlation_id) == (
        "Ada Moss",
        "Here is the link.",
        OURS,
    )
    assert told.happened_at == datetime.fromisoformat(at(30))
    assert translate(about("participant_events.chat_message", **said)) == told
    other = translate(about("participant_events.chat_message", **{**said, "participant": {}}))
    assert isinstance(other, ChatMessageSent)
    assert other.message_id != told.message_id


@pytest.mark.parametrize(("action", "is_here"), [("join", True), ("leave", False)])
def test_people_come_and_go(action: str, is_here: bool) -> None:
    when = {"absolute": at(30), "relative": 8.0}
    body = about(f"participant_events.{action}", participant=ADA, timestamp=when, data=None)
    assert translate(body) == PersonMoved(
        bot_id=BOT,
        person_id="101",
        name="Ada Moss",
        is_here=is_here,
        happened_at=datetime.fromisoformat(at(30)),
        correlation_id=OURS,
    )
    nobody = translate(about(f"participant_events.{action}", participant={}, timestamp=when))
    assert isinstance(nobody, Ignored)


def test_calendar_messages_say_what_to_read_again() -> None:
    changed = {"event": "calendar.update", "data": {"calendar_id": CALENDAR}}
    assert translate(changed) == CalendarConnectionChanged(CALENDAR, None)
    synced = {
        "event": "calendar.sync_events",
        "data": {"calendar_id": CALENDAR, "last_updated_ts": at(0)},
    }
    assert translate(synced) == CalendarEventsChanged(CALENDAR)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_read_with_the_bot_is_kept_and_left(family: str) -> None:
    told = translate(about(f"{family}done", code="done", updated_at=at(22)))
    assert told == Ignored(f"{family}done", "What it tells is read with the bot.")


def test_event_nobody_knows_is_kept_with_a_reason() -> None:
    told = translate({"event": "sdk_upload.done", "data": {"data": {}}})
    assert told == Ignored("sdk_upload.done", "Earshot does not know this event.")


KEYS = ("code", "sub_code", "updated_at", "id", "metadata", "words", "participant", "data", "bot")
odd_data = st.dictionaries(
    st.sampled_from([*KEYS, "bot_id", "status", "calendar_id", "timestamp", "text"]), json_values
)


@settings(max_examples=150, deadline=None, database=None)
@given(st.sampled_from([*sorted(READERS), "bot.done", "bot.status_change"]), odd_data, odd_data)
def test_known_event_with_odd_data_never_raises(name: str, outer: object, inner: object) -> None:
    data = {**outer, "data": inner} if isinstance(outer, dict) else inner
    assert translate({"event": name, "data": data}) is not None


@settings(max_examples=80, deadline=None, database=None)
@given(json_values)
def test_odd_body_is_ignored_with_a_reason(payload: object) -> None:
    told = translate(payload)
    assert isinstance(told, Ignored)
    assert told.reason
