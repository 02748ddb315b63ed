"""What the page of one bot says: where it is in the story, what may be asked of it, how it ended.

Booked → On its way → Waiting room → In the meeting → Recording → Saving → Ready
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bots import locking
from bots.models import Bot, ChatMessage, Outcome, StatusChange
from bots.outcomes import is_explained, minutes_missed
from bots.patience import gives_up_at, leaves_alone_at
from bots.querysets import silence
from bots.words import word_for
from upstream.port import Capabilities
from upstream.reasons import explain
from upstream.registry import capabilities_of
from upstream.states import BotState

STEPS = (
    ("Booked", (BotState.SCHEDULED,)),
    ("On its way", (BotState.QUEUED, BotState.JOINING)),
    ("Waiting room", (BotState.WAITING_ROOM,)),
    ("In the meeting", (BotState.IN_CALL,)),
    ("Recording", (BotState.RECORDING, BotState.PAUSED)),
    ("Saving", (BotState.PROCESSING,)),
    ("Ready", (BotState.DONE,)),
)
STEP_OF = {state: index for index, (_, states) in enumerate(STEPS) for state in states}
WAITING_STEP, RECORDING_STEP = STEP_OF[BotState.WAITING_ROOM], STEP_OF[BotState.RECORDING]

BEFORE_ADMISSION = (
    BotState.SCHEDULED,
    BotState.QUEUED,
    BotState.JOINING,
    BotState.WAITING_ROOM,
)


@dataclass(frozen=True, slots=True)
class Step:
    """`status` is done, skipped, current, failed or ahead; `at` is when it began, if told."""

    label: str
    status: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person may ask now; `greet` is to tell the host that a bot is coming.

    `missing` says why something that one would look for is not there.
    """

    leave: bool
    pause: bool
    resume: bool
    say: bool
    greet: bool
    change: bool
    send_again: bool
    stop: bool = False
    start: bool = False
    keeps_pauses: bool = False
    missing: tuple[str, ...] = ()


def tell(bot: Bot, story: Iterable[StatusChange]) -> dict[str, Any]:
    """Return what the status section of the page shows; the same on the page and on the stream."""
    changes = bot.own(story)
    return {
        "bot": bot,
        "word": word_for(bot),
        "page_title": f"{word_for(bot)} · {bot.title or bot.public_id}",
        "steps": steps_of(bot, changes),
        "attempt": attempt_of(bot, changes),
        "recording_since": recording_since(bot, changes),
        "gives_up_at": gives_up_at(bot),
        "leaves_alone_at": leaves_alone_at(bot),
        "saved_by": bot.state_at + silence(),
        "reason": explain(bot.reason) if bot.reason else None,
        "is_explained": is_explained(bot),
        "missed": minutes_missed(bot),
        "may": wishes_open(bot),
        "meeting_link": bot.meeting_url if bot.meeting_url.startswith("https://") else "",
        "is_late": bot.is_overdue,
        "recording": bot.recordings.first() if bot.has_media else None,
        "changes": changes,
    }


def chat_of(bot: Bot) -> list[ChatMessage]:
    """What was written in the meeting; nothing where a recording of it is left to some people."""
    return [] if bot.is_left_to_some else list(bot.chat_messages.all())


def wishes_open(bot: Bot) -> Wishes:
    """What the provider can do, and this bot at this moment."""
    capabilities = capabilities_of(bot.account)
    is_stopped = bot.stopped_at is not None
    return Wishes(
        leave=bot.can_leave,
        pause=capabilities.can_pause and bot.state == BotState.RECORDING,
        resume=capabilities.can_pause and bot.state == BotState.PAUSED and not is_stopped,
        stop=capabilities.can_stop_recording and bot.state == BotState.RECORDING,
        start=capabilities.can_stop_recording and bot.state == BotState.PAUSED and is_stopped,
        keeps_pauses=capabilities.keeps_pauses,
        say=capabilities.can_send_chat and bot.is_inside,
        greet=bot.state in BEFORE_ADMISSION,
        change=locking.can_change(bot),
        send_again=bot.is_final and bot.outcome != Outcome.REFUSED,
        missing=_missing(bot, capabilities),
    )


def _missing(bot: Bot, capabilities: Capabilities) -> tuple[str, ...]:
    is_at_work = bot.state in (BotState.RECORDING, BotState.PAUSED)
    looked_for = {
        "can_pause": is_at_work,
        "can_stop_recording": is_at_work,
        "can_send_chat": bot.is_inside,
        "has_live_transcript": bot.is_inside and bot.is_transcribed,
    }
    reasons = (capabilities.why_not(flag) for flag, is_now in looked_for.items() if is_now)
    return tuple(filter(None, reasons))


def attempt_of(bot: Bot, changes: list[StatusChange]) -> str:
    """Say which try this is, "attempt 2 of 3", while a bot that failed to get in tries again."""
    retry = max((c for c in changes if c.is_retry), key=lambda c: c.happened_at, default=None)
    if retry is None or bot.state not in BEFORE_ADMISSION:
        return ""
    if retry.attempt is None:
        return "another attempt"
    return f"attempt {retry.attempt}" + (f" of {retry.max_attempts}" if retry.max_attempts else "")


def recording_since(bot: Bot, changes: list[StatusChange]) -> datetime:
    """When this recording would have begun without its pauses: what came before them counts on."""
    before, began = timedelta(), None
    for change in sorted(changes, key=lambda c: c.happened_at):
        if change.is_retry:
            before, began = timedelta(), None
        elif change.state == BotState.RECORDING:
            began = began or change.happened_at
        elif change.state == BotState.PAUSED and began:
            before, began = before + (change.happened_at - began), None
    return began - before if began else bot.state_at


def steps_of(bot: Bot, changes: list[StatusChange]) -> list[Step]:
    """Mark each step; a failure stands where the bot was when it happened."""
    began = _beginnings(bot, changes)
    here = _furthest(bot, began)
    return [
        Step(label, _status(bot, index, here, is_told=index in began), began.get(index))
        for index, (label, _) in enumerate(STEPS)
    ]


def _beginnings(bot: Bot, changes: list[StatusChange]) -> dict[int, datetime]:
    """When each step began. After a retry the way there is told anew."""
    retried_at = max((c.happened_at for c in changes if c.is_retry), default=None)
    began: dict[int, datetime] = {}
    if bot.booked_at:
        began[0] = bot.booked_at
    for change in sorted(changes, key=lambda c: c.happened_at):
        is_current = retried_at is None or change.happened_at >= retried_at
        if is_current and change.state in STEP_OF:
            began.setdefault(STEP_OF[BotState(change.state)], change.happened_at)
    return began


def _furthest(bot: Bot, began: dict[int, datetime]) -> int:
    """A bot that did not make it stands at the last step it took towards a recording."""
    if bot.state in STEP_OF:
        return STEP_OF[BotState(bot.state)]
    taken = [index for index in began if index <= RECORDING_STEP]
    return max(taken, default=0)


def _status(bot: Bot, index: int, here: int, *, is_told: bool) -> str:
    if index > here:
        return "ahead"
    if index < here:
        return "done" if is_told or index != WAITING_STEP else "skipped"
    if bot.state == BotState.DONE:
        return "done"
    return "failed" if bot.is_final else "current"
