"""The words of a meeting while they are said: half a line is replaced by what it becomes.

    partial, partial, final      one row at a time per speaker, the last one stays
    partial after its final      came too late: forgotten

They are there to be read along; the transcript that comes with the recording takes their place.
"""

from datetime import datetime, timedelta

from django.db import transaction

from bots.broadcast import announce_lines
from bots.models import Bot, LiveLine
from upstream.events import TranscriptLineHeard
from upstream.registry import capabilities_of
from upstream.states import FINAL

MOST_SHOWN = 12
MOST_CHARACTERS = 2500  # what a message of the live stream has room for
KEPT_FOR = timedelta(hours=1)  # after the bot is home; a page may still be open


@transaction.atomic
def hear(bot: Bot, event: TranscriptLineHeard) -> bool:
    """Keep a line; False when it is over with: known, outdated, or the bot is home."""
    bot = Bot.objects.locked(bot)
    if bot.state in FINAL or _is_outdated(bot, event):
        return False
    said = {
        "speaker_name": event.speaker_name[:200],
        "text": event.text,
        "said_at": event.happened_at,
        "start_ms": _milliseconds(event.start_seconds),
    }
    of_speaker = bot.live_lines.filter(speaker_id=event.speaker_id[:64])
    if event.is_final:
        of_speaker.filter(is_final=False, said_at__lte=event.happened_at).delete()
        LiveLine.objects.create(bot=bot, speaker_id=event.speaker_id[:64], is_final=True, **said)
    else:
        LiveLine.objects.update_or_create(
            bot=bot, speaker_id=event.speaker_id[:64], is_final=False, defaults=said
        )
    announce_lines(bot, shown(bot))
    return True


def shown(bot: Bot) -> list[LiveLine] | None:
    """The last lines, as many as can be read along; None where there never are any."""
    if not (bot.is_transcribed and capabilities_of(bot.account).has_live_transcript):
        return None
    if bot.is_final:
        return None
    newest = list(bot.live_lines.order_by("-said_at", "-id")[:MOST_SHOWN])
    room = MOST_CHARACTERS
    fitting: list[LiveLine] = []
    for line in newest:
        room -= len(line.text)
        if room >= 0 or not fitting:
            fitting.append(line)
    return fitting[::-1]


def forget_old(now: datetime) -> int:
    """Remove what bots that are home heard on their way; how many lines."""
    home = Bot.objects.filter(state__in=FINAL, state_at__lt=now - KEPT_FOR)
    return LiveLine.objects.filter(bot__in=home).delete()[0]


def _is_outdated(bot: Bot, event: TranscriptLineHeard) -> bool:
    """A line is final once; and a speaker's half line is older than the final ones after it."""
    final = bot.live_lines.filter(speaker_id=event.speaker_id[:64], is_final=True)
    if event.is_final:
        start_ms = _milliseconds(event.start_seconds)
        return start_ms is not None and final.filter(start_ms=start_ms).exists()
    older = bot.live_lines.filter(speaker_id=event.speaker_id[:64], is_final=False)
    return (
        final.filter(said_at__gte=event.happened_at).exists()
        or older.filter(said_at__gt=event.happened_at).exists()
    )


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else min(max(round(seconds * 1000), 0), 2**31 - 1)
