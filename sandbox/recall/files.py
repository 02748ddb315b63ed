"""The files of a recording that are text, as Recall.ai hands them out."""

from __future__ import annotations

import json
from typing import Any

from sandbox.clock import iso
from sandbox.media.script import Talk, Utterance, script
from sandbox.meetingbaas_v2.artifacts import talk_of
from sandbox.provider.models import Bot


def participant(bot: Bot, index: int) -> dict[str, Any]:
    return {
        "id": 100 + index,
        "name": bot.cast[index],
        "is_host": index == 0,
        "platform": "desktop",
        "extra_data": None,
        "email": None,
    }


def words(utterance: Utterance, began: float, *, most: int | None = None) -> list[dict[str, Any]]:
    return [
        {
            "text": word.text,
            "start_timestamp": _stamp(word.start, began),
            "end_timestamp": _stamp(word.end, began),
        }
        for word in utterance.words[:most]
    ]


def transcript(bot: Bot) -> bytes:
    """Every second time it is made, no comma is heard."""
    blocks: list[dict[str, Any]] = [
        {"participant": participant(bot, one.speaker), "words": words(one, _began(bot))}
        for one in script(talk_of(bot))
    ]
    if bot.config.get("times_transcribed", 1) % 2 == 0:
        for word in (word for block in blocks for word in block["words"]):
            word["text"] = word["text"].replace(",", "")
    return _json(blocks)


def speakers(bot: Bot) -> bytes:
    began = _began(bot)
    turns = [
        {
            "participant": participant(bot, one.speaker),
            "start_timestamp": _stamp(one.start, began),
            "end_timestamp": _stamp(one.end, began),
        }
        for one in script(talk_of(bot))
    ]
    return _json(turns)


def participants(bot: Bot) -> bytes:
    return _json([participant(bot, index) for index in range(len(bot.cast))])


def events(bot: Bot) -> bytes:
    """Who came, and what was written in the chat."""
    began = _began(bot)
    found: list[dict[str, Any]] = [
        _event(f"{bot.bot_id}-{index}", "join", participant(bot, index), 0.0, began)
        for index in range(len(bot.cast))
    ]
    for message in bot.chat:
        if message["sender_name"] in bot.cast:
            sender = participant(bot, bot.cast.index(message["sender_name"]))
            said = {"text": message["text"], "to": "everyone"}
            found.append(_event(message["message_id"], "chat_message", sender, 1.0, began, said))
    return _json(found)


def live_talk(bot: Bot) -> Talk:
    """The meeting as it will have been, while it still goes on."""
    so_far = talk_of(bot)
    return Talk(so_far.kind, so_far.title, so_far.cast, so_far.seed, round(bot.call_seconds, 1))


def _event(
    id: str,
    action: str,
    sender: dict[str, Any],
    seconds: float,
    began: float,
    data: dict[str, Any] | None = None,
) -> dict[str, Any]:
    at = _stamp(seconds, began)
    return {"id": id, "action": action, "participant": sender, "timestamp": at, "data": data}


def _stamp(seconds: float, began: float) -> dict[str, Any]:
    return {"relative": round(seconds, 2), "absolute": iso(began + seconds)}


def _began(bot: Bot) -> float:
    times = (s["created_at"] for s in bot.history if s["code"] == "in_call_recording")
    return float(next(times, bot.created_at))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
