"""Why a meeting was not recorded, or not wholly: what a person reads about each cause.

The causes, and the providers' codes that mean them, stand in `causes.toml`.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Side(StrEnum):
    """Whose side a thing was on, as people read it."""

    YOU = "you, or how things are set up here"
    HOST = "the host or the people in the meeting"
    PLATFORM = "the meeting platform"
    PROVIDER = "the recording service"
    US = "Earshot"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """`outcome` is a word of bots.models.Outcome; no advice means nothing to do."""

    slug: str
    sentence: str
    story: str
    side: Side
    outcome: str
    advice: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    is_about_zoom: bool = False  # a Zoom account on whose behalf the bot comes may help


def _cause(slug: str, told: dict[str, Any]) -> Cause:
    return Cause(
        slug=slug,
        sentence=told["sentence"],
        story=told["story"],
        side=Side[told["side"].upper()],
        outcome=told["outcome"],
        advice=tuple(told.get("advice", ())),
        codes=tuple(told.get("codes", ())),
        is_about_zoom=told.get("zoom", False),
    )


_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
CAUSES = {slug: _cause(slug, told) for slug, told in _TOLD.items()}
