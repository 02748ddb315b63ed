"""What a person says went wrong with a bot, for support: kept, shown in the console, and mailed.

The words are for support and for nobody else; the bot's state at that moment is kept beside them.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.urls import reverse

from accounts.models import User, WorkspaceOwned
from upstream.states import BotState

LONGEST_REPORT = 4_000


class Report(WorkspaceOwned):
    """One problem, as a person told it."""

    bot = models.ForeignKey("bots.Bot", models.CASCADE, related_name="reports")
    reported_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="reports")
    text = models.TextField(max_length=LONGEST_REPORT)
    state = models.CharField(max_length=16, choices=BotState, help_text="of the bot at that moment")

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"About {self.bot_id}"


def mail(report: Report) -> int:
    """Tell support, if somebody said where it reads mail; what was written stays in the console."""
    if not settings.SUPPORT_EMAIL:
        return 0
    path = reverse("admin:bots_report_change", args=[report.pk])
    message = EmailMessage(
        subject=f"A problem was reported: {report.bot.public_id}",
        body=f"{report.workspace} reported a problem with {report.bot.public_id}, which was "
        f"“{report.get_state_display()}”.\n\n{settings.PUBLIC_URL}{path}\n",
        to=[settings.SUPPORT_EMAIL],
        reply_to=[report.reported_by.email] if report.reported_by else None,
    )
    return message.send()
