"""Recorded lives of bots, as the provider tells them, in the order in which they happened.

Each story is what arrives for one bot: the final message often comes twice (webhook and callback),
with another `sent_at`. `end` and `outcome` are what a person must read however it arrives.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.life import LateMove
from bots.lifecycle import BotEvent, step_of
from bots.models import Outcome, StatusChange
from upstream.events import ArtifactLinks, BotCompleted, BotFailed, BotStatusChanged
from upstream.meetingbaas_v2.statuses import meaning_of
from upstream.states import FINAL, BotState

START = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
BOT_ID = "6f1c0d3e-0000-4000-8000-000000000001"
SECOND_ID = "6f1c0d3e-0000-4000-8000-000000000002"
VIDEO = ArtifactLinks(video="https://files.example/v.mp4?sig=1")


@dataclass(frozen=True)
class Story:
    name: str
    events: tuple[BotEvent, ...]
    end: BotState
    outcome: Outcome | str
    leave_requested_at: datetime | None = None
    late_move: LateMove | None = None
    upstream_id: str = BOT_ID

    def __str__(self) -> str:
        return self.name

    @property
    def steps(self) -> list[StatusChange]:
        return [step_of(event) for event in self.events]

    @property
    def bot(self) -> dict[str, Any]:
        """What the bot's row knows besides: booked on a calendar, so not yet the provider's id."""
        moved = self.late_move
        return {
            "upstream_id": "",
            "leave_requested_at": self.leave_requested_at,
            "left_behind_at": moved.before if moved else None,
            "starts_at": moved.after if moved else START,
        }


def is_last_word(step: StatusChange) -> bool:
    return step.state in FINAL


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def status(
    seconds: float, code: str, attempt: int | None = None, bot_id: str = BOT_ID
) -> BotStatusChanged:
    meaning = meaning_of(code)
    return BotStatusChanged(
        bot_id=bot_id,
        code=code,
        state=meaning.state,
        happened_at=at(seconds),
        is_reason=meaning.is_reason,
        is_retry=meaning.is_retry,
        attempt=attempt,
        max_attempts=3 if attempt else None,
    )


def statuses(*told: tuple[float, str]) -> tuple[BotStatusChanged, ...]:
    return tuple(status(seconds, code) for seconds, code in told)


def completed(seconds: float, links: ArtifactLinks = VIDEO) -> BotCompleted:
    return BotCompleted(
        bot_id=BOT_ID,
        happened_at=at(seconds),
        duration_seconds=1500.0,
        joined_at=at(20),
        exited_at=at(1560),
        links=links,
    )


def failed(seconds: float, code: str) -> BotFailed:
    return BotFailed(bot_id=BOT_ID, code=code, message="As it is.", happened_at=at(seconds))


def of_second(*events: BotEvent) -> tuple[BotEvent, ...]:
    """The same, told of another of the provider's bots."""
    return tuple(replace(event, bot_id=SECOND_ID) for event in events)


ARRIVAL = ((0, "queued"), (10, "joining_call"))
ADMITTED = (*ARRIVAL, (30, "in_call_not_recording"), (40, "in_call_recording"))
WENT_HOME = ((1560, "call_ended"), (1570, "recording_succeeded"), (1580, "transcribing"))

STORIES = (
    Story(
        "happy path",
        (*statuses(*ADMITTED, *WENT_HOME), completed(1600), completed(1603)),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "waiting room, then admitted",
        (
            *statuses(*ARRIVAL, (20, "in_waiting_room"), (90, "in_call_not_recording")),
            *statuses((95, "in_call_recording"), *WENT_HOME),
            completed(1600),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "never admitted",
        (
            *statuses(*ARRIVAL, (20, "in_waiting_room"), (620, "waiting_room_timeout")),
            *statuses((621, "recording_failed")),
            failed(630, "TIMEOUT_WAITING_TO_START"),
            failed(633, "TIMEOUT_WAITING_TO_START"),
        ),
        BotState.FAILED,
        Outcome.NEVER_ADMITTED,
    ),
    Story(
        "rejected by the host",
        (
            *statuses(*ARRIVAL, (20, "in_waiting_room"), (50, "bot_rejected")),
            *statuses((51, "recording_failed"), (52, "failed")),
            failed(60, "BOT_NOT_ACCEPTED"),
        ),
        BotState.FAILED,
        Outcome.REFUSED,
    ),
    Story(
        "kicked before anything was recorded",
        (*statuses(*ADMITTED, (44, "bot_removed_too_early")), failed(60, "BOT_REMOVED_TOO_EARLY")),
        BotState.FAILED,
        Outcome.REFUSED,
    ),
    Story(
        "kicked after five minutes",
        (*statuses(*ADMITTED, (340, "bot_removed"), (341, "call_ended")), completed(350)),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "the host never started the meeting",
        (
            *statuses(*ARRIVAL, (20, "in_waiting_for_host"), (620, "waiting_room_timeout")),
            *statuses((621, "recording_failed")),
            failed(630, "WAITING_FOR_HOST_TIMEOUT"),
        ),
        BotState.FAILED,
        Outcome.NOBODY_CAME,
    ),
    Story(
        "nobody joined",
        (*statuses(*ADMITTED[:3], (630, "call_ended")), failed(640, "NO_ATTENDEES")),
        BotState.FAILED,
        Outcome.NOBODY_CAME,
    ),
    Story(
        "set out late",
        (
            *statuses((0, "queued"), (10, "pickup_delayed"), (70, "joining_call")),
            *statuses((100, "in_call_recording"), *WENT_HOME),
            completed(1600),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "tried again until the patience ended",
        (
            *statuses(*ARRIVAL),
            status(15, "retrying", attempt=2),
            *statuses((18, "queued"), (25, "joining_call")),
            status(30, "retrying", attempt=3),
            *statuses((40, "joining_call"), (60, "meeting_error")),
            failed(70, "CANNOT_JOIN_MEETING"),
        ),
        BotState.FAILED,
        Outcome.TECHNICAL,
    ),
    Story(
        "paused twice",
        (
            *statuses(*ADMITTED, (100, "recording_paused"), (160, "recording_resumed")),
            *statuses((300, "recording_paused"), (360, "recording_resumed"), *WENT_HOME),
            completed(1600),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "tried again",
        (
            *statuses(*ARRIVAL),
            status(15, "retrying", attempt=2),
            *statuses((18, "queued"), (25, "joining_call"), (40, "in_call_recording"), *WENT_HOME),
            completed(1600),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "transcription failed, told by a status",
        (
            *statuses(*ADMITTED, *WENT_HOME, (1590, "transcription_failed")),
            failed(1600, "TRANSCRIPTION_FAILED"),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "transcription failed, the recording found by a look",
        (
            *statuses(*ADMITTED, *WENT_HOME),
            failed(1600, "TRANSCRIPTION_FAILED"),
            completed(1560),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "called off before it recorded",
        (*statuses(*ARRIVAL, (20, "in_waiting_room")), failed(40, "EXITING_MEETING_BEFORE_RECORD")),
        BotState.CANCELLED,
        Outcome.NOT_NEEDED,
        leave_requested_at=at(35),
    ),
    Story(
        "asked to leave during the recording",
        (*statuses(*ADMITTED, (900, "api_request_stop"), *WENT_HOME), completed(1600)),
        BotState.DONE,
        Outcome.RECORDED,
        leave_requested_at=at(895),
    ),
    Story(
        "crashed",
        (*statuses(*ADMITTED, (70, "recording_failed")), failed(75, "BOT_CRASHED")),
        BotState.FAILED,
        Outcome.TECHNICAL,
    ),
    Story(
        "transcribing told after completed",
        (
            *statuses(*ADMITTED, (1560, "call_ended")),
            completed(1575),
            *statuses((1580, "transcribing"), (1590, "a_code_of_next_year")),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "failed, and came home after all",
        (*statuses(*ADMITTED), failed(1600, "INTERNAL_ERROR"), completed(1900)),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "moved too late: the first comes for the old time, the second records",
        (
            *statuses(*ARRIVAL, (20, "in_waiting_room")),
            failed(40, "EXITING_MEETING_BEFORE_RECORD"),
            *of_second(*statuses((7200, "queued"), (7240, "in_call_recording")), completed(9000)),
        ),
        BotState.DONE,
        Outcome.RECORDED,
        late_move=LateMove(at(0), at(7200)),
        upstream_id=SECOND_ID,
    ),
    Story(
        "moved too late, and only the first has come so far",
        (*statuses(*ADMITTED), failed(600, "NO_ATTENDEES")),
        BotState.SCHEDULED,
        "",
        late_move=LateMove(at(0), at(7200)),
        upstream_id="",
    ),
    Story(
        "moved too late: the first recorded an empty room",
        (
            *statuses((0, "queued"), (40, "in_call_recording")),
            completed(300),
            *of_second(status(7200, "queued"), failed(7900, "BOT_NOT_ACCEPTED")),
        ),
        BotState.DONE,
        Outcome.RECORDED,
        late_move=LateMove(at(0), at(7200)),
    ),
    Story(
        "sent twice: the first stays, the second goes",
        (
            *statuses(*ADMITTED),
            *of_second(
                *statuses((60, "queued"), (70, "joining_call")),
                failed(90, "EXITING_MEETING_BEFORE_RECORD"),
            ),
            completed(1600),
        ),
        BotState.DONE,
        Outcome.RECORDED,
    ),
    Story(
        "sent twice: the first crashed, the second records",
        (
            *statuses(*ARRIVAL),
            failed(50, "BOT_CRASHED"),
            *of_second(*statuses((60, "queued"), (80, "in_call_recording")), completed(1600)),
        ),
        BotState.DONE,
        Outcome.RECORDED,
        upstream_id=SECOND_ID,
    ),
    Story(
        "sent twice, and both failed",
        (
            *statuses(*ARRIVAL),
            failed(620, "TIMEOUT_WAITING_TO_START"),
            *of_second(status(60, "queued"), failed(90, "BOT_CRASHED")),
        ),
        BotState.FAILED,
        Outcome.NEVER_ADMITTED,
    ),
)
