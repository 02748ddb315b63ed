"""Mails on their way and the log of those that went: to whom, of which kind, when, what came of it.

waiting ──► sent
   │  └───► refused     the reader wants no such mails
   │  └───► dropped     when its turn came there was nothing left to say
   └──────► failed      the mail server will not have it, or never answered

Nothing of what a mail says is kept: it is written anew from its subject when it is sent.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LEASE = timedelta(minutes=10)
WAITS = (1, 5, 15, 60, 240, 720)  # minutes before each further try
LONGEST_KEY = 200


class LetterState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    REFUSED = "refused", "The reader wants none"
    DROPPED = "dropped", "Nothing left to say"
    FAILED = "failed", "Not delivered"


def new_code() -> str:
    return secrets.token_urlsafe(16)


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> LetterQuerySet:
        """To be sent now, and in nobody's hands; a worker that was killed gives its letter back."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
        return self.filter(free, state=LetterState.WAITING, next_try_at__lte=now)

    def claim(self, letter_id: int, now: datetime) -> Letter | None:
        """Take one that is due into our hands; None: it is not due, or somebody has it."""
        mine = self.due(now).filter(pk=letter_id)
        if not mine.update(claimed_at=now, attempts=F("attempts") + 1):
            return None
        return self.select_related("reader").get(pk=letter_id)


class Letter(models.Model):
    """One mail. `key` names what it tells and to whom: with the same key there is no second one."""

    key = models.CharField(max_length=LONGEST_KEY, unique=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField(blank=True, help_text="empty once what it told of was deleted")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="letters"
    )
    about = models.CharField(max_length=64, blank=True, help_text="the public id of what it tells")
    code = models.CharField(
        max_length=32, unique=True, default=new_code, editable=False, help_text="to refuse it by"
    )
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(
        max_length=120, blank=True, help_text="why the last try did not work"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="letter_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="letters_newest_first"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(state=LetterState.WAITING),
                name="letters_to_send",
            ),
            models.Index(fields=["reader", "kind", "-created_at"], name="letters_of_a_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.created_at:%Y-%m-%d %H:%M}"

    def settle(self, state: LetterState, trouble: str = "") -> None:
        """Its story ends here."""
        self._let_go(state=state, trouble=trouble[:120], settled_at=timezone.now())

    def put_off(self, trouble: str) -> datetime | None:
        """Try again later, each time later still; None when this was the last try."""
        if self.attempts > len(WAITS):
            self.settle(LetterState.FAILED, trouble)
            return None
        next_try_at = timezone.now() + timedelta(minutes=WAITS[self.attempts - 1])
        self._let_go(next_try_at=next_try_at, trouble=trouble[:120])
        return next_try_at

    def _let_go(self, **facts: Any) -> None:
        """Only while it is ours: whoever took it over after the lease has the say."""
        mine = Letter.objects.filter(pk=self.pk, claimed_at=self.claimed_at)
        mine.update(claimed_at=None, **facts)


class Refusal(models.Model):
    """Somebody without an account said that they want no more mails of a kind."""

    address = models.EmailField(help_text="in lower case")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "kind"], name="one_refusal_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.at:%Y-%m-%d}"
