"""How a bot behaves by itself, and what of it each provider lets one say, within which limits.

BotOptions   what a provider has; None or empty is what it has not
Departure    when one bot is to leave by itself, in seconds
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most that a provider takes, in seconds."""

    least: int
    most: int

    def nearest(self, seconds: int) -> int:
        """What was set under one provider may be too much for another."""
        return min(max(seconds, self.least), self.most)


@dataclass(frozen=True, slots=True)
class Departure:
    """`longest_recording` is None when a recording may last as long as its meeting."""

    waiting_room: int = 600
    nobody_joined: int = 600
    everyone_left: int = 2
    silence: int = 600
    longest_recording: int | None = None


@dataclass(frozen=True, slots=True)
class BotOptions:
    """What may be said about a bot at one provider.

    `transcribers` are its words for who makes the transcript and what people call them, the usual
    one first; `hears_language` are those that are told which language is spoken. `notes` say, by
    an option's name, where it does nothing.
    """

    longest_name: int = 255
    views: tuple[str, ...] = ("speaker_view", "audio_only")
    waiting_room: Span | None = None
    nobody_joined: Span | None = None
    everyone_left: Span | None = None
    silence: Span | None = None
    longest_recording: Span | None = None
    starts: tuple[str, ...] = ()
    transcribers: Mapping[str, str] = field(default_factory=dict)
    hears_language: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    finds_tasks: bool = False
    finds_names: bool = False
    can_part_voices: bool = False
    shows_picture: bool = False
    leaves_empty_zoom: bool = True  # else it stays in a Zoom meeting however empty or silent it is
    notes: Mapping[str, str] = field(default_factory=dict)

    def transcriber(self, wished: str) -> str:
        """The one that was wished for, if it is known here; else the usual one."""
        return wished if wished in self.transcribers else next(iter(self.transcribers), "")
