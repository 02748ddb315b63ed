"""A bot is one attempt to attend one meeting; what it was told to do, where it is, how it ended.

    Bot ──< StatusChange    every step a provider told us, applied or not; the state follows from them
        ──< ChatMessage     what people wrote in the meeting's chat while it was there
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField
from upstream.models import UpstreamAccount
from upstream.states import FINAL, LIVE, BotState, Platform, TranscriptState


class Outcome(models.TextChoices):
    """How an intended recording ended; empty until it has."""

    RECORDED = "recorded", "Recorded"
    PARTLY_RECORDED = "partly_recorded", "Partly recorded"
    NOT_NEEDED = "not_needed", "Not needed"
    REFUSED = "refused", "Refused"
    NEVER_ADMITTED = "never_admitted", "Never admitted"
    NOBODY_CAME = "nobody_came", "Nobody came"
    TECHNICAL = "technical", "Technical problem"
    UNKNOWN = "unknown", "Unknown"


class BotQuerySet(models.QuerySet["Bot"]):
    def live(self) -> BotQuerySet:
        return self.filter(state__in=LIVE)

    def unfinished(self) -> BotQuerySet:
        return self.exclude(state__in=FINAL)

    def for_delivery(
        self, account: UpstreamAccount, *, bot_id: str, correlation_id: str
    ) -> Bot | None:
        """The bot a webhook of `account` speaks of; our own id is surer than the provider's."""
        ours = self.filter(account=account).select_related("workspace", "account")
        by_correlation = ours.filter(public_id=correlation_id).first() if correlation_id else None
        return by_correlation or ours.filter(upstream_id=bot_id).exclude(upstream_id="").first()


class Bot(WorkspaceOwned):
    """`upstream_id` is empty until the provider told it; `public_id` is what we call it upstream."""

    public_id = PublicIdField(prefix="bot")
    account = models.ForeignKey(UpstreamAccount, models.PROTECT, related_name="bots")
    upstream_id = models.CharField(max_length=64, blank=True, db_index=True)
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="bots")

    title = models.CharField(max_length=500, blank=True, help_text="what the meeting is called")
    name = models.CharField(max_length=255, help_text="the name people in the meeting see")
    meeting_url = models.URLField(max_length=2000)
    meeting_key = models.CharField(max_length=300, help_text="normalized link + start; one live bot each")
    platform = models.CharField(max_length=8, choices=Platform, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=16, choices=BotState, default=BotState.SCHEDULED)
    state_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=80, blank=True, help_text="the provider's code, untouched")
    reason_message = models.TextField(blank=True, help_text="the provider's own words, for support")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    has_media = models.BooleanField(default=False)
    transcript_state = models.CharField(
        max_length=16, choices=TranscriptState, default=TranscriptState.PENDING
    )
    joined_at = models.DateTimeField(null=True, blank=True)
    exited_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)
    booked_at = models.DateTimeField(null=True, blank=True, help_text="the provider said yes")
    leave_requested_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="last word from the provider")

    objects = BotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BotState.values), name="bot_state_known"
            ),
            models.UniqueConstraint(
                fields=["workspace", "meeting_key"],
                condition=~Q(state__in=FINAL),
                name="one_live_bot_per_meeting",
                violation_error_message="A bot is already on its way to this meeting.",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-starts_at", "-id"], name="bots_newest_first"),
            models.Index(
                fields=["state", "heard_at"], condition=~Q(state__in=FINAL), name="bots_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.public_id

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class StatusChange(models.Model):
    """One step as the provider told it. The same step told twice is one row."""

    bot = models.ForeignKey(Bot, models.CASCADE, related_name="changes")
    code = models.CharField(max_length=80, help_text="the provider's word")
    state = models.CharField(max_length=16, choices=BotState, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    message = models.TextField(blank=True)
    is_reason = models.BooleanField(default=False)
    is_retry = models.BooleanField(default=False)
    has_media = models.BooleanField(default=False)
    attempt = models.PositiveSmallIntegerField(null=True, blank=True)
    max_attempts = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "code", "happened_at"], name="one_row_per_step"),
        ]


class ChatMessage(models.Model):
    """Hostile text from inside the meeting."""

    bot = models.ForeignKey(Bot, models.CASCADE, related_name="chat_messages")
    message_id = models.CharField(max_length=120)
    sender_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "message_id"], name="one_row_per_chat_message"),
        ]
