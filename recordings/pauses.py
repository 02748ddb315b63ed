"""What became of the pauses of a recording, in a sentence; it depends on the recording service."""

from collections.abc import Iterable
from itertools import groupby, pairwise

from bots.models import Bot, StatusChange
from upstream.registry import capabilities_of
from upstream.states import BotState

TOLD = (BotState.RECORDING, BotState.PAUSED)


def sentence_of(bot: Bot, *, recordings: int) -> str:
    """Empty when it was never paused. A recording that was ended and begun again was not."""
    times = _pauses(bot.own(bot.changes.all())) - (recordings - 1)
    if times < 1:
        return ""
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    if capabilities_of(bot.account).keeps_pauses:
        return f"It was paused {often}; a pause is in it as black and silence."
    return f"It was paused {often}; what happened meanwhile is cut out, of the transcript too."


def _pauses(story: Iterable[StatusChange]) -> int:
    """How often it went on after it had stopped."""
    told = (change.state for change in story if change.state in TOLD)
    states = [state for state, _ in groupby(told)]
    return sum(pair == (BotState.PAUSED, BotState.RECORDING) for pair in pairwise(states))
