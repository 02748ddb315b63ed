"""How things stand in a workspace right now: the four answers of the home page.

    now      bots that are in a meeting or on their way into one
    you      what only a person can put right, the most urgent first
    next     the meetings that come, and whether each will be recorded; bots sent to a link too
    new      the recordings that came home last

A first-run checklist takes the place of all that while no calendar is connected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership, Workspace
from bots.models import Bot, Outcome
from bots.words import status_for, word_for
from calendars.agenda import make_rows
from calendars.coverage import Coverage, count
from calendars.models import Calendar
from calendars.models.connections import BROKEN
from calendars.models.events import WINDOW
from calendars.rows import Row
from recordings import access
from recordings.models import Recording
from upstream.reasons import explain
from upstream.states import BotState
from zoom.health import troubled
from zoom.models import ZoomAccount

SHOWN = 5
FAILURES_STAND_FOR = timedelta(days=2)
RIDDLES_STAND_FOR = timedelta(days=14)  # nobody knows why: somebody should find out
SENT_WITHIN = timedelta(minutes=2)
MISSED = (Outcome.NEVER_ADMITTED, Outcome.TECHNICAL, Outcome.UNKNOWN, Outcome.PARTLY_RECORDED)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a person should look at: a sentence, and where it is put right."""

    status: str
    word: str
    title: str
    note: str
    path: str
    action: str


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting that comes: of a calendar, or one that somebody sends a bot to."""

    starts_at: datetime
    title: str
    note: str
    path: str
    bot: object
    needs_you: bool


@dataclass(frozen=True, slots=True)
class Today:
    now: Sequence[Bot]
    needs: Sequence[Need]
    next: Sequence[Coming]
    new: Sequence[Recording]
    coverage: Coverage
    has_calendar: bool
    has_recorded: bool

    @property
    def is_first_run(self) -> bool:
        return not (self.has_calendar or self.now or self.next or self.new)


def today(membership: Membership, now: datetime) -> Today:
    """Gather it all; the number of queries does not depend on how much there is."""
    workspace = membership.workspace
    live = list(workspace.bots.live().order_by("starts_at", "id"))
    calendars = list(workspace.calendars.connected())
    new = list(access.seen_by(workspace.recordings.for_list(), membership)[:SHOWN])
    return Today(
        now=live,
        needs=list(_needs(workspace, live, calendars, now)),
        next=_coming(workspace, now),
        new=new,
        coverage=count(workspace, now),
        has_calendar=bool(calendars),
        has_recorded=any(not recording.is_sample for recording in new),
    )


def _coming(workspace: Workspace, now: datetime) -> list[Coming]:
    """The next few, whichever way they came to us."""
    ahead = workspace.events.standing().meetings().between(now, now + WINDOW).for_list()
    sent = workspace.bots.filter(
        state=BotState.SCHEDULED, is_by_hand=True, events=None, starts_at__gt=now
    ).order_by("starts_at", "id")
    both = [
        *(_of_event(row) for row in make_rows(ahead[:SHOWN], now)),
        *(_of_bot(bot) for bot in sent[:SHOWN]),
    ]
    return sorted(both, key=lambda one: one.starts_at)[:SHOWN]


def _of_event(row: Row) -> Coming:
    event = row.event
    path = reverse("calendars:event", args=[event.public_id])
    needs_you = row.decision.needs_you
    return Coming(event.starts_at, event.shown_title, row.decision.reason, path, row.bot, needs_you)


def _of_bot(bot: Bot) -> Coming:
    path = reverse("bots:detail", args=[bot.public_id])
    return Coming(bot.starts_at, bot.title, "Yes: a bot is sent to its link", path, bot, False)


def _needs(
    workspace: Workspace, live: Sequence[Bot], calendars: Sequence[Calendar], now: datetime
) -> Iterator[Need]:
    for bot in live:
        if bot.state == BotState.WAITING_ROOM:
            note = "Somebody in the meeting has to let it in."
            yield _bot_need(bot, word_for(bot), note, "Ask the host")
    late = workspace.bots.unsent().filter(created_at__lt=now - SENT_WITHIN, starts_at__lt=now)
    for bot in late.order_by("starts_at", "id")[:SHOWN]:
        note = bot.notice or "The recording service has not taken it yet. Earshot keeps trying."
        yield _bot_need(bot, "Not sent yet", note, "See more")
    yield from _disconnected(workspace, calendars)
    ahead = workspace.events.standing().meetings().running_or_ahead(now)
    for row in make_rows(ahead.answered("you").for_list()[:SHOWN], now):
        path = reverse("calendars:event", args=[row.event.public_id])
        note = row.event.booking_error or row.decision.reason
        yield Need("warn", "Needs you", row.event.shown_title, note, path, "See more")
    lately = Q(outcome__in=MISSED, state_at__gt=now - FAILURES_STAND_FOR)
    riddles = Q(outcome=Outcome.UNKNOWN, state_at__gt=now - RIDDLES_STAND_FOR)
    for bot in workspace.bots.filter(lately | riddles).order_by("-state_at", "-id")[:SHOWN]:
        yield _bot_need(bot, bot.get_outcome_display(), explain(bot.reason).sentence, "See more")


def _disconnected(workspace: Workspace, calendars: Sequence[Calendar]) -> Iterator[Need]:
    for calendar in calendars:
        if calendar.status in BROKEN:
            name = calendar.name or calendar.email
            note = calendar.problem or "Earshot cannot see its meetings any more."
            yield Need("warn", "Disconnected", name, note, reverse("calendars:index"), "Reconnect")
    for account, finding in troubled(ZoomAccount.objects.all(), workspace):
        path, title = reverse("dashboard:zoom"), f"Zoom: {account}"
        yield Need("warn", "Disconnected", title, finding.sentence, path, "Reconnect")


def _bot_need(bot: Bot, word: str, note: str, action: str) -> Need:
    title = bot.title or "Untitled meeting"
    return Need(
        status_for(bot), word, title, note, reverse("bots:detail", args=[bot.public_id]), action
    )
