"""Request bodies of v2, complete on every call.

A PATCH schema carries defaults (`recording_mode`, `timeout_config`, `…_enabled`) that may reset
what is left out, so updates send all that a creation would. Times end in a literal `Z`: the
server refuses `+00:00`.
"""

from datetime import UTC, datetime

from upstream.meetingbaas_v2.payloads import CORRELATION_KEY
from upstream.options import BotOptions, Departure, Span
from upstream.port import BotSpec, EventRef, OAuthGrant, ZoomCode

Body = dict[str, object]

LONGEST_NAME = 255
LONGEST_ENTRY_MESSAGE = 500
LONGEST_CHAT_MESSAGE = 500
LONGEST_CREDENTIAL_NAME = 100
ASK_FOR_TASKS = (
    "List the action items of this meeting: what somebody said they or another person will do, "
    "with the name and the date where they were said. One per line, each beginning with a dash, "
    "in the language of the meeting. Write nothing else; if there are none, write a single dash."
)
NOT_ON_ZOOM = "Does nothing in Zoom meetings."  # they heed the waiting room's alone: §5
WAIT = Span(120, 1800)
SILENCE = Span(300, 1800)
OPTIONS = BotOptions(
    longest_name=LONGEST_NAME,
    waiting_room=WAIT,
    nobody_joined=WAIT,
    silence=SILENCE,
    transcribers={"gladia": "Gladia"},
    hears_language=("gladia",),
    summaries=("general", "bullet_points", "concise"),
    finds_tasks=True,
    finds_names=True,
    shows_picture=True,
    leaves_empty_zoom=False,
    notes={"nobody_joined": NOT_ON_ZOOM, "silence": NOT_ON_ZOOM},
)


def bot(spec: BotSpec) -> Body:
    """An immediate bot. Several bots may be in one meeting: two workspaces may both record it."""
    return {**_config(spec), "meeting_url": spec.meeting_url, "allow_multiple_bots": True}


def scheduled_bot(spec: BotSpec, *, join_at: datetime) -> Body:
    return {**bot(spec), "join_at": utc(join_at)}


def calendar_bot(ref: EventRef, spec: BotSpec) -> Body:
    """A bot for one event, which brings the meeting's address itself."""
    return {**event_selector(ref), **_config(spec)}


def event_selector(ref: EventRef) -> Body:
    """One instance. The series is required even for a single event; guides leave it out."""
    return {"series_id": ref.series_id, "event_id": ref.event_id, "all_occurrences": False}


def calendar_access(grant: OAuthGrant) -> Body:
    body: Body = {
        "oauth_client_id": grant.client_id,
        "oauth_client_secret": grant.client_secret,
        "oauth_refresh_token": grant.refresh_token,
    }
    if grant.tenant:
        body["oauth_tenant_id"] = grant.tenant
    return body


def available_calendars(grant: OAuthGrant) -> Body:
    return {"calendar_platform": grant.platform, **calendar_access(grant)}


def calendar(grant: OAuthGrant, raw_id: str) -> Body:
    return {**available_calendars(grant), "raw_calendar_id": raw_id}


def zoom_credential(code: ZoomCode) -> Body:
    """The provider trades the code; without PKCE, since it could not know the verifier."""
    return {
        "name": code.name[:LONGEST_CREDENTIAL_NAME],
        "client_id": code.client_id,
        "client_secret": code.client_secret,
        "authorization_code": code.code,
        "redirect_uri": code.redirect_uri,
    }


def utc(moment: datetime) -> str:
    """Return an aware time as the server's pattern wants it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _config(spec: BotSpec) -> Body:
    """What all bots share. A config is left out when its feature is off; it may not be null."""
    config: Body = {
        "bot_name": spec.bot_name.strip()[:LONGEST_NAME] or "Earshot",
        "recording_mode": spec.recording_mode,
        "entry_message": spec.entry_message[:LONGEST_ENTRY_MESSAGE] or None,
        "timeout_config": _timeouts(spec.departure),
        "bot_image": spec.picture_url or None,
        "extra": {CORRELATION_KEY: spec.correlation_id},
        "transcription_enabled": spec.is_transcribed,
        "zoom_config": _zoom(spec),
        "streaming_enabled": False,
        "callback_enabled": bool(spec.callback_url),
    }
    if spec.is_transcribed:
        parameters = _transcription(spec) or None
        config["transcription_config"] = {"provider": "gladia", "custom_params": parameters}
    if spec.callback_url:
        config["callback_config"] = {
            "url": spec.callback_url,
            "secret": spec.callback_secret or None,
            "method": "POST",
        }
    return config


def _zoom(spec: BotSpec) -> Body | None:
    id = spec.zoom.credential_id if spec.zoom else ""
    return {"credential_id": id} if id else None


def transcription(spec: BotSpec) -> Body:
    """Another transcript of what is recorded."""
    parameters = _transcription(spec) or None
    return {"transcription": {"provider": "gladia", "custom_params": parameters}}


def _timeouts(departure: Departure) -> Body:
    return {
        "waiting_room_timeout": WAIT.nearest(departure.waiting_room),
        "no_one_joined_timeout": WAIT.nearest(departure.nobody_joined),
        "silence_timeout": SILENCE.nearest(departure.silence),
        "grace_period": 0,
    }


def _transcription(spec: BotSpec) -> Body:
    """Gladia's own parameters, handed on by the provider."""
    parameters: Body = {}
    if spec.with_summary:
        parameters["summarization"] = True
        parameters["summarization_config"] = {"type": spec.summary_style}
        parameters["chapterization"] = True
    if spec.finds_tasks:
        parameters["audio_to_llm"] = True
        parameters["audio_to_llm_config"] = {"prompts": [ASK_FOR_TASKS]}
    if spec.finds_names:
        parameters["named_entity_recognition"] = True
    if spec.language:
        parameters["language_config"] = {"languages": [spec.language], "code_switching": False}
    return parameters
