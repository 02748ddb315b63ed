"""What was told of a bot: the steps it took, who came and left, what people wrote in the chat."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone

from upstream.states import BotState


class StatusChange(models.Model):
    """One step as the provider told it, or as we took it ourselves. Told twice, it is one row.

    A final message is a step too, so that these rows alone say where the bot is. `upstream_id` is
    the provider's bot that took it, empty for a step of ours that is about none of them.
    """

    bot = models.ForeignKey("bots.Bot", models.CASCADE, related_name="changes")
    upstream_id = models.CharField(max_length=64, blank=True)
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
    joined_at = models.DateTimeField(null=True, blank=True, help_text="told at the end only")
    exited_at = models.DateTimeField(null=True, blank=True, help_text="told at the end only")
    duration_seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bot", "upstream_id", "code", "happened_at", "state", "has_media"],
                name="one_row_per_step",
            ),
        ]

    def is_same_as(self, other: StatusChange) -> bool:
        return self._facts() == other._facts()

    def _facts(self) -> tuple[str, str, datetime, str, bool]:
        return self.upstream_id, self.code, self.happened_at, self.state, self.has_media


class Sighting(models.Model):
    """Somebody came into the room while the bot was there, or left it."""

    bot = models.ForeignKey("bots.Bot", models.CASCADE, related_name="sightings")
    person_id = models.CharField(max_length=64, help_text="the provider's, of this meeting alone")
    name = models.CharField(max_length=200, blank=True)
    is_here = models.BooleanField(help_text="came, else left")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["seen_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bot", "person_id", "seen_at", "is_here"], name="one_row_per_sighting"
            ),
        ]


class ChatMessage(models.Model):
    """Hostile text from inside the meeting."""

    bot = models.ForeignKey("bots.Bot", models.CASCADE, related_name="chat_messages")
    message_id = models.CharField(max_length=120)
    sender_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "message_id"], name="one_row_per_chat_message"),
        ]
