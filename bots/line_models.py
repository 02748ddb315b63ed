"""What was said in a meeting that still goes on, as the provider heard it so far."""

from django.db import models


class LiveLine(models.Model):
    """Hostile text from inside the meeting. Each speaker has at most one line that is not final."""

    bot = models.ForeignKey("bots.Bot", models.CASCADE, related_name="live_lines")
    speaker_id = models.CharField(max_length=64, blank=True)
    speaker_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    start_ms = models.PositiveIntegerField(null=True, help_text="since the recording began")
    is_final = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bot", "speaker_id"],
                condition=models.Q(is_final=False),
                name="one_open_line_per_speaker",
            ),
            models.UniqueConstraint(
                fields=["bot", "speaker_id", "start_ms"],
                condition=models.Q(is_final=True),
                name="one_row_per_live_line",
            ),
        ]
