"""Takes what was said out of the ledger once a recording is deleted; the envelopes stay.

    {"event": "transcript.data", "data": {"bot": {"id": "6f1c…"}, "words": "‹512 characters›"}}

What is left of a message is what support is shown of it anyway (preview.py). One that comes later
is masked as soon as it was tried, whatever came of it; one that is not JSON is masked at once, as
nobody can tell which recording it is about (processing.py).
"""

import json
import re
from collections.abc import Iterable, Iterator

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from bots.models import Bot
from recordings import deleting
from webhooks.models import Delivery
from webhooks.preview import preview

AT_ONCE = 100
LONGEST_ID = 100
ID = re.compile(r"[!-~]+")  # one word of plain letters, digits and signs


def forget(bot: Bot, upstream_ids: Iterable[str]) -> int:
    """Mask the messages that name the bot, under any of its ids; how many there were."""
    masked = set()
    for name in (bot.public_id, *upstream_ids):
        for delivery in _about(bot, name):
            mask(delivery)
            masked.add(delivery.pk)
    return len(masked)


def forget_late(delivery: Delivery) -> None:
    """Mask a message that names a bot whose recordings are all deleted, or being deleted."""
    if any(deleting.is_over(bot) for bot in _named_in(delivery)):
        mask(delivery)


def mask(delivery: Delivery) -> None:
    """Leave of one message what may be shown of it, and of its error what does not quote it."""
    held = Delivery.objects.filter(pk=delivery.pk)
    held.update(body=preview(bytes(delivery.body)).encode())
    held.exclude(error="").update(error=_without_quotes(delivery.error))


def _about(bot: Bot, name: str) -> Iterator[Delivery]:
    named = RawSQL(
        "position(%s::bytea in webhooks_delivery.body) > 0",
        [name.encode()],
        output_field=BooleanField(),
    )
    came = Delivery.objects.filter(account=bot.account_id, received_at__gte=bot.created_at)
    return came.filter(named).only("pk", "body", "error").iterator(chunk_size=AT_ONCE)


def _named_in(delivery: Delivery) -> Iterable[Bot]:
    try:
        ids = set(_ids_in(json.loads(bytes(delivery.body))))
    except (ValueError, RecursionError):
        return ()
    under = Q(upstream_id__in=ids) | Q(public_id__in=ids) | Q(changes__upstream_id__in=ids)
    return Bot.objects.filter(under, account=delivery.account_id).distinct()


def _ids_in(payload: object) -> Iterator[str]:
    """Every text in it that could be an id, at any depth."""
    left = [payload]
    while left:
        match left.pop():
            case dict() as told:
                left.extend(told.values())
            case list() as told:
                left.extend(told)
            case str() as told if len(told) <= LONGEST_ID and ID.fullmatch(told):
                yield told


def _without_quotes(error: str) -> str:
    """`ValueError: no time: 'what was said' (timings.py:20)` is `ValueError (timings.py:20)`."""
    kind, said, _ = error.partition(": ")
    return f"{kind} ({error.rpartition(' (')[2]}" if said else error
