"""Meeting BaaS v2's status codes in our states; codes nobody knows change no state.

    queued → joining_call → in_waiting_room → in_call_not_recording → in_call_recording ⇄ paused
      → call_ended → recording_succeeded → [awaiting_reconciliation] → transcribing → completed
    any stage → a reason (bot_rejected …) → recording_failed → failed
    newer: any early stage → retrying → back to queued

A reason says why the bot left; whether anything was recorded is decided by the final event.
"""

from dataclasses import dataclass

from upstream.states import BotState, CalendarStatus, Platform, TranscriptState


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status code says about the bot; no state means that nothing changes."""

    state: BotState | None
    is_reason: bool = False
    is_retry: bool = False
    is_informational: bool = False


_REASON = Meaning(BotState.PROCESSING, is_reason=True)

MEANINGS: dict[str, Meaning] = {
    "scheduled": Meaning(BotState.SCHEDULED),
    "cancelled": Meaning(BotState.CANCELLED),
    "queued": Meaning(BotState.QUEUED),
    "pickup_delayed": Meaning(BotState.QUEUED, is_informational=True),
    "retrying": Meaning(BotState.QUEUED, is_retry=True),
    "joining_call": Meaning(BotState.JOINING),
    "in_waiting_room": Meaning(BotState.WAITING_ROOM),
    "in_waiting_for_host": Meaning(BotState.WAITING_ROOM),
    "in_call_not_recording": Meaning(BotState.IN_CALL),
    "in_call_recording": Meaning(BotState.RECORDING),
    "recording_resumed": Meaning(BotState.RECORDING),
    "recording_paused": Meaning(BotState.PAUSED),
    "call_ended": Meaning(BotState.PROCESSING),
    "recording_succeeded": Meaning(BotState.PROCESSING),
    "awaiting_reconciliation": Meaning(BotState.PROCESSING),
    "transcribing": Meaning(BotState.PROCESSING),
    "api_request_stop": _REASON,
    "bot_removed": _REASON,
    "bot_rejected": _REASON,
    "bot_removed_too_early": _REASON,
    "waiting_room_timeout": _REASON,
    "invalid_meeting_url": _REASON,
    "meeting_error": _REASON,
    "recording_failed": _REASON,
    "MEET_LOGIN_UNAVAILABLE": _REASON,
    "MEET_LOGIN_REQUIRED": _REASON,
    "MEET_LOGIN_FAILED_SAML_REJECTED": _REASON,
    "MEET_LOGIN_FAILED_TIMEOUT": _REASON,
    "transcription_failed": Meaning(BotState.DONE),
    "completed": Meaning(BotState.DONE),
    "failed": Meaning(BotState.FAILED),
}
UNKNOWN = Meaning(None)

# A *scheduled* bot is `completed` when its instance was spawned, not when there is a recording.
SCHEDULED_MEANINGS: dict[str, Meaning] = {**MEANINGS, "completed": Meaning(BotState.QUEUED)}

TRANSCRIPT_STATES: dict[str, TranscriptState] = {
    "not-applicable": TranscriptState.NOT_REQUESTED,
    "not-started": TranscriptState.PENDING,
    "queued": TranscriptState.PENDING,
    "processing": TranscriptState.PENDING,
    "done": TranscriptState.READY,
    "error": TranscriptState.FAILED,
}


def meaning_of(code: str) -> Meaning:
    return MEANINGS.get(code, UNKNOWN)


def calendar_status_of(word: str) -> CalendarStatus | None:
    return CalendarStatus(word) if word in CalendarStatus.values else None


def platform_of(word: str) -> Platform:
    return Platform(word) if word in Platform.values else Platform.UNKNOWN
