"""The life of a bot in our words, whatever the provider calls it.

scheduled → queued → joining → waiting_room → in_call → recording ⇄ paused → processing → done
     └──────────── any of them may end in ────────────┴→ failed / cancelled
"""

from django.db.models import TextChoices


class BotState(TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    QUEUED = "queued", "Getting ready"
    JOINING = "joining", "Joining"
    WAITING_ROOM = "waiting_room", "Waiting to be let in"
    IN_CALL = "in_call", "In the meeting"
    RECORDING = "recording", "Recording"
    PAUSED = "paused", "Paused"
    PROCESSING = "processing", "Processing"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


RANK = {
    BotState.SCHEDULED: 0,
    BotState.QUEUED: 10,
    BotState.JOINING: 20,
    BotState.WAITING_ROOM: 30,
    BotState.IN_CALL: 40,
    BotState.RECORDING: 50,
    BotState.PAUSED: 50,
    BotState.PROCESSING: 60,
    BotState.DONE: 100,
    BotState.FAILED: 100,
    BotState.CANCELLED: 100,
}

FINAL = (BotState.DONE, BotState.FAILED, BotState.CANCELLED)
LIVE = (
    BotState.JOINING,
    BotState.WAITING_ROOM,
    BotState.IN_CALL,
    BotState.RECORDING,
    BotState.PAUSED,
)


class TranscriptState(TextChoices):
    NOT_REQUESTED = "not_requested", "Not asked for"
    PENDING = "pending", "On its way"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class CalendarStatus(TextChoices):
    """Health of a calendar connection as the provider tells it."""

    ACTIVE = "active", "Connected"
    ERROR = "error", "Temporary trouble"
    REVOKED = "revoked", "Access withdrawn"
    PERMISSION_DENIED = "permission_denied", "Permission missing"


class Platform(TextChoices):
    """Where a meeting takes place."""

    MEET = "meet", "Google Meet"
    ZOOM = "zoom", "Zoom"
    TEAMS = "teams", "Microsoft Teams"
    UNKNOWN = "", "Unknown"
