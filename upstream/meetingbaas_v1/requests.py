"""Request bodies of v1. A bot of its own and a bot of an event are spelled differently:

    POST /bots/                        entry_message, automatic_leave {…}, start_time in SECONDS
    POST /calendar_events/{uuid}/bot   enter_message, the same timeouts at the top level

An update may reset what is left out, so it sends all that a creation would. `deduplication_key` is
made of our id and of what is asked for: a call that is repeated is refused for five minutes, one
that asks for something else is not.
"""

import hashlib
import json
from datetime import UTC, datetime

from upstream.errors import Refused
from upstream.meetingbaas_v1.payloads import CORRELATION_KEY
from upstream.options import BotOptions, Departure, Span
from upstream.port import BotSpec, OAuthGrant, ZoomCode

Body = dict[str, object]

LONGEST_NAME = 255
LONGEST_ENTRY_MESSAGE = 500
WAIT = Span(120, 1800)
SILENCE = Span(300, 1800)
OPTIONS = BotOptions(
    longest_name=LONGEST_NAME,
    waiting_room=WAIT,
    nobody_joined=WAIT,
    silence=SILENCE,
    transcribers={"Default": "The recording service’s own", "Gladia": "Gladia", "Runpod": "Runpod"},
    hears_language=("Default", "Gladia"),
    shows_picture=True,
    notes={"entry_message": "Not in Microsoft Teams: this recording service writes nothing there."},
)
MILLISECONDS_FROM = 10**11
PLATFORMS = {"google": "Google", "microsoft": "Microsoft"}


def bot(spec: BotSpec) -> Body:
    """A bot that goes at once."""
    wanted = {
        **_config(spec),
        "meeting_url": spec.meeting_url,
        "entry_message": _greeting(spec),
        "automatic_leave": _timeouts(spec.departure),
    }
    return _told_apart(spec, wanted)


def scheduled_bot(spec: BotSpec, *, join_at: datetime, instead_of: str = "") -> Body:
    """A bot that joins exactly then. One that takes another's place is no repeat of the first."""
    wanted = {**bot(spec), "start_time": seconds(join_at)}
    return _told_apart(spec, wanted, instead_of=instead_of)


def event_bot(spec: BotSpec) -> Body:
    """A bot for one event, which brings the meeting's address and its time."""
    wanted = {**_config(spec), "enter_message": _greeting(spec), **_timeouts(spec.departure)}
    return _told_apart(spec, wanted)


def seconds(moment: datetime) -> int:
    """Return unix seconds. Raises Refused for what would be read as the year 5138."""
    found = int(moment.timestamp())
    if found > MILLISECONDS_FROM:
        raise Refused("A start so far away cannot be meant.")
    return found


def available_calendars(grant: OAuthGrant) -> Body:
    """All four are required, of an update too. v1 has no field for a tenant."""
    return {
        "platform": PLATFORMS[grant.platform],
        "oauth_client_id": grant.client_id,
        "oauth_client_secret": grant.client_secret,
        "oauth_refresh_token": grant.refresh_token,
    }


def calendar(grant: OAuthGrant, raw_id: str) -> Body:
    return {**available_calendars(grant), "raw_calendar_id": raw_id}


def zoom_connection(code: ZoomCode) -> Body:
    return {
        "authorization_code": code.code,
        "redirect_uri": code.redirect_uri,
        "zoom_client_id": code.client_id,
        "zoom_client_secret": code.client_secret,
    }


def utc(moment: datetime) -> str:
    """Return an aware time as the filters of events want it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def without_zone(moment: datetime) -> str:
    """Return an aware time as the filters of bots want it: UTC, and not saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _config(spec: BotSpec) -> Body:
    """What all bots share."""
    return {
        "bot_name": spec.bot_name.strip()[:LONGEST_NAME] or "Earshot",
        "recording_mode": spec.recording_mode,
        "bot_image": spec.picture_url or None,
        "speech_to_text": OPTIONS.transcriber(spec.transcriber) if spec.is_transcribed else None,
        "transcription_custom_parameters": _transcription(spec),
        "webhook_url": spec.callback_url or None,
        "extra": {CORRELATION_KEY: spec.correlation_id},
        "zoom_obf_token_user_id": spec.zoom.user_id if spec.zoom else None,
    }


def transcription(bot_id: str, spec: BotSpec) -> Body:
    """Another transcript of what is recorded; nothing can be said about it but who makes it."""
    return {
        "bot_uuid": bot_id,
        "speech_to_text": OPTIONS.transcriber(spec.transcriber),
        "webhook_url": spec.callback_url or None,
    }


def _timeouts(departure: Departure) -> Body:
    return {
        "waiting_room_timeout": WAIT.nearest(departure.waiting_room),
        "noone_joined_timeout": WAIT.nearest(departure.nobody_joined),
        "silence_timeout": SILENCE.nearest(departure.silence),
    }


def _greeting(spec: BotSpec) -> str | None:
    return spec.entry_message[:LONGEST_ENTRY_MESSAGE] or None


def _transcription(spec: BotSpec) -> Body | None:
    """The transcription service's own parameters, handed on; summaries would go nowhere."""
    is_heard = OPTIONS.transcriber(spec.transcriber) in OPTIONS.hears_language
    if not (spec.is_transcribed and spec.language and is_heard):
        return None
    return {"language_config": {"languages": [spec.language], "code_switching": False}}


def _told_apart(spec: BotSpec, wanted: Body, *, instead_of: str = "") -> Body:
    rest = {key: value for key, value in wanted.items() if key != "deduplication_key"}
    told = json.dumps(rest, sort_keys=True) + instead_of
    digest = hashlib.sha256(told.encode()).hexdigest()
    return {**rest, "deduplication_key": f"{spec.correlation_id}-{digest[:16]}"}
