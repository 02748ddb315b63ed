"""Bots at the provider that Earshot did not send, or forgot: listed for staff, never touched.

Another tool may use the same account, and then they are none of our business. A listing that breaks
off says nothing: what was known before stays.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bots.models import Bot, Stray
from upstream.models import UpstreamAccount
from upstream.port import BotSnapshot
from upstream.registry import open_provider

LOOKED_BACK = timedelta(days=2)


def look_for_strays(account: UpstreamAccount) -> int:
    """Compare a complete listing with our rows; return how many strays there are now.

    Raises the provider's errors, having changed nothing.
    """
    now = timezone.now()
    listed = {one.bot_id: one for one in open_provider(account).list_bots(since=now - LOOKED_BACK)}
    strays = [one for one in listed.values() if one.bot_id not in _known(account, listed)]
    _keep(account, strays, now)
    return len(strays)


def _known(account: UpstreamAccount, listed: dict[str, BotSnapshot]) -> set[str]:
    """Those we sent: by the provider's id, or by our own that they carry."""
    ours = Bot.objects.filter(account=account)
    by_id = ours.filter(upstream_id__in=listed).values_list("upstream_id", flat=True)
    carried = {one.correlation_id for one in listed.values() if one.correlation_id}
    by_ours = set(ours.filter(public_id__in=carried).values_list("public_id", flat=True))
    return {*by_id, *(one.bot_id for one in listed.values() if one.correlation_id in by_ours)}


@transaction.atomic
def _keep(account: UpstreamAccount, strays: list[BotSnapshot], now: datetime) -> None:
    rows = [
        Stray(
            account=account,
            upstream_id=one.bot_id,
            code=one.code[:80],
            correlation_id=one.correlation_id[:120],
            seen_at=now,
        )
        for one in strays
    ]
    Stray.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "upstream_id"],
        update_fields=["code", "correlation_id", "seen_at"],
    )
    account.strays.exclude(seen_at=now).delete()
