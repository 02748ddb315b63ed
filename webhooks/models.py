"""What providers sent, as it arrived. The inbox is the queue of record: a row is due until done.

    pending ─┬─► processed   it had an effect, or repeated one
             ├─► ignored     it means nothing to us; kept for support
             ├─► malformed   well signed, but not JSON
             └─► failed      tried MOST_ATTEMPTS times, or fatal to as many workers; for staff

`attempts` and `next_try_at` are written before each try, so that a delivery that kills its worker
is counted too, and tried again later than the others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.public_id import PublicIdField
from upstream.models import UpstreamAccount

MOST_ATTEMPTS = 8
FIRST_RETRY_SECONDS = 10
OUTCOME = ("state", "effect", "error", "processed_at")  # the body is large and never changes


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Waiting"
    PROCESSED = "processed", "Processed"
    IGNORED = "ignored", "Ignored"
    MALFORMED = "malformed", "Malformed"
    FAILED = "failed", "Failed"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> DeliveryQuerySet:
        """What should be tried now, oldest first."""
        waiting = self.filter(state=DeliveryState.PENDING, next_try_at__lte=now)
        return waiting.order_by("received_at", "id")

    def worn_out(self) -> DeliveryQuerySet:
        """Tried as often as anything is; still waiting only because no try came to its end."""
        return self.filter(attempts__gte=MOST_ATTEMPTS)

    @transaction.atomic
    def give_up(self, *, limit: int) -> list[Delivery]:
        """Leave to staff what is due and worn out; which those were."""
        due = self.due(timezone.now()).worn_out()
        lost = list(due.select_for_update(skip_locked=True)[:limit])
        for delivery in lost:
            delivery.note_failure(f"Every worker that took it died of it. {delivery.error}".strip())
        return lost

    @transaction.atomic
    def claim(self, *, limit: int) -> list[Delivery]:
        """Take up to `limit` due deliveries that nobody else has taken."""
        now = timezone.now()
        fresh = self.due(now).filter(attempts__lt=MOST_ATTEMPTS)
        found = list(fresh.select_for_update(skip_locked=True)[:limit])
        claimed = _without_company(found)
        for delivery in claimed:
            delivery.attempts += 1
            delivery.next_try_at = now + retry_after(delivery.attempts)
        self.bulk_update(claimed, ["attempts", "next_try_at"])
        return claimed


def _without_company(found: list[Delivery]) -> list[Delivery]:
    """One that was tried before goes alone: should it kill its worker, no other counts as tried."""
    if found and found[0].attempts:
        return found[:1]
    return list(takewhile(lambda delivery: not delivery.attempts, found))


class Delivery(models.Model):
    """One webhook of one account; the same message told twice is one row."""

    public_id = PublicIdField(prefix="dlv")
    account = models.ForeignKey(
        UpstreamAccount, models.CASCADE, related_name="deliveries", db_index=False
    )  # the indexes below begin with it
    message_id = models.CharField(max_length=200, help_text="the provider's id of the message")
    event = models.CharField(max_length=80, blank=True, help_text="the provider's name for it")
    received_at = models.DateTimeField(default=timezone.now)
    headers = models.JSONField(default=dict, help_text="those that are no secrets")
    body = models.BinaryField(editable=False)

    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.PENDING)
    effect = models.CharField(max_length=300, blank=True, help_text="what came of it")
    error = models.TextField(blank=True, help_text="why the last try failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "message_id"], name="one_delivery_per_message"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=Q(state=DeliveryState.PENDING),
                name="deliveries_due",
            ),
            models.Index(fields=["account", "-received_at"], name="deliveries_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.event or 'delivery'} {self.public_id}"

    def settle(self, state: DeliveryState, effect: str = "") -> None:
        """It is done, and this is what came of it."""
        self.state, self.effect, self.error = state, effect[:300], ""
        self.processed_at = timezone.now()
        self.save(update_fields=[*OUTCOME, "event"])

    def note_failure(self, error: str) -> None:
        """Keep why; the next try comes by itself, or staff decide. Who is done stays done."""
        if self.attempts >= MOST_ATTEMPTS:
            self.state, self.processed_at = DeliveryState.FAILED, timezone.now()
        self.error = error
        outcome = {name: getattr(self, name) for name in OUTCOME}
        Delivery.objects.filter(pk=self.pk, state=DeliveryState.PENDING).update(**outcome)

    def reopen(self) -> None:
        """Make it due again, as if it had just come."""
        self.state, self.attempts, self.next_try_at = DeliveryState.PENDING, 0, timezone.now()
        self.effect = self.error = ""
        self.processed_at = None
        self.save(update_fields=[*OUTCOME, "attempts", "next_try_at"])


class RefusalCount(models.Model):
    """How often an account was called with a signature that is not good; nothing else is kept."""

    account = models.OneToOneField(UpstreamAccount, models.CASCADE, related_name="refusals")
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.count} refused"


def retry_after(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … about twenty minutes over all attempts."""
    return timedelta(seconds=FIRST_RETRY_SECONDS * 2 ** (attempts - 1))
