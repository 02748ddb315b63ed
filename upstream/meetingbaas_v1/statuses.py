"""Meeting BaaS v1's status codes in our states; codes nobody knows change no state.

joining_call → in_waiting_room → in_call_not_recording → in_call_recording ⇄ paused → call_ended
any stage → a reason (bot_rejected …)      the end is a webhook of its own: complete or failed
"""

from dataclasses import dataclass

from upstream.states import BotState


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status code says about the bot; no state means that nothing changes."""

    state: BotState | None
    is_reason: bool = False


_REASON = Meaning(BotState.PROCESSING, is_reason=True)
UNKNOWN = Meaning(None)

MEANINGS: dict[str, Meaning] = {
    "joining_call": Meaning(BotState.JOINING),
    "in_waiting_room": Meaning(BotState.WAITING_ROOM),
    "in_call_not_recording": Meaning(BotState.IN_CALL),
    "in_call_recording": Meaning(BotState.RECORDING),
    "recording_resumed": Meaning(BotState.RECORDING),
    "recording_paused": Meaning(BotState.PAUSED),
    "call_ended": Meaning(BotState.PROCESSING),
    "bot_removed": _REASON,
    "bot_rejected": _REASON,
    "waiting_room_timeout": _REASON,
    "invalid_meeting_url": _REASON,
    "meeting_error": _REASON,
}


def meaning_of(code: str) -> Meaning:
    return MEANINGS.get(code, UNKNOWN)
