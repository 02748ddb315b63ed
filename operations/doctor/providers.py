"""Each account at a recording service: is its key accepted, and is it heard of?"""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince

from bots.models import Bot
from operations.doctor.findings import Finding, advice, good, wrong
from upstream.checkup import NOT_HEARD, examine
from upstream.models import UpstreamAccount
from upstream.webhook_address import webhook_url

SILENCE = timedelta(hours=1)
LATELY = timedelta(days=7)


def accounts() -> Iterator[Finding]:
    active = list(UpstreamAccount.objects.filter(is_active=True).order_by("workspace", "pk"))
    for account in active:
        yield from _answers(account)
        yield _is_heard(account)
    if not any(account.workspace_id is None for account in active):
        yield (advice if active else wrong)(
            "The installation has no account of its own. Set UPSTREAM_API_KEY and run"
            " `manage.py ensure_upstream_account`."
        )


def _answers(account: UpstreamAccount) -> Iterator[Finding]:
    if account.workspace_id is None and settings.UPSTREAM_API_KEY not in ("", account.api_key):
        yield wrong(
            f"{account.name} works with another key than UPSTREAM_API_KEY says. Run"
            " `manage.py ensure_upstream_account`."
        )
    found = examine(account)
    yield (good if found.is_good else wrong)(f"{account.name}: {found.sentence}")
    for sentence in found.advice:
        if sentence != NOT_HEARD:  # told below, with what to do
            yield wrong(f"{account.name}: {sentence}")


def _is_heard(account: UpstreamAccount) -> Finding:
    now, name = timezone.now(), account.name
    address = webhook_url(account)
    bots = Bot.objects.filter(account=account)
    if account.last_delivery_at is None:
        sent = bots.filter(booked_at__gt=now - LATELY, starts_at__lt=now).exists()
        say = wrong if sent else advice
        return say(
            f"{name} has never sent a webhook{' though bots were out' if sent else ''}. Enter"
            f" {address} in its dashboard, with all bot and calendar events."
        )
    ago = timesince(account.last_delivery_at, now)
    if bots.live().exists() and now - account.last_delivery_at > SILENCE:
        return wrong(
            f"{name} has bots out, and its last webhook came {ago} ago. Is the endpoint {address}"
            " still enabled in its dashboard?"
        )
    return good(f"{name}: the last webhook came {ago} ago.")
