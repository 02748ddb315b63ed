"""How an intended recording ended, in one word that the totals are counted by.

done       recorded; partly, when the bot had to leave clearly before the meeting's end
cancelled  not needed
failed     what the reasons say of the provider's code; unknown for a code nobody knows
"""

from datetime import timedelta

from bots.models import Bot, Outcome
from upstream.reasons import explain
from upstream.states import BotState

CLEARLY_SHORTER = timedelta(minutes=5)
RECORDED = (Outcome.RECORDED, Outcome.PARTLY_RECORDED)
# When everyone has gone, or we called it back, the bot missed nothing.
HAD_TO_LEAVE = (Outcome.REFUSED, Outcome.NEVER_ADMITTED, Outcome.TECHNICAL, Outcome.UNKNOWN)


def outcome_of(bot: Bot) -> Outcome | str:
    """Tell the outcome; empty while the bot is under way."""
    match bot.state:
        case BotState.DONE:
            return _of_recording(bot)
        case BotState.CANCELLED:
            return Outcome.NOT_NEEDED
        case BotState.FAILED:
            known = _known(bot.reason)
            return known if known not in RECORDED else Outcome.TECHNICAL
        case _:
            return ""


def minutes_missed(bot: Bot) -> int | None:
    """How much of the planned time a partly recorded meeting lacks at its end; else None."""
    if bot.outcome != Outcome.PARTLY_RECORDED or not (bot.exited_at and bot.ends_at):
        return None
    return round((bot.ends_at - bot.exited_at) / timedelta(minutes=1))


def is_explained(bot: Bot) -> bool:
    """Whether something went otherwise than hoped, and there is a reason to tell."""
    if not bot.reason or bot.state == BotState.CANCELLED:
        return False
    return bot.state == BotState.FAILED or (
        bot.state == BotState.DONE
        and (_known(bot.reason) in HAD_TO_LEAVE or is_without_transcript(bot.reason))
    )


def is_failure(code: str) -> bool:
    """Whether this code tells why nothing was recorded, or nobody knows what it tells."""
    return _known(code) not in (*RECORDED, Outcome.NOT_NEEDED)


def is_vague(code: str) -> bool:
    """Whether this code says nothing that a person could use."""
    return _known(code) is Outcome.UNKNOWN


def is_end_before_recording(code: str) -> bool:
    """Whether this is how a provider says that a bot was called off in time."""
    return _known(code) is Outcome.NOT_NEEDED


def is_removal(code: str) -> bool:
    """Whether this says that the bot was taken out, whoever did it."""
    return explain(code).cause.slug == "removed"


def is_without_transcript(code: str) -> bool:
    """Whether this code says that there is a recording, and only its text is missing."""
    return _known(code) in RECORDED


def _of_recording(bot: Bot) -> Outcome:
    if not bot.has_media:
        return Outcome.UNKNOWN
    return Outcome.PARTLY_RECORDED if _was_cut_short(bot) else Outcome.RECORDED


def _was_cut_short(bot: Bot) -> bool:
    """Meetings may end early; a bot that had to leave while one went on missed something."""
    if not (bot.exited_at and bot.ends_at and bot.reason):
        return False
    reason = explain(bot.reason)
    had_to_leave = reason.outcome in HAD_TO_LEAVE or reason.cause.slug == "longest-recording"
    return had_to_leave and bot.exited_at < bot.ends_at - CLEARLY_SHORTER


def _known(code: str) -> Outcome:
    return Outcome(explain(code).outcome)
