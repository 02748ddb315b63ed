"""What can happen to a bot, as data that reads like the story it tells.

A story is a list of steps. A step waits (`after`, in story seconds, or "call" / "waiting" for the
length of the call and the patience in the waiting room), then the bot takes the step's code and
the step's webhooks go out: `webhooks` holds one delay in story seconds per copy, so () is a webhook
that never comes, (0,) the normal case and (4, 9) one that comes late and twice. `chat` people
write into the meeting as it begins.

The last step's code is "completed" or "failed". An ending is what follows when somebody interrupts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qs, urlsplit

Wait = float | Literal["call", "waiting"]
ON_TIME = (0.0,)
NEVER: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    after: Wait = 0.0
    webhooks: tuple[float, ...] = ON_TIME
    error_code: str | None = None
    message: str | None = None
    attempt: int | None = None  # the one that begins, of at most
    max: int | None = None
    chat: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    title: str
    steps: tuple[Step, ...]


ARRIVING = (
    Step("queued"),
    Step("joining_call", 2),
    Step("in_waiting_room", 3),
    Step("in_call_not_recording", 2),
    Step("in_call_recording", 1),
)
PROCESSING = (
    Step("recording_succeeded", 3),
    Step("transcribing", 2),
    Step("completed", 5),
)


def _refused(code: str, after: Wait, error_code: str, message: str) -> tuple[Step, ...]:
    return (
        Step(code, after),
        Step("recording_failed", 1, message=message),
        Step("failed", 1, error_code=error_code, message=message),
    )


def _told_later(*steps: Step, by: float) -> tuple[Step, ...]:
    return tuple(replace(step, webhooks=(by,)) for step in steps)


HAPPY_PATH = Story(
    "happy_path",
    "The bot is let in, records and delivers",
    (*ARRIVING, Step("call_ended", "call"), *PROCESSING),
)
WAITING_ROOM_THEN_ADMITTED = Story(
    "waiting_room_then_admitted",
    "The host lets the bot wait for a while",
    (
        *ARRIVING[:3],
        Step("in_call_not_recording", 25),
        Step("in_call_recording", 1),
        Step("call_ended", "call"),
        *PROCESSING,
    ),
)
NEVER_ADMITTED = Story(
    "never_admitted",
    "Nobody lets the bot in",
    (
        *ARRIVING[:3],
        *_refused(
            "waiting_room_timeout",
            "waiting",
            "TIMEOUT_WAITING_TO_START",
            "The bot was not admitted before the waiting room timeout.",
        ),
    ),
)
HOST_REFUSES = Story(
    "host_refuses",
    "The host turns the bot away",
    (
        *ARRIVING[:3],
        *_refused("bot_rejected", 10, "BOT_NOT_ACCEPTED", "The host denied entry to the bot."),
    ),
)
NOBODY_JOINS = Story(
    "nobody_joins",
    "The bot sits alone in the meeting",
    (
        *ARRIVING[:4],
        *_refused("call_ended", "waiting", "NO_ATTENDEES", "No participants joined the meeting."),
    ),
)
KICKED = Story(
    "kicked_after_five_minutes",
    "Somebody removes the bot in the middle of the call",
    (*ARRIVING, Step("bot_removed", 300), Step("call_ended", 1), *PROCESSING),
)
BAD_LINK = Story(
    "meeting_not_found",
    "The link leads nowhere",
    (
        *ARRIVING[:2],
        *_refused("invalid_meeting_url", 5, "INVALID_MEETING_URL", "The meeting does not exist."),
    ),
)
TRANSCRIPTION_FAILS = Story(
    "transcription_fails",
    "The recording is fine, the transcript cannot be made",
    (
        *ARRIVING,
        Step("call_ended", "call"),
        Step("recording_succeeded", 3),
        Step("transcribing", 2),
        Step(
            "failed",
            5,
            error_code="TRANSCRIPTION_FAILED",
            message="The transcription provider could not process the recording.",
        ),
    ),
)
DUPLICATE_AND_OUT_OF_ORDER = Story(
    "duplicate_and_out_of_order_webhooks",
    "Every webhook comes twice, and in the wrong order",
    (
        Step("queued", webhooks=(6, 7)),
        Step("joining_call", 2, webhooks=(0, 9)),
        Step("in_waiting_room", 3, webhooks=(8, 8)),
        Step("in_call_not_recording", 2, webhooks=(1, 0)),
        Step("in_call_recording", 1, webhooks=(0, 4)),
        Step("call_ended", "call", webhooks=(7, 14)),
        Step("recording_succeeded", 3, webhooks=(0, 9)),
        Step("transcribing", 2, webhooks=(12, 15)),
        Step("completed", 5, webhooks=(0, 4, 18)),
    ),
)
LOST_FINAL_WEBHOOK = Story(
    "lost_final_webhook",
    "The last webhook never comes; only asking shows that the bot is done",
    (
        *ARRIVING,
        Step("call_ended", "call"),
        *PROCESSING[:2],
        Step("completed", 5, webhooks=NEVER),
    ),
)
LATE = Story(
    "late_webhooks",
    "Each webhook comes minutes late, the last one later still",
    (
        *_told_later(*ARRIVING, Step("call_ended", "call"), *PROCESSING[:-1], by=180),
        *_told_later(PROCESSING[-1], by=420),
    ),
)
BURST = Story(
    "webhook_burst",
    "Each webhook comes five times at once, and everybody writes in the same moment",
    tuple(
        replace(step, webhooks=(0,) * 5, chat=20 if step.code == "in_call_recording" else 0)
        for step in HAPPY_PATH.steps
    ),
)
HOST_NEVER_STARTS = Story(
    "host_never_starts",
    "The Zoom meeting waits for its host, who does not come",
    (
        *ARRIVING[:2],
        Step("in_waiting_for_host", 3),
        *_refused(
            "waiting_room_timeout",
            "waiting",
            "WAITING_FOR_HOST_TIMEOUT",
            "The host did not start the meeting in time.",
        ),
    ),
)
PICKUP_DELAYED = Story(
    "pickup_delayed",
    "The provider is busy, so the bot sets out late",
    (
        ARRIVING[0],
        Step("pickup_delayed", 10),
        replace(ARRIVING[1], after=45),
        *HAPPY_PATH.steps[2:],
    ),
)
RETRYING = Story(
    "retrying",
    "The bot fails to join twice, and succeeds at the third attempt",
    (
        *ARRIVING[:2],
        Step("retrying", 8, attempt=2, max=3),
        Step("queued", 2),
        Step("joining_call", 2),
        Step("in_waiting_room", 3),
        Step("retrying", 8, attempt=3, max=3),
        *HAPPY_PATH.steps[1:],
    ),
)
CRASH = Story(
    "crashes_while_recording",
    "The bot breaks down in the middle of the call, and nothing is kept",
    (
        *ARRIVING,
        Step("recording_failed", 60, message="The bot stopped unexpectedly."),
        Step("failed", 1, error_code="BOT_CRASHED", message="The bot stopped unexpectedly."),
    ),
)

ZOOM_REFUSES = Story(
    "zoom_refuses_the_token",
    "Zoom no longer takes the permission that the bot comes with",
    (
        *ARRIVING[:2],
        *_refused("meeting_error", 3, "ZOOM_OBF_TOKEN_ERROR", "The OBF token was not accepted."),
    ),
)
ZOOM_ELSEWHERE = Story(
    "zoom_of_another_organisation",
    "The Zoom meeting is another organisation's, and the bot comes for nobody",
    (
        *ARRIVING[:2],
        *_refused(
            "meeting_error",
            3,
            "UNABLE_JOIN_EXTERNAL_MEETING",
            "The app cannot join meetings outside of its account.",
        ),
    ),
)
ZOOM_PERSON_ABSENT = Story(
    "zoom_person_absent",
    "The Zoom user for whom the bot comes is not in the meeting",
    (
        *ARRIVING[:3],
        *_refused(
            "waiting_room_timeout",
            "waiting",
            "WAITING_FOR_AUTHORIZED_USER_TIMEOUT",
            "The authorized user did not join in time.",
        ),
    ),
)

STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        HAPPY_PATH,
        WAITING_ROOM_THEN_ADMITTED,
        NEVER_ADMITTED,
        DUPLICATE_AND_OUT_OF_ORDER,
        LOST_FINAL_WEBHOOK,
        HOST_REFUSES,
        NOBODY_JOINS,
        KICKED,
        BAD_LINK,
        TRANSCRIPTION_FAILS,
        LATE,
        BURST,
        HOST_NEVER_STARTS,
        PICKUP_DELAYED,
        RETRYING,
        CRASH,
        ZOOM_REFUSES,
        ZOOM_ELSEWHERE,
        ZOOM_PERSON_ABSENT,
    )
}

LEFT_BEFORE_RECORDING = (
    Step("api_request_stop", 0.5),
    Step(
        "failed",
        1,
        error_code="EXITING_MEETING_BEFORE_RECORD",
        message="The bot left the meeting before recording started.",
    ),
)
LEFT_WHILE_RECORDING = (Step("api_request_stop", 0.5), Step("call_ended", 1), *PROCESSING)

MEETING_IS_OVER = (
    *ARRIVING[:2],
    *_refused("meeting_error", 5, "CANNOT_JOIN_MEETING", "The meeting could not be joined."),
)

SCRIPTS: dict[str, tuple[Step, ...]] = {
    **{name: story.steps for name, story in STORIES.items()},
    "left_before_recording": LEFT_BEFORE_RECORDING,
    "left_while_recording": LEFT_WHILE_RECORDING,
    "meeting_is_over": MEETING_IS_OVER,
}


def story_in_url(meeting_url: str) -> str | None:
    """`…?story=never_admitted` or `…/story/never_admitted`: a link can carry its own story."""
    parts = urlsplit(meeting_url)
    named = parse_qs(parts.query).get("story", [])
    candidates = [*named, *parts.path.split("/")]
    return next((name for name in candidates if name in STORIES), None)
