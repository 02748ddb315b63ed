"""What a person says went wrong with a bot, for support: kept, shown in the console, and mailed.

The words are for support and for nobody else; the bot's state at that moment is kept beside them.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.models import User, WorkspaceOwned
from letters import outbox
from letters.models import Letter
from letters.writing import Message, one_line, writes
from upstream.states import BotState

LONGEST_REPORT = 4_000
MAIL = "report"


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


def tell(report: Report) -> None:
    """Write to support, if somebody said where it reads mail."""
    if settings.SUPPORT_EMAIL:
        outbox.post(MAIL, key=f"{report.pk}", to=settings.SUPPORT_EMAIL, about=f"{report.pk}")


@writes(MAIL)
def write(letter: Letter) -> Message | None:
    """What was written stays in the console."""
    known = Report.objects.select_related("bot", "workspace", "reported_by")
    report = known.filter(pk=letter.about).first()
    if report is None:
        return None
    path = reverse("admin:bots_report_change", args=[report.pk])
    return Message(
        subject=f"A problem was reported: {report.bot.public_id}",
        template="bots/mail/report",
        context={
            "report": report,
            "workspace": one_line(report.workspace.name),
            "page": settings.PUBLIC_URL + path,
        },
        reply_to=report.reported_by.email if report.reported_by else "",
    )
