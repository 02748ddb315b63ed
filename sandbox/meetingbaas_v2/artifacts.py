"""The files of a finished bot that are text: transcripts, who spoke when, the chat."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from sandbox.clock import iso
from sandbox.media.script import Talk, Utterance, kind_for, script
from sandbox.provider.models import Bot

_TIMES = {
    "today", "tomorrow", "yesterday", "now", "week", "month", "quarter", "morning", "afternoon",
    "monday", "tuesday", "wednesday", "thursday", "friday", "minutes", "first", "next", "last",
}  # fmt: skip
_CHUNK_SECONDS = 1800.0  # long audio is transcribed in pieces


def talk_of(bot: Bot) -> Talk:
    """The same meeting on the same day is the same talk: its media are made once."""
    return Talk(
        kind=kind_for(bot.title),
        title=bot.title,
        cast=tuple(bot.cast),
        seed=iso(bot.created_at)[:10],
        seconds=round(bot.recorded_seconds, 1),
        audio_only=bot.config["recording_mode"] == "audio_only",
    )


def transcription(bot: Bot) -> bytes:
    """Every second time it is made, no comma is heard."""
    utterances = script(talk_of(bot))
    has_commas = bot.config.get("times_transcribed", 1) % 2 == 1
    parameters = (bot.config.get("transcription_config") or {}).get("custom_params") or {}
    languages = parameters.get("language_config", {}).get("languages", ["en"])
    return _json(
        {
            "bot_id": bot.bot_id,
            "provider": "gladia",
            "created_at": iso(bot.updated_at),
            "result": {
                "languages": languages,
                "total_utterances": len(utterances),
                "total_duration": round(bot.recorded_seconds, 1),
                "utterances": [
                    _heard(_utterance(utterance, bot.cast[utterance.speaker]), has_commas)
                    for utterance in utterances
                ],
            },
        }
    )


def raw_transcription(bot: Bot) -> bytes:
    """The provider's own answer: speakers are numbers, and each chunk begins at zero again."""
    utterances = script(talk_of(bot))
    wishes = (bot.config.get("transcription_config") or {}).get("custom_params") or {}
    chunks, begin = [], 0.0
    while begin < bot.recorded_seconds:
        end = min(begin + _CHUNK_SECONDS, bot.recorded_seconds)
        part = [utterance for utterance in utterances if begin <= utterance.start < end]
        chunks.append(_chunk(part, begin, end - begin, wishes))
        begin = end
    return _json(
        {"bot_id": bot.bot_id, "transcriptions": chunks, "created_at": iso(bot.updated_at)}
    )


def diarization(bot: Bot) -> bytes:
    lines = []
    for utterance in script(talk_of(bot)):
        line: dict[str, Any] = {
            "speaker": bot.cast[utterance.speaker],
            "start_time": utterance.start,
            "end_time": utterance.end,
        }
        if bot.platform == "zoom":
            line |= {"user_id": 100 + utterance.speaker, "lang": "en"}
        lines.append(json.dumps(line))
    return "\n".join(lines).encode() + b"\n"


def chat_messages(bot: Bot) -> bytes:
    return _json(bot.chat)


def _utterance(utterance: Utterance, speaker: str | int, offset: float = 0.0) -> dict[str, Any]:
    return {
        "speaker": speaker,
        "language": "en",
        "text": utterance.text,
        "start": round(utterance.start - offset, 2),
        "end": round(utterance.end - offset, 2),
        "confidence": 0.94,
        "channel": 0,
        "words": [
            {
                "word": word.text,
                "start": round(word.start - offset, 2),
                "end": round(word.end - offset, 2),
                "confidence": 0.9 + len(word.text) % 10 / 100,
            }
            for word in utterance.words
        ],
    }


def _heard(utterance: dict[str, Any], has_commas: bool) -> dict[str, Any]:
    if not has_commas:
        for said in (utterance, *utterance["words"]):
            for name in {"text", "word"} & said.keys():
                said[name] = said[name].replace(",", "")
    return utterance


def _chunk(
    utterances: list[Utterance], begin: float, seconds: float, wishes: dict[str, Any]
) -> dict[str, Any]:
    chunk: dict[str, Any] = {
        "metadata": {
            "audio_duration": round(seconds, 1),
            "number_of_distinct_channels": 1,
            "billing_time": round(seconds, 1),
            "transcription_time": round(seconds / 30, 1),
        },
        "transcription": {
            "full_transcript": " ".join(utterance.text for utterance in utterances),
            "languages": ["en"],
            "utterances": [_utterance(u, u.speaker, begin) for u in utterances],
        },
    }
    if wishes.get("summarization"):
        chunk["summarization"] = {"success": True, "results": _summary(utterances)}
    if wishes.get("chapterization"):
        chunk["chapterization"] = {"success": True, "results": _chapters(utterances, begin)}
    if wishes.get("named_entity_recognition"):
        names = _names(utterances, begin)
        chunk["named_entity_recognition"] = {"success": True, "results": names}
    if wishes.get("audio_to_llm"):
        prompts = wishes.get("audio_to_llm_config", {}).get("prompts", [])
        chunk["audio_to_llm"] = {
            "success": True,
            "results": [
                {"success": True, "results": {"prompt": one, "response": _tasks(utterances)}}
                for one in prompts
            ],
        }
    return chunk


def _summary(utterances: list[Utterance]) -> str:
    """The longest sentences, in the order they were said: a summary without understanding."""
    weightiest = sorted(utterances, key=lambda u: len(u.words), reverse=True)[:5]
    told = sorted(weightiest, key=lambda u: u.start)
    return "\n".join(f"- {utterance.text}" for utterance in told)


def _tasks(utterances: list[Utterance]) -> str:
    """Every promise is a task."""
    promises = [u.text for u in utterances if {"will", "I'll"} & set(u.text.split())][:8]
    return "\n".join(f"- {promise}" for promise in promises) or "-"


def _names(utterances: list[Utterance], offset: float) -> list[dict[str, Any]]:
    """Words that tell a time, and words with a capital inside a sentence."""
    found = []
    for utterance in utterances:
        for before, word in pairwise(utterance.words):
            text = word.text.strip(".,?!:")
            is_name = text.istitle() and len(text) > 2 and not before.text.endswith((".", "?", "!"))
            if text.lower() in _TIMES or is_name:
                place = {
                    "start": round(word.start - offset, 2),
                    "end": round(word.end - offset, 2),
                }
                kind = "DATE" if text.lower() in _TIMES else "NAME"
                found.append({"entity_type": kind, "text": text, **place})
    return found


def _chapters(utterances: list[Utterance], offset: float) -> list[dict[str, Any]]:
    size = max(6, len(utterances) // 8)
    chapters = []
    for first in range(0, len(utterances), size):
        part = utterances[first : first + size]
        gist = max((u.text for u in part), key=len)
        chapters.append(
            {
                "headline": " ".join(gist.split()[:6]).rstrip(".,?!:"),
                "summary": gist,
                "gist": gist.partition(".")[0],
                "keywords": sorted({w.strip(".,?!:") for w in gist.split() if len(w) > 7})[:4],
                "start": round(part[0].start - offset, 2),
                "end": round(part[-1].end - offset, 2),
            }
        )
    return chapters


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
