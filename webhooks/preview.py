"""A delivery's body as support may see it: its shape, ids, codes and times, none of its content.

    {"event": "bot.chat_message", "data": {"bot_id": "6f1c…", "text": "‹12 characters›", …}}

What may be shown is listed by key; whatever a provider adds tomorrow is masked until somebody adds
it here. Keys themselves are shown: no provider puts content there. A preview of a preview is that
preview: of what was deleted, nothing else is left in the ledger (forgetting.py).
"""

import json
import re

SHOWN_KEYS = frozenset(
    {
        "attempt", "bot_id", "bot_scheduled", "calendar_id", "calendar_platform", "code",
        "created_at", "data_deleted", "deleted_at", "earshot_id", "end", "end_time", "error_code",
        "event", "event_id", "event_type", "exited_at", "id", "is_all_day", "is_exception",
        "joined_at", "last_updated_ts", "max", "meeting_platform", "message_id", "platform",
        "sent_at", "series_bot_scheduled", "series_id", "start", "start_time", "status",
        "sub_code", "transcription_ids", "transcription_provider", "updated_at",
    }
)  # fmt: skip
LONGEST_SHOWN = 80
MOST_ITEMS = 20
DEEPEST = 12
MASKED = re.compile(r"‹\d+ (characters|more)›|‹deeper›")
NO_JSON = re.compile(rb"Not JSON \([\d,]+ bytes\): \w+\.")


def preview(body: bytes) -> str:
    """Return readable JSON with its content masked, or a sentence about a body that is not JSON."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        if NO_JSON.fullmatch(body):
            return body.decode()
        return f"Not JSON ({len(body):,} bytes): {type(error).__name__}."
    return json.dumps(_mask(payload), indent=2, ensure_ascii=False)


def _mask(value: object, key: str = "", depth: int = 0) -> object:
    if depth > DEEPEST:
        return "‹deeper›"
    if isinstance(value, dict):
        return {
            str(name)[:LONGEST_SHOWN]: _mask(it, str(name), depth + 1) for name, it in value.items()
        }
    if isinstance(value, list):
        shown = [_mask(it, key, depth + 1) for it in value[:MOST_ITEMS]]
        return shown if len(value) <= MOST_ITEMS else [*shown, f"‹{len(value) - MOST_ITEMS} more›"]
    if isinstance(value, str) and (key not in SHOWN_KEYS or len(value) > LONGEST_SHOWN):
        return value if MASKED.fullmatch(value) else f"‹{len(value)} characters›"
    return value
