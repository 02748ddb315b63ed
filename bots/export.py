"""The list of bots as a table for a spreadsheet."""

from collections.abc import Iterator
from datetime import tzinfo

from accounts.tables import ROWS_AT_ONCE, moment
from bots.models import Bot, BotQuerySet
from bots.words import word_for

HEADINGS = (
    "Bot", "Meeting", "Starts", "Ends", "Time zone", "Platform", "State", "Outcome", "In words",
    "Asked for by", "Bot name", "Minutes recorded", "Link",
)  # fmt: skip


def rows(bots: BotQuerySet, zone: tzinfo) -> Iterator[tuple[str, ...]]:
    """A row per bot, with its times in `zone`."""
    for bot in bots.iterator(chunk_size=ROWS_AT_ONCE):
        yield _cells(bot, zone)


def _cells(bot: Bot, zone: tzinfo) -> tuple[str, ...]:
    minutes = "" if bot.duration_seconds is None else str(round(bot.duration_seconds / 60))
    return (
        bot.public_id,
        bot.title,
        moment(bot.starts_at, zone),
        moment(bot.ends_at, zone) if bot.ends_at else "",
        str(zone),
        bot.get_platform_display(),
        bot.get_state_display(),
        bot.get_outcome_display(),
        word_for(bot),
        bot.requested_by.get_full_name() if bot.requested_by else "",
        bot.name,
        minutes,
        bot.meeting_url,
    )
