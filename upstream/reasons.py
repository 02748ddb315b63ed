"""Why a recording ended the way it did: one plain sentence per code, and what to do about it.

    explain("BOT_NOT_ACCEPTED") ──► "The host did not let the bot in."   side: host
    explain("SOMETHING_NEW")    ──► says honestly that nobody knows this code yet

Error codes (upper case) come with the end of a bot, end reasons (lower case) on the way there.
Providers add codes without notice, so the table is never the last word.
"""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Whose side a thing was on, as people read it."""

    YOU = "your settings"
    HOST = "the host or the people in the meeting"
    PLATFORM = "the meeting platform"
    PROVIDER = "the recording service"
    UNKNOWN = "unknown"


# The words of bots.models.Outcome, which lives above this package.
RECORDED, NOT_NEEDED, REFUSED = "recorded", "not_needed", "refused"
NEVER_ADMITTED, NOBODY_CAME = "never_admitted", "nobody_came"
TECHNICAL, UNKNOWN = "technical", "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """`outcome_hint` is the outcome when nothing was recorded; empty advice: nothing to do."""

    sentence: str
    side: Side
    advice: str
    outcome_hint: str
    is_known: bool = True


_LET_IN = "Ask the host to let the bot in, or to admit it before the meeting starts."
_TRY_AGAIN = "Try again; if it happens again, contact support with the code."
_ZOOM_SETTINGS = "An administrator should check the Zoom app settings at the recording service."
_ZOOM_RIGHTS = "Ask the host to allow recording for the bot when it joins."
_CHECK_LINK = "Check the link in the calendar event."
_SIGNED_IN = "Ask the host to allow guests, or have the bot set up with a sign-in."

_REMOVED = Reason(
    "Someone removed the bot from the meeting.",
    Side.HOST,
    "Tell the people in the meeting why it is there, and start it again if they agree.",
    REFUSED,
)
_REMOVED_EARLY = Reason(
    "The bot was removed before there was anything worth keeping.",
    Side.HOST,
    "Tell the people in the meeting beforehand that it will be recorded.",
    REFUSED,
)
_STOPPED_BY_US = Reason("The recording was stopped from Earshot.", Side.YOU, "", NOT_NEEDED)
_WAITED_TOO_LONG = Reason(
    "The bot waited too long to be let in or to start.",
    Side.HOST,
    _LET_IN,
    NEVER_ADMITTED,
)
_BAD_LINK = Reason("The meeting link is not valid.", Side.YOU, _CHECK_LINK, TECHNICAL)
_SERVICE_TROUBLE = Reason(
    "The recording service had a problem.", Side.PROVIDER, _TRY_AGAIN, TECHNICAL
)
_STOPPED_UNEXPECTEDLY = Reason(
    "The bot stopped unexpectedly.", Side.PROVIDER, _TRY_AGAIN, TECHNICAL
)
_NO_TRANSCRIPT = Reason(
    "The recording worked, but the transcript could not be made.",
    Side.PROVIDER,
    "The recording can be played; ask support whether the transcript can be made again.",
    RECORDED,
)
_ENDED_EARLY = Reason("The meeting ended before recording could start.", Side.HOST, "", NOBODY_CAME)
_ZOOM_APP = Reason(
    "The Zoom app settings are wrong; contact an administrator.",
    Side.YOU,
    _ZOOM_SETTINGS,
    TECHNICAL,
)
_ZOOM_AUTHORISATION = Reason(
    "The Zoom authorisation failed; reconnect Zoom.", Side.YOU, _ZOOM_SETTINGS, TECHNICAL
)
_MEET_SIGN_IN = Reason(
    "The bot could not sign in to Google Meet.", Side.PLATFORM, _SIGNED_IN, TECHNICAL
)
_TEAMS_SIGN_IN = Reason("The bot could not sign in to Teams.", Side.PLATFORM, _SIGNED_IN, TECHNICAL)
_UNEXPLAINED = Reason(
    "Something went wrong; try again or contact support.",
    Side.UNKNOWN,
    _TRY_AGAIN,
    UNKNOWN,
)
_NO_REASON = Reason(
    "The recording service gave no reason.", Side.UNKNOWN, _TRY_AGAIN, UNKNOWN, is_known=False
)

SENTENCES: dict[str, Reason] = {
    "BOT_REMOVED": _REMOVED,
    "NO_ATTENDEES": Reason("Nobody else joined, so the bot left.", Side.HOST, "", NOBODY_CAME),
    "NO_SPEAKER": Reason("Nobody spoke, so the bot left.", Side.HOST, "", NOBODY_CAME),
    "RECORDING_TIMEOUT": Reason(
        "The recording reached its maximum length.", Side.PROVIDER, "", RECORDED
    ),
    "API_REQUEST": _STOPPED_BY_US,
    "BOT_NOT_ACCEPTED": Reason("The host did not let the bot in.", Side.HOST, _LET_IN, REFUSED),
    "TIMEOUT_WAITING_TO_START": _WAITED_TOO_LONG,
    "CANNOT_JOIN_MEETING": Reason(
        "The meeting could not be reached; it may not exist or be over.",
        Side.PLATFORM,
        _CHECK_LINK,
        TECHNICAL,
    ),
    "BOT_REMOVED_TOO_EARLY": _REMOVED_EARLY,
    "INVALID_MEETING_URL": _BAD_LINK,
    "STREAMING_SETUP_FAILED": Reason(
        "Live audio streaming could not be started.", Side.PROVIDER, _TRY_AGAIN, TECHNICAL
    ),
    "LOGIN_REQUIRED": Reason(
        "This meeting only allows signed-in guests.", Side.HOST, _SIGNED_IN, REFUSED
    ),
    "INTERNAL_ERROR": _SERVICE_TROUBLE,
    "GENERAL_ERROR": _SERVICE_TROUBLE,
    "BOT_CRASHED": _SERVICE_TROUBLE,
    "OOM_KILLED": _STOPPED_UNEXPECTEDLY,
    "SIGTERM": _STOPPED_UNEXPECTEDLY,
    "FORCE_KILLED": _STOPPED_UNEXPECTEDLY,
    "EXITING_MEETING_BEFORE_RECORD": Reason(
        "The bot left before recording began (for example, it was cancelled).",
        Side.YOU,
        "",
        NOT_NEEDED,
    ),
    "TRANSCRIPTION_FAILED": _NO_TRANSCRIPT,
    "TRANSCRIPTION_ERROR": _NO_TRANSCRIPT,
    "WAITING_FOR_HOST_TIMEOUT": Reason(
        "The Zoom host did not arrive in time.", Side.HOST, "", NOBODY_CAME
    ),
    "WAITING_FOR_AUTHORIZED_USER_TIMEOUT": Reason(
        "The Zoom user who authorised the bot did not join.",
        Side.HOST,
        "That person has to be in the meeting when the bot arrives.",
        NEVER_ADMITTED,
    ),
    "UNABLE_JOIN_EXTERNAL_MEETING": Reason(
        "Zoom does not allow the bot into another organisation's meeting.",
        Side.PLATFORM,
        _ZOOM_SETTINGS,
        REFUSED,
    ),
    "RECORDING_RIGHTS_NOT_GRANTED": Reason(
        "The host did not allow recording.", Side.HOST, _ZOOM_RIGHTS, REFUSED
    ),
    "CANNOT_REQUEST_RECORDING_RIGHT": Reason(
        "This Zoom meeting does not let the bot ask to record.",
        Side.HOST,
        _ZOOM_RIGHTS,
        REFUSED,
    ),
    "MEETING_ENDED_PREMATURELY": _ENDED_EARLY,
    "MEETING_ENDED": _ENDED_EARLY,
    "MEETING_NOT_FOUND": Reason("The meeting was not found.", Side.YOU, _CHECK_LINK, TECHNICAL),
    "RECORDING_START_TIMEOUT": Reason(
        "The host agreed, but recording never started.", Side.PLATFORM, _TRY_AGAIN, TECHNICAL
    ),
    "HOST_CLIENT_CANNOT_GRANT_PERMISSION": Reason(
        "The host's Zoom device cannot approve recording (e.g. a Zoom Room).",
        Side.PLATFORM,
        "Ask someone to host from a computer or a phone.",
        REFUSED,
    ),
    "ZOOM_ANONYMOUS_JOIN_NOT_ALLOWED": Reason(
        "This Zoom meeting does not accept guests.", Side.HOST, _SIGNED_IN, REFUSED
    ),
    "SET_ZOOM_ID_AND_PWD_TOGETHER": _ZOOM_APP,
    "CANNOT_GET_JWT_TOKEN": _ZOOM_APP,
    "SDK_AUTH_FAILED": _ZOOM_APP,
    "ZOOM_ACCESS_TOKEN_ERROR": _ZOOM_AUTHORISATION,
    "ZOOM_OBF_TOKEN_ERROR": _ZOOM_AUTHORISATION,
    "INSUFFICIENT_TOKENS": Reason(
        "The recording allowance is used up.",
        Side.YOU,
        "The owner of the workspace can add to it at the recording service.",
        TECHNICAL,
    ),
    "DAILY_BOT_CAP_REACHED": Reason(
        "Today's limit of recordings was reached.",
        Side.YOU,
        "Tomorrow's meetings are not affected; a larger plan raises the limit.",
        TECHNICAL,
    ),
    "BOT_ALREADY_EXISTS": Reason("A bot is already in this meeting.", Side.YOU, "", NOT_NEEDED),
    "INVALID_MEETING_PLATFORM": Reason(
        "Only Zoom, Google Meet and Microsoft Teams are supported.",
        Side.YOU,
        _CHECK_LINK,
        TECHNICAL,
    ),
    "UNKNOWN_ERROR": _UNEXPLAINED,
    "FORBIDDEN": Reason(
        "The recording service does not accept Earshot's key for this.",
        Side.YOU,
        "An administrator should check the key of the account; it needs full access.",
        TECHNICAL,
    ),
    # Our own words, where the provider has none.
    "create_refused": Reason(
        "The recording service refused to send a bot.", Side.PROVIDER, _TRY_AGAIN, TECHNICAL
    ),
    "cancelled_here": Reason("The recording was called off in Earshot.", Side.YOU, "", NOT_NEEDED),
    "not_found_upstream": Reason(
        "The recording service no longer knows this bot.",
        Side.PROVIDER,
        _TRY_AGAIN,
        TECHNICAL,
    ),
    # End reasons, told while the bot is on its way out.
    "api_request_stop": _STOPPED_BY_US,
    "bot_removed": _REMOVED,
    "bot_removed_too_early": _REMOVED_EARLY,
    "bot_rejected": Reason("The host turned the bot away.", Side.HOST, _LET_IN, REFUSED),
    "waiting_room_timeout": _WAITED_TOO_LONG,
    "invalid_meeting_url": _BAD_LINK,
    "meeting_error": Reason(
        "The meeting platform reported a problem.", Side.PLATFORM, _TRY_AGAIN, TECHNICAL
    ),
    "recording_failed": Reason(
        "The meeting could not be recorded.", Side.PROVIDER, _TRY_AGAIN, TECHNICAL
    ),
    "transcription_failed": _NO_TRANSCRIPT,
}
for _cause in ("UNAVAILABLE", "REQUIRED", "FAILED_SAML_REJECTED", "FAILED_TIMEOUT"):
    SENTENCES[f"MEET_LOGIN_{_cause}"] = _MEET_SIGN_IN
for _cause in (
    "UNAVAILABLE",
    "REQUIRED",
    "FAILED_INVALID_CREDENTIALS",
    "FAILED_CAPTCHA",
    "FAILED_MFA_REQUIRED",
    "FAILED_TIMEOUT",
):
    SENTENCES[f"TEAMS_LOGIN_{_cause}"] = _TEAMS_SIGN_IN


def explain(code: str) -> Reason:
    """Return the reason behind a code; an unknown one is shown as it is, never guessed at."""
    known = SENTENCES.get(code) or SENTENCES.get(code.removeprefix("FST_ERR_"))
    if known:
        return known
    if not code:
        return _NO_REASON
    return Reason(
        f"The provider gave a reason we do not know yet: {code}",
        Side.UNKNOWN,
        _TRY_AGAIN,
        UNKNOWN,
        is_known=False,
    )
