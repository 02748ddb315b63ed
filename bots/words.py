"""The words people read about a bot. One list, so that a row, a page and a title never disagree."""

from bots.models import Bot
from upstream.reasons import explain
from upstream.states import BotState

WORDS = {
    BotState.QUEUED: "Getting ready",
    BotState.JOINING: "On its way",
    BotState.WAITING_ROOM: "Waiting to be let in",
    BotState.IN_CALL: "In the meeting",
    BotState.RECORDING: "Recording",
    BotState.PAUSED: "Paused",
    BotState.PROCESSING: "Saving",
    BotState.DONE: "Recorded",
    BotState.CANCELLED: "Called off",
}
# A sentence that goes on after a colon keeps the capital of a name only.
NAMES = ("Earshot", "Google", "Microsoft", "Teams", "Zoom")


def word_for(bot: Bot) -> str:
    """Say in a few words where the bot is, or how it ended and why."""
    match bot.state:
        case BotState.SCHEDULED:
            return "Booked" if bot.booked_at else "Booking"
        case BotState.FAILED:
            return f"Not recorded: {_as_clause(explain(bot.reason).sentence)}"
        case BotState.DONE:
            return bot.get_outcome_display() or WORDS[BotState.DONE]
        case state:
            return WORDS[BotState(state)]


def status_for(bot: Bot) -> str:
    """The word that colours and draws the chip: the outcome once there is one, else the state."""
    if bot.state == BotState.SCHEDULED and not bot.booked_at:
        return "pending"
    return bot.outcome or bot.state


def _as_clause(sentence: str) -> str:
    clause = sentence.rstrip(".")
    first_word = clause.split(" ")[0].removesuffix("'s")
    return clause if first_word in NAMES else clause[:1].lower() + clause[1:]
