"""A workspace on a busy day: a meeting that runs, one that waits, some ahead, some done."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Outcome
from calendars.coverage import decide_again
from calendars.models import Verdict
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.recordings.factories import make_finished_bot, make_recording
from upstream.states import BotState


def make_busy_day(workspace: Workspace, owner: User, *, each: int = 1) -> None:
    """Make `each` of every kind of thing that home shows."""
    now = timezone.now()
    calendar = make_calendar(workspace, owner)
    for number in range(each):
        hours = timedelta(hours=number)
        runs = make_event(calendar, title="Call with a customer", starts_at=now - hours / 60)
        make_bot(runs, state=BotState.RECORDING, joined_at=now, platform="meet")
        waits = make_event(calendar, title="Interview", starts_at=now - hours / 60)
        make_bot(waits, state=BotState.WAITING_ROOM, platform="zoom")
        ahead = make_event(calendar, title="Project review", starts_at=now + timedelta(hours=2))
        ahead.choose(Verdict.RECORD, by=owner, at=now)
        make_bot(ahead, platform="teams")
        linkless = make_event(
            calendar, title="Budget", meeting_url="", starts_at=now + timedelta(hours=3)
        )
        linkless.choose(Verdict.RECORD, by=owner, at=now)
        decide_again([ahead, linkless])
        make_event(calendar, title="Lunch and learn", starts_at=now + timedelta(hours=4))
        failed = {"state": BotState.FAILED, "outcome": Outcome.NEVER_ADMITTED}
        make_finished_bot(
            workspace,
            account=calendar.account,
            title="Board meeting",
            state_at=now,
            **failed,
        )
        bot = make_finished_bot(workspace, account=calendar.account)
        make_recording(workspace, bot=bot, words=20, title="Weekly with the design team")
