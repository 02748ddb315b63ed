"""Takes what was said out of the ledger once a recording is deleted; the envelopes stay.

    {"event": "transcript.data", "data": {"bot": {"id": "6f1c…"}, "words": "‹512 characters›"}}

What is left of a message is what support is shown of it anyway (preview.py). One that comes later
is masked as soon as it has had its effect (processing.py).
"""

from collections.abc import Iterable, Iterator

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from bots.models import Bot
from webhooks.models import Delivery
from webhooks.preview import preview

AT_ONCE = 100


def forget(bot: Bot, upstream_ids: Iterable[str]) -> int:
    """Mask the messages that name the bot, under any of its ids; how many there were."""
    count = 0
    for upstream_id in upstream_ids:
        for delivery in _about(bot, upstream_id):
            mask(delivery)
            count += 1
    return count


def mask(delivery: Delivery) -> None:
    """Leave of one message what may be shown of it."""
    body = preview(bytes(delivery.body)).encode()
    Delivery.objects.filter(pk=delivery.pk).update(body=body)


def _about(bot: Bot, upstream_id: str) -> Iterator[Delivery]:
    named = RawSQL(
        "position(%s::bytea in webhooks_delivery.body) > 0",
        [upstream_id.encode()],
        output_field=BooleanField(),
    )
    came = Delivery.objects.filter(account=bot.account_id, received_at__gte=bot.created_at)
    return came.filter(named).only("pk", "body").iterator(chunk_size=AT_ONCE)
