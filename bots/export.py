"""The list of bots as a table for a spreadsheet, row by row, never all of it in memory.

A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
Injection"); titles and names are other people's text.
"""

import csv
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, tzinfo

from asgiref.sync import sync_to_async
from django.utils import timezone

from bots.models import Bot, BotQuerySet
from bots.words import word_for

ROWS_AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
UTF_8_MARK = "\ufeff"  # without it a spreadsheet reads letters beyond ASCII as others
HEADINGS = (
    "Bot", "Meeting", "Starts", "Ends", "Time zone", "Platform", "State", "Outcome", "In words",
    "Asked for by", "Bot name", "Minutes recorded", "Link",
)  # fmt: skip


def lines(bots: BotQuerySet, zone: tzinfo) -> Iterator[str]:
    """The table line by line. `zone` is named: it is asked for long after the request is over."""
    writer = csv.writer(_Line())
    yield UTF_8_MARK + writer.writerow(HEADINGS)
    for bot in bots.iterator(chunk_size=ROWS_AT_ONCE):
        yield writer.writerow([safe(cell) for cell in _cells(bot, zone)])


async def lines_async(bots: BotQuerySet, zone: tzinfo) -> AsyncIterator[str]:
    """The same under ASGI, off the event loop, a few hundred rows at a time."""
    source = lines(bots, zone)
    while chunk := await sync_to_async(_some)(source):
        yield chunk


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _some(source: Iterator[str]) -> str:
    return "".join(line for line, _ in zip(source, range(ROWS_AT_ONCE), strict=False))


def _cells(bot: Bot, zone: tzinfo) -> tuple[str, ...]:
    minutes = "" if bot.duration_seconds is None else str(round(bot.duration_seconds / 60))
    return (
        bot.public_id,
        bot.title,
        _moment(bot.starts_at, zone),
        _moment(bot.ends_at, zone) if bot.ends_at else "",
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


def _moment(moment: datetime, zone: tzinfo) -> str:
    return timezone.localtime(moment, zone).isoformat(sep=" ", timespec="minutes")


class _Line:
    """What csv writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line
