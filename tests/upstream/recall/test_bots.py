"""Where a bot is, and what it brought: read from its whole story and from its recordings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.upstream.recall.wire import (
    BOT,
    CAME,
    OURS,
    START,
    WENT,
    at,
    bot,
    change,
    medium,
    recording,
)
from upstream.events import ArtifactLinks
from upstream.fields import Fields
from upstream.recall.bots import bot_snapshot, bot_status_report
from upstream.states import BotState, TranscriptState

LATER = START + timedelta(days=1)


def state_of(*changes: dict[str, Any], **fields: Any) -> BotState | None:
    return bot_snapshot(Fields(bot(*changes, **fields)), now=START).state


def test_bot_that_came_home_brings_the_addresses_of_its_recording() -> None:
    found = bot_snapshot(Fields(bot(*WENT, recordings=[recording()])))
    assert (found.bot_id, found.correlation_id, found.state) == (BOT, OURS, BotState.DONE)
    assert found.links == ArtifactLinks(
        video="https://files.example/1/v.mp4?sig=1",
        transcript="https://files.example/1/t.json?sig=1",
    )
    assert found.joined_at == datetime(2026, 3, 4, 15, 0, 20, tzinfo=UTC)
    assert found.exited_at == datetime(2026, 3, 4, 15, 30, 22, tzinfo=UTC)
    assert (found.duration_seconds, found.error_code) == (900.0, "")
    assert found.left_because == "call_ended_by_host"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ((), BotState.QUEUED),
        ((change("ready", 0),), BotState.QUEUED),
        (CAME[:1], BotState.JOINING),
        (CAME[:2], BotState.WAITING_ROOM),
        (CAME[:3], BotState.IN_CALL),
        (CAME[:4], BotState.IN_CALL),
        (CAME, BotState.RECORDING),
        ((*CAME, change("in_call_not_recording", 60)), BotState.PAUSED),
        (
            (*CAME, change("in_call_not_recording", 60), change("in_call_recording", 70)),
            BotState.RECORDING,
        ),
        ((*CAME, change("breakout_room_entered", 60)), BotState.RECORDING),
        ((*CAME, change("levitating", 60)), BotState.RECORDING),
        (WENT[:-1], BotState.PROCESSING),
        ((change("levitating", 60),), None),
    ],
)
def test_state_follows_from_the_whole_story(
    changes: tuple[dict[str, Any], ...], state: BotState | None
) -> None:
    assert state_of(*changes) == state


def test_bot_of_tomorrow_is_scheduled() -> None:
    tomorrow = LATER.isoformat()
    assert state_of(join_at=tomorrow) is BotState.SCHEDULED
    assert state_of(change("ready", 0), join_at=tomorrow) is BotState.SCHEDULED


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (["done"], BotState.DONE),
        (["failed", "done"], BotState.DONE),
        (["processing"], BotState.PROCESSING),
        (["failed"], BotState.FAILED),
        (["deleted"], BotState.DONE),
        ([], BotState.DONE),
    ],
)
def test_done_says_only_that_it_was_switched_off(outcomes: list[str], state: BotState) -> None:
    recordings = [recording(code, number=n) for n, code in enumerate(outcomes)]
    assert state_of(*WENT, recordings=recordings) == state


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ((change("call_ended", 30, "bot_kicked_from_waiting_room"),),
         "bot_kicked_from_waiting_room"),
        ((change("recording_permission_denied", 20, "zoom_host_not_present"),
          change("call_ended", 60, "timeout_exceeded_recording_permission_denied")),
         "zoom_host_not_present"),
        ((change("call_ended", 30),), "call_ended"),
        ((), "nothing_recorded"),
    ],
)  # fmt: skip
def test_done_without_a_recording_failed_for_the_reason_it_left(
    reason: tuple[dict[str, Any], ...], code: str
) -> None:
    found = bot_snapshot(Fields(bot(*CAME[:3], *reason, change("done", 90))))
    assert (found.state, found.error_code) == (BotState.FAILED, code)


def test_fatal_bot_that_brought_something_home_is_done() -> None:
    fatal = (*CAME, change("fatal", 90, "bot_errored"))
    assert state_of(*fatal, recordings=[recording("processing")]) is BotState.FAILED
    found = bot_snapshot(Fields(bot(*fatal, recordings=[recording()])))
    assert (found.state, found.left_because) == (BotState.DONE, "bot_errored")
    failed = bot_snapshot(Fields(bot(*fatal)))
    assert (failed.state, failed.error_code) == (BotState.FAILED, "bot_errored")


def test_newest_whole_recording_is_the_interesting_one() -> None:
    several = [
        recording(number=2, began=600),
        recording(number=1),
        recording("failed", number=3, began=1200),
    ]
    found = bot_snapshot(Fields(bot(*WENT, recordings=several)))
    assert found.links.video == "https://files.example/2/v.mp4?sig=1"


def test_media_may_be_null_absent_or_without_an_address() -> None:
    bare = recording(video_mixed=None, participant_events=None, transcript=medium(None))
    bare["media_shortcuts"]["audio_mixed"] = medium("https://files.example/a.mp3")
    found = bot_snapshot(Fields(bot(*WENT, recordings=[bare])))
    assert found.links == ArtifactLinks(audio="https://files.example/a.mp3")


def test_deleted_media_are_told() -> None:
    gone = bot_snapshot(Fields(bot(*WENT, recordings=[recording("deleted")])))
    assert (gone.is_data_deleted, gone.links) == (True, ArtifactLinks())
    expired = bot_snapshot(Fields(bot(*WENT, change("media_expired", 9000))))
    assert (expired.is_data_deleted, expired.state) == (True, BotState.DONE)
    assert not bot_snapshot(Fields(bot(*CAME))).is_data_deleted


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"recordings": [recording()]}, TranscriptState.READY),
        ({"recordings": [recording(transcript=medium(None, "failed"))]}, TranscriptState.FAILED),
        (
            {"recordings": [recording(transcript=medium(None, "processing"))]},
            TranscriptState.PENDING,
        ),
        ({"recordings": [recording(transcript=None)]}, TranscriptState.PENDING),
        ({"recording_config": {}}, TranscriptState.NOT_REQUESTED),
    ],
)
def test_transcript_has_a_state_of_its_own(fields: dict[str, Any], state: TranscriptState) -> None:
    report = bot_status_report(Fields(bot(*WENT, **fields)))
    assert (report.transcript_state, report.code) == (state, "done")
    assert report.updated_at == datetime.fromisoformat(at(1840))
