"""Recall.ai's codes in our states. Lists of codes are not closed: one that nobody knows informs.

    ready → joining_call → in_waiting_room → in_call_not_recording → in_call_recording
      → call_ended (sub_code: why) → done        fatal (sub_code: why) from any stage

`in_call_not_recording` after a recording is a pause. `done` says only that the bot was switched
off: whether it brought something is seen at its recordings, and why not at `call_ended`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from upstream.fields import Fields
from upstream.states import BotState, CalendarStatus, Platform, TranscriptState

STATES: dict[str, BotState] = {
    "ready": BotState.QUEUED,
    "joining_call": BotState.JOINING,
    "in_waiting_room": BotState.WAITING_ROOM,
    "participant_in_waiting_room": BotState.WAITING_ROOM,
    "in_call_not_recording": BotState.IN_CALL,
    "recording_permission_allowed": BotState.IN_CALL,
    "recording_permission_denied": BotState.IN_CALL,
    "in_call_recording": BotState.RECORDING,
    "recording_done": BotState.PROCESSING,
    "call_ended": BotState.PROCESSING,
    "done": BotState.PROCESSING,
    "fatal": BotState.FAILED,
}
# They come in between, and say nothing about where the bot is.
ASIDE = ("recording_permission_allowed", "recording_permission_denied")

TRANSCRIPT_STATES = {
    "processing": TranscriptState.PENDING,
    "done": TranscriptState.READY,
    "failed": TranscriptState.FAILED,
}
CALENDAR_STATUSES = {
    "connecting": CalendarStatus.ACTIVE,
    "connected": CalendarStatus.ACTIVE,
    "disconnected": CalendarStatus.REVOKED,
}
PLATFORMS = {
    "zoom": Platform.ZOOM,
    "google_meet": Platform.MEET,
    "microsoft_teams": Platform.TEAMS,
}
NOTHING_RECORDED = "nothing_recorded"
NOT_PERMITTED = "timeout_exceeded_recording_permission_denied"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a bot's `status_changes`."""

    code: str
    sub_code: str
    message: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """What a bot went through, oldest first, and what became of each of its recordings."""

    changes: tuple[Change, ...]
    outcomes: tuple[str, ...]  # of its recordings: processing, paused, done, failed, deleted
    is_due_later: bool = False

    @property
    def code(self) -> str:
        return self.changes[-1].code if self.changes else "ready"

    @property
    def has_recorded(self) -> bool:
        return "in_call_recording" in self._codes or "done" in self.outcomes

    @property
    def is_over(self) -> bool:
        return not {"done", "fatal", "media_expired"}.isdisjoint(self._codes)

    def state(self) -> BotState | None:
        if self.is_over:
            return self._end()
        if not {"call_ended", "recording_done"}.isdisjoint(self._codes):
            return BotState.PROCESSING
        if not self.changes or self._codes == ["ready"]:
            return BotState.SCHEDULED if self.is_due_later else BotState.QUEUED
        known = [code for code in self._codes if code in STATES and code not in ASIDE]
        if not known:
            return None
        state = STATES[known[-1]]
        is_paused = state == BotState.IN_CALL and "in_call_recording" in known
        return BotState.PAUSED if is_paused else state

    def reason(self) -> Change:
        """Why nothing came of it, as precisely as anybody said."""
        for code in ("fatal", "call_ended"):
            if found := self._last(code):
                denied = self._last("recording_permission_denied")
                is_vague = found.sub_code in ("", NOT_PERMITTED)
                return denied if denied and denied.sub_code and is_vague else found
        return Change(NOTHING_RECORDED, "", "", None)

    def left_because(self) -> str:
        """Why it went, if that was said; empty while it is there."""
        ended = self._last("fatal") or self._last("call_ended")
        if ended is None:
            return ""
        return ended.sub_code or (ended.code if ended.code == "fatal" else "")

    def at(self, *codes: str) -> datetime | None:
        """When the first of these was reached."""
        return next((one.at for one in self.changes if one.code in codes and one.at), None)

    def _end(self) -> BotState:
        if "done" in self.outcomes or "deleted" in self.outcomes:
            return BotState.DONE
        if "fatal" in self._codes and "done" not in self._codes:
            return BotState.FAILED
        if not {"processing", "paused"}.isdisjoint(self.outcomes):
            return BotState.PROCESSING  # what it brought is still being stored
        is_lost = not self.has_recorded or "failed" in self.outcomes
        return BotState.FAILED if is_lost else BotState.DONE

    @property
    def _codes(self) -> list[str]:
        return [change.code for change in self.changes]

    def _last(self, code: str) -> Change | None:
        return next((one for one in reversed(self.changes) if one.code == code), None)


def changes_of(items: Sequence[Fields]) -> tuple[Change, ...]:
    return tuple(
        Change(
            code=item.text("code"),
            sub_code=item.text("sub_code"),
            message=item.text("message"),
            at=item.moment("created_at", "updated_at"),
        )
        for item in items
        if item.text("code")
    )
