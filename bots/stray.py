"""What the hourly comparison with the provider finds too much (bots/strays.py)."""

from django.db import models
from django.utils import timezone

from upstream.models import UpstreamAccount


class Stray(models.Model):
    """A bot at the provider that no row of ours stands for: another tool's, or one we forgot."""

    account = models.ForeignKey(UpstreamAccount, models.CASCADE, related_name="strays")
    upstream_id = models.CharField(max_length=64)
    code = models.CharField(max_length=80, blank=True, help_text="its status in their words")
    correlation_id = models.CharField(max_length=120, blank=True, help_text="what it says it is")
    first_seen_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(help_text="in the last complete listing")

    class Meta:
        ordering = ["-first_seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "upstream_id"], name="one_row_per_stray"),
        ]

    def __str__(self) -> str:
        return self.upstream_id
