"""The bot configuration: what is accepted, what is refused, and the defaults that fill it up."""

from __future__ import annotations

from sandbox.http import Json, invalid
from sandbox.schema import (
    Required,
    Shape,
    check,
    either,
    flag,
    mapping,
    moment,
    nested,
    one_of,
    optional,
    text,
    url,
    uuid,
    whole,
)

TIMEOUTS: dict[str, int] = {
    "waiting_room_timeout": 600,
    "no_one_joined_timeout": 600,
    "silence_timeout": 600,
    "grace_period": 0,
}
DEFAULTS: Json = {
    "bot_image": None,
    "bot_image_config": None,
    "allow_multiple_bots": True,
    "recording_mode": "speaker_view",
    "entry_message": None,
    "timeout_config": TIMEOUTS,
    "zoom_config": None,
    "extra": None,
    "transcription_enabled": False,
    "transcription_config": None,
    "streaming_enabled": False,
    "streaming_config": None,
    "callback_enabled": False,
    "callback_config": None,
}

CALLBACK: Shape = {
    "url": Required(url),
    "secret": optional(text()),
    "method": one_of("POST", "PUT"),
}
_TIMEOUT_CONFIG: Shape = {
    "waiting_room_timeout": whole(120, 1800),
    "no_one_joined_timeout": whole(120, 1800),
    "silence_timeout": whole(300, 1800),
    "grace_period": whole(0, 600),
}
_TRANSCRIPTION: Shape = {
    "provider": one_of("gladia"),
    "api_key": optional(text()),
    "custom_params": optional(mapping),
}
_STREAMING: Shape = {
    "input_url": optional(url),
    "output_url": optional(url),
    "audio_frequency": optional(one_of(16000, 24000, 32000, 48000)),
}
_ZOOM: Shape = {
    "credential_id": uuid,
    "credential_user_id": text(),
    "obf_token": text(),
    "obf_token_url": url,
    "zak_token_url": url,
}
_IMAGES: Shape = {"loop_mode": one_of("auto", "bot_status"), "image_duration": whole(10, 120)}

COMMON: Shape = {
    "bot_name": text(1, 255),
    "bot_image": optional(either(url, 1, 5)),
    "bot_image_config": optional(nested(_IMAGES)),
    "recording_mode": one_of("speaker_view", "audio_only", "gallery_view"),
    "entry_message": optional(text(0, 500)),
    "timeout_config": nested(_TIMEOUT_CONFIG),
    "zoom_config": optional(nested(_ZOOM)),
    "extra": optional(mapping),
    "transcription_enabled": flag,
    "transcription_config": optional(nested(_TRANSCRIPTION)),
    "streaming_enabled": flag,
    "streaming_config": optional(nested(_STREAMING)),
    "callback_enabled": flag,
    "callback_config": optional(nested(CALLBACK)),
}
AGAIN: Shape = {"transcription": Required(nested(_TRANSCRIPTION))}
AD_HOC: Shape = {
    **COMMON,
    "bot_name": Required(text(1, 255)),
    "meeting_url": Required(url),
    "allow_multiple_bots": flag,
}
SCHEDULED: Shape = {**AD_HOC, "join_at": Required(moment)}
SCHEDULED_CHANGE: Shape = {
    **COMMON,
    "meeting_url": url,
    "allow_multiple_bots": flag,
    "join_at": moment,
}
SELECTOR: Shape = {
    "series_id": Required(uuid),
    "all_occurrences": Required(flag),
    "event_id": uuid,
}
CALENDAR_BOT: Shape = {**SELECTOR, **COMMON, "bot_name": Required(text(1, 255))}
CALENDAR_BOT_CHANGE: Shape = {**SELECTOR, **COMMON}

_PAIRS = ("transcription", "streaming", "callback")


def check_config(body: Json, shape: Shape) -> None:
    check(body, shape)
    for name in _PAIRS:
        if body.get(f"{name}_enabled") and not body.get(f"{name}_config"):
            raise invalid(f"body/{name}_config is required when {name}_enabled is true")


def check_calendar_config(body: Json, shape: Shape) -> None:
    if "meeting_url" in body:
        raise invalid("body/meeting_url is not allowed: it comes from the calendar event")
    check_config(body, shape)
    check_selector(body)


def check_selector(body: Json) -> None:
    check(body, SELECTOR)
    if not body["all_occurrences"] and "event_id" not in body:
        raise invalid("body/event_id is required when all_occurrences is false")


def filled(body: Json) -> Json:
    """The configuration as the provider keeps it: selector and schedule taken out, defaults in."""
    kept = {key: body[key] for key in (*DEFAULTS, "bot_name") if key in body}
    timeouts = {**TIMEOUTS, **(kept.get("timeout_config") or {})}
    return {**DEFAULTS, **kept, "timeout_config": timeouts}
