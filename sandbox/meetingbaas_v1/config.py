"""What v1 takes as the description of a bot, and what the sandbox keeps of it.

The schema names no limits; those of the guide are kept (`automatic_leave`: 120 to 1800 seconds).
"""

from __future__ import annotations

from sandbox.http import Json
from sandbox.meetingbaas_v2.config import filled
from sandbox.schema import (
    Required,
    Rule,
    Shape,
    mapping,
    nested,
    one_of,
    optional,
    text,
    url,
    whole,
)

_SERVICES = ("Default", "Gladia", "Runpod")
_SERVICE: Shape = {"provider": Required(one_of(*_SERVICES)), "api_key": optional(text())}
_LONGEST_START = 10**11  # seconds; above, somebody sent milliseconds


def _speech_to_text(value: object, path: str) -> None:
    rule: Rule = nested(_SERVICE) if isinstance(value, dict) else one_of(*_SERVICES)
    rule(value, path)


_TIMEOUTS: Shape = {
    "waiting_room_timeout": optional(whole(120, 1800)),
    "noone_joined_timeout": optional(whole(120, 1800)),
    "silence_timeout": optional(whole(300, 1800)),
}
_STREAMING: Shape = {
    "input": optional(text()),
    "output": optional(text()),
    "audio_frequency": optional(one_of("16khz", "24khz")),
}
_ZOOM: Shape = {
    f"zoom_{name}": optional(text())
    for name in (
        "access_token_url",
        "obf_token",
        "obf_token_url",
        "obf_token_user_id",
        "sdk_id",
        "sdk_pwd",
    )
}
_COMMON: Shape = {
    "bot_name": Required(text(1)),
    "bot_image": optional(url),
    "recording_mode": optional(one_of("speaker_view", "gallery_view", "audio_only")),
    "speech_to_text": optional(_speech_to_text),
    "transcription_custom_parameters": optional(mapping),
    "deduplication_key": optional(text()),
    "webhook_url": optional(url),
    "extra": optional(mapping),
    **_ZOOM,
}
JOIN: Shape = {
    **_COMMON,
    "meeting_url": Required(url),
    "entry_message": optional(text()),
    "automatic_leave": optional(nested(_TIMEOUTS)),
    "start_time": optional(whole(0, _LONGEST_START)),
    "streaming": optional(nested(_STREAMING)),
}
EVENT_BOT: Shape = {
    **_COMMON,
    **_TIMEOUTS,
    "enter_message": optional(text()),
    "streaming_input": optional(text()),
    "streaming_output": optional(text()),
    "streaming_audio_frequency": optional(one_of("16khz", "24khz")),
}
EVENT_BOT_CHANGE: Shape = {**EVENT_BOT, "bot_name": optional(text(1))}


def kept(body: Json) -> Json:
    """As the sandbox keeps every provider's bots; v1's own words stand beside."""
    timeouts = body.get("automatic_leave") or body
    patience = timeouts.get("waiting_room_timeout")
    wish = body.get("speech_to_text")
    service = wish.get("provider") if isinstance(wish, dict) else wish
    config = filled(
        {
            "bot_name": body.get("bot_name") or "",
            "recording_mode": body.get("recording_mode") or "speaker_view",
            "entry_message": body.get("entry_message") or body.get("enter_message"),
            "extra": body.get("extra"),
            "transcription_enabled": service is not None,
            "timeout_config": {"waiting_room_timeout": patience} if patience else {},
        }
    )
    return {
        **config,
        "zoom_config": {"credential_user_id": body.get("zoom_obf_token_user_id")},
        "webhook_url": body.get("webhook_url") or "",
        "deduplication_key": body.get("deduplication_key"),
        "speech_to_text_provider": service,
        "transcription_custom_parameters": body.get("transcription_custom_parameters"),
    }
