"""The body of a bot: what is accepted, what is refused, and how the sandbox keeps it."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from sandbox.http import Json
from sandbox.meetingbaas_v2.config import filled
from sandbox.recall.speech import field_error
from sandbox.schema import (
    Required,
    Rule,
    Shape,
    check,
    flag,
    mapping,
    nested,
    one_of,
    optional,
    text,
    url,
    whole,
)

_A_DAY = 86400
LIVE_EVENTS = (
    "transcript.data", "transcript.partial_data", "participant_events.join",
    "participant_events.leave", "participant_events.update", "participant_events.speech_on",
    "participant_events.speech_off", "participant_events.webcam_on",
    "participant_events.webcam_off", "participant_events.screenshare_on",
    "participant_events.screenshare_off", "participant_events.chat_message",
)  # fmt: skip
_PROVIDERS = (
    "recallai_streaming", "meeting_captions", "assembly_ai_v3_streaming", "deepgram_streaming",
    "gladia_v2_streaming", "aws_transcribe_streaming", "rev_streaming", "speechmatics_streaming",
)  # fmt: skip
_LATER_PROVIDERS = (
    "recallai_async", "elevenlabs_async", "assembly_ai_async", "deepgram_async",
    "aws_transcribe_async", "rev_async", "speechmatics_async", "gladia_v2_async",
    "google_speech_v2_async",
)  # fmt: skip
_MOST_CHAT = {"meet": 500}


def _texts(value: Any, path: str) -> None:
    mapping(value, path)
    for key, item in value.items():
        text()(item, f"{path}/{key}")


def _jpeg(value: Any, path: str) -> None:
    """As the bot's picture must come: base64 of a JPEG."""
    text(1)(value, path)
    try:
        content = b64decode(value, validate=True)
    except ValueError:
        raise field_error(path.removeprefix("body/"), "Invalid base64.") from None
    if not content.startswith(b"\xff\xd8\xff"):
        raise field_error(path.removeprefix("body/"), "Not a JPEG.")


def _each(rule: Rule) -> Rule:
    def check_each(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise field_error(path.removeprefix("body/"), "Expected a list of items.")
        for index, item in enumerate(value):
            rule(item, f"{path}/{index}")

    return check_each


def _exactly_one(value: Any, path: str) -> None:
    mapping(value, path)
    if len(value) != 1 or next(iter(value)) not in _PROVIDERS:
        raise field_error("recording_config.transcript.provider", "Exactly one provider is needed.")
    mapping(next(iter(value.values())), path)


_ENDPOINT: Shape = {
    "type": Required(one_of("webhook", "websocket", "rtmp")),
    "url": Required(url),
    "events": Required(_each(one_of(*LIVE_EVENTS))),
    "metadata": optional(_texts),
}
_RECORDING: Shape = {
    "transcript": optional(nested({"provider": Required(_exactly_one)})),
    "video_mixed_layout": one_of("speaker_view", "gallery_view", "gallery_view_v2", "audio_only"),
    "video_mixed_mp4": optional(mapping),
    "audio_mixed_mp3": optional(mapping),
    "participant_events": optional(mapping),
    "meeting_metadata": optional(mapping),
    "start_recording_on": one_of("participant_join", "call_join", "participant_speak", "manual"),
    "include_bot_in_recording": nested({"audio": flag}),
    "retention": optional(mapping),
    "realtime_endpoints": _each(nested(_ENDPOINT)),
    "metadata": optional(_texts),
}
_TIMER: Shape = {"timeout": whole(1, _A_DAY), "activate_after": whole(0, _A_DAY)}
_LEAVE: Shape = {
    "waiting_room_timeout": whole(30, _A_DAY),
    "noone_joined_timeout": whole(30, _A_DAY),
    "everyone_left_timeout": nested(_TIMER),
    "in_call_not_recording_timeout": whole(1, _A_DAY),
    "in_call_recording_timeout": optional(whole(1, _A_DAY)),
    "recording_permission_denied_timeout": whole(0, _A_DAY),
    "silence_detection": nested(_TIMER),
    "bot_detection": mapping,
}
_GREETING: Shape = {
    "send_to": Required(text(1)),
    "message": Required(text(1, 4096)),
    "pin": flag,
}
_ZOOM: Shape = {
    "join_token_url": optional(url),
    "zak_url": optional(url),
    "user_email": optional(text()),
}
_SHOWN: Shape = {"kind": Required(one_of("jpeg")), "b64_data": Required(_jpeg)}
BOT_CONFIG: Shape = {
    "bot_name": text(1, 100),
    "recording_config": optional(nested(_RECORDING)),
    "automatic_leave": optional(nested(_LEAVE)),
    "chat": optional(nested({"on_bot_join": nested(_GREETING), "on_participant_join": mapping})),
    "variant": optional(mapping),
    "automatic_video_output": optional(
        nested({"in_call_recording": nested(_SHOWN), "in_call_not_recording": nested(_SHOWN)})
    ),
    "zoom": optional(nested(_ZOOM)),
    "google_meet": optional(mapping),
    "metadata": optional(_texts),
}
CREATE: Shape = {**BOT_CONFIG, "meeting_url": Required(text(1))}
CHANGE: Shape = {**BOT_CONFIG, "meeting_url": text(1)}


def check_body(body: Json, shape: Shape) -> None:
    """Wrong values are refused by field; unknown fields are let through."""
    check(body, shape)


def check_later(body: Json) -> None:
    """What a transcript is asked for with once the recording is done."""
    provider = body.get("provider")
    if not isinstance(provider, dict) or len(provider) != 1:
        raise field_error("provider", "Exactly one provider is needed.")
    (name, wishes), *_ = provider.items()
    if name not in _LATER_PROVIDERS or not isinstance(wishes, dict):
        raise field_error("provider", "Exactly one provider is needed.")
    language = wishes.get("language_code", "auto")
    if name == "recallai_async" and not isinstance(language, str):
        raise field_error("provider", "language_code is a text.")


def kept(body: Json) -> Json:
    """As the sandbox keeps every provider's bots; Recall's own words stand beside."""
    recording = body.get("recording_config") or {}
    greeting = ((body.get("chat") or {}).get("on_bot_join") or {}).get("message")
    patience = (body.get("automatic_leave") or {}).get("waiting_room_timeout", 1200)
    layout = recording.get("video_mixed_layout", "speaker_view")
    config = filled(
        {
            "bot_name": body.get("bot_name") or "Meeting Notetaker",
            "recording_mode": "gallery_view" if layout.startswith("gallery") else layout,
            "entry_message": greeting,
            "extra": body.get("metadata") or {},
            "transcription_enabled": bool(recording.get("transcript")),
            "timeout_config": {"waiting_room_timeout": patience},
        }
    )
    words = ("recording_config", "automatic_leave", "chat", "variant", "zoom", "google_meet")
    return {**config, "recall": {name: body[name] for name in words if name in body}}


def endpoints(config: Json, event: str) -> list[Json]:
    """The real-time endpoints that want this event."""
    recording = (config.get("recall") or {}).get("recording_config") or {}
    wanted = recording.get("realtime_endpoints") or []
    return [one for one in wanted if one["type"] == "webhook" and event in one["events"]]


def most_chat(platform: str) -> int:
    return _MOST_CHAT.get(platform, 4096)
