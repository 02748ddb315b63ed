"""The way from nothing to a first recording: each step ticks itself when it is done.

A sample recording is none of it: it shows what comes, and proves nothing.
"""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from bots.models import Bot
from dashboard.today import Today


@dataclass(frozen=True, slots=True)
class FirstSteps:
    has_calendar: bool
    has_choice: bool
    has_bot: bool
    may_show_sample: bool

    @property
    def next(self) -> str:
        """The one that comes now; "" when all are done."""
        done = {"calendar": self.has_calendar, "choice": self.has_choice, "bot": self.has_bot}
        return next((name for name, is_done in done.items() if not is_done), "")


def look(membership: Membership, standing: Today) -> FirstSteps | None:
    """How far the workspace is; None when that is far enough, or not for this person to see."""
    if membership.steps_hidden_at or not membership.may(Permission.CONNECT):
        return None
    has_bot = standing.has_recorded or bool(standing.now) or _has_sent(membership)
    has_choice = has_bot or standing.coverage.recorded > 0
    is_bare = standing.is_first_run  # nothing else on the page offers the sample then
    steps = FirstSteps(standing.has_calendar, has_choice, has_bot, is_bare)
    return steps if steps.next else None


def hide(membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(steps_hidden_at=timezone.now())


def show(membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(steps_hidden_at=None)


def _has_sent(membership: Membership) -> bool:
    joined = Bot.objects.filter(workspace=membership.workspace_id, joined_at__isnull=False)
    return joined.exclude(recordings__is_sample=True).exists()
