"""Request bodies of Recall.ai. A bot of a calendar event is replaced whole each time.

Live lines come to the account's own webhook address; the token in it vouches for accounts whose
real-time messages are not signed.
"""

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import urlencode

from upstream.options import BotOptions, Departure, Span
from upstream.port import BotSpec, OAuthGrant, ZoomPass
from upstream.recall.bots import CORRELATION_KEY

Body = dict[str, object]

LONGEST_NAME = 100
LONGEST_ENTRY_MESSAGE = 500  # Google Meet takes no more
LONGEST_CHAT_MESSAGE = 500
LINES = ("transcript.data", "transcript.partial_data")
OF_PEOPLE = (
    "participant_events.chat_message",
    "participant_events.join",
    "participant_events.leave",
)
SILENCE_COUNTS_AFTER = 1200  # seconds: people come late
HOUR = 3600
WAIT = Span(60, HOUR)
EVERYONE_LEFT = Span(1, HOUR)
SILENCE = Span(300, 2 * HOUR)
LONGEST = Span(600, 24 * HOUR)
OPTIONS = BotOptions(
    longest_name=LONGEST_NAME,
    views=("speaker_view", "gallery_view", "audio_only"),
    waiting_room=WAIT,
    nobody_joined=WAIT,
    everyone_left=EVERYONE_LEFT,
    silence=SILENCE,
    longest_recording=LONGEST,
    starts=("participant_join", "call_join", "participant_speak"),
    transcribers={
        "recallai_streaming": "Recall.ai",
        "meeting_captions": "The captions of the meeting itself",
    },
    hears_language=("recallai_streaming",),
    can_part_voices=True,
    shows_picture=True,
)
PLATFORMS = {"google": "google_calendar", "microsoft": "microsoft_outlook"}


def bot(spec: BotSpec) -> Body:
    return {"meeting_url": spec.meeting_url, **config(spec)}


def scheduled_bot(spec: BotSpec, *, join_at: datetime) -> Body:
    return {**bot(spec), "join_at": utc(join_at)}


def event_bot(spec: BotSpec, *, starts_at: datetime, meeting_url: str) -> Body:
    """A bot for one event, which brings time and place itself.

    Bots are shared between events of one key. Earshot has one bot per meeting already, so ours
    belongs to that bot; time and place are in it because a moved event needs another.
    """
    key = f"{utc(starts_at)}-{meeting_url}-{spec.correlation_id}"
    return {"deduplication_key": key, "bot_config": config(spec)}


def config(spec: BotSpec) -> Body:
    """What all bots share. A feature that is off is left out; it may not be null."""
    wishes: Body = {
        "bot_name": spec.bot_name.strip()[:LONGEST_NAME] or "Earshot",
        "metadata": {CORRELATION_KEY: spec.correlation_id},
        "automatic_leave": _timeouts(spec.departure),
        "recording_config": recording(spec),
    }
    if greeting := spec.entry_message[:LONGEST_ENTRY_MESSAGE]:
        wishes["chat"] = {"on_bot_join": {"send_to": "everyone", "message": greeting}}
    if spec.picture:
        shown = {"kind": "jpeg", "b64_data": b64encode(spec.picture).decode()}
        wishes["automatic_video_output"] = {
            "in_call_recording": shown,
            "in_call_not_recording": shown,
        }
    if spec.zoom:
        wishes["zoom"] = _zoom(spec.zoom)
    return wishes


def access(grant: OAuthGrant) -> Body:
    return {
        "oauth_client_id": grant.client_id,
        "oauth_client_secret": grant.client_secret,
        "oauth_refresh_token": grant.refresh_token,
    }


def calendar(grant: OAuthGrant) -> Body:
    body = {"platform": PLATFORMS[grant.platform], **access(grant)}
    if grant.email:
        body["oauth_email"] = grant.email
    return body


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def recording(spec: BotSpec) -> Body:
    """How it records, the first time and each time that it begins anew."""
    wishes: Body = {
        "video_mixed_layout": _layout(spec.recording_mode),
        "participant_events": {},
        "meeting_metadata": {},
        "audio_mixed_mp3": {},
        "metadata": {CORRELATION_KEY: spec.correlation_id},
    }
    if spec.recording_mode != "audio_only":
        wishes["video_mixed_mp4"] = {}
    if spec.starts_on in OPTIONS.starts:
        wishes["start_recording_on"] = spec.starts_on
    if spec.is_transcribed:
        wishes["transcript"] = _transcript(spec)
    if spec.callback_url:
        wishes["realtime_endpoints"] = [_endpoint(spec)]
    return wishes


def _zoom(zoom: ZoomPass) -> Body:
    """It asks at these addresses as it sets out: to join as a person, and to record unasked."""
    wishes: Body = {"zak_url": zoom.zak_url, "join_token_url": zoom.join_token_url}
    return {**wishes, "user_email": zoom.email} if zoom.email else wishes


def _layout(mode: str) -> str:
    return "gallery_view_v2" if mode == "gallery_view" else mode


def _timeouts(departure: Departure) -> Body:
    """Within what is offered; a recording has no longest length unless one is asked for."""
    timeouts: Body = {
        "waiting_room_timeout": WAIT.nearest(departure.waiting_room),
        "noone_joined_timeout": WAIT.nearest(departure.nobody_joined),
        "everyone_left_timeout": {
            "timeout": EVERYONE_LEFT.nearest(departure.everyone_left),
            "activate_after": 0,
        },
        "silence_detection": {
            "timeout": SILENCE.nearest(departure.silence),
            "activate_after": SILENCE_COUNTS_AFTER,
        },
    }
    if departure.longest_recording is not None:
        timeouts["in_call_recording_timeout"] = LONGEST.nearest(departure.longest_recording)
    return timeouts


def _transcript(spec: BotSpec) -> Body:
    transcriber = OPTIONS.transcriber(spec.transcriber)
    is_heard = transcriber in OPTIONS.hears_language
    wishes: Body = {"provider": {transcriber: _speech(spec.language) if is_heard else {}}}
    if spec.parts_voices:
        wishes["diarization"] = {"use_separate_streams_when_available": True}
    return wishes


def _speech(language: str) -> Body:
    """Lines within seconds are there for English alone; others come minutes later."""
    if language == "en":
        return {"mode": "prioritize_low_latency", "language_code": "en"}
    return {"mode": "prioritize_accuracy", "language_code": language or "auto"}


def transcription(spec: BotSpec) -> Body:
    """Of a recording that is whole: by Recall's own service, whoever transcribed it before."""
    return {"provider": {"recallai_async": {"language_code": spec.language or "auto"}}}


def _endpoint(spec: BotSpec) -> Body:
    token = urlencode({"token": spec.callback_secret}) if spec.callback_secret else ""
    events = (*LINES, *OF_PEOPLE) if spec.is_transcribed else OF_PEOPLE
    return {
        "type": "webhook",
        "url": f"{spec.callback_url}?{token}" if token else spec.callback_url,
        "events": list(events),
    }
