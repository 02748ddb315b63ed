"""All that is known of one meeting's bot, on one line of time; none of what was said or shown.

    event, bot ─► the calendar's changes · people's clicks · the bot's steps · calls to the provider
                  · webhooks · runs of tasks · files · looks at what was shared

The newest MOST_OF_A_KIND of each kind; a kind that has more says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEntry
from bots.models import Bot, StatusChange
from calendars import coverage
from calendars.models import Choice, Decided, Event, EventChange
from dashboard.history import describe
from letters.models import Letter
from recordings.models import Artifact, ArtifactState, Recording, Visit
from support.finding import page_of
from support.models import TaskRun
from upstream.models import Call
from webhooks.models import Delivery

MOST_OF_A_KIND = 100
AFTER_THE_END = timedelta(days=7)
BEFORE_IT_WAS_MADE = timedelta(minutes=5)
MOST_DELIVERIES_READ = 2000
MOST_RUNS = 500
KINDS = {
    "calendar": "Calendar",
    "decision": "Decisions",
    "person": "People",
    "step": "Bot",
    "call": "Calls",
    "webhook": "Webhooks",
    "task": "Tasks",
    "mail": "Mails",
    "file": "Files",
    "view": "Views",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `note` is small print, `path` its own page."""

    at: datetime
    kind: str
    text: str
    note: str = ""
    path: str = ""
    is_bad: bool = False

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Case:
    events: list[Event]
    bots: list[Bot]
    recordings: list[Recording] = field(default_factory=list)

    @property
    def public_ids(self) -> list[str]:
        rows: tuple[Any, ...] = (*self.events, *self.bots, *self.recordings)
        return [row.public_id for row in rows]

    @property
    def upstream_ids(self) -> list[str]:
        """As providers call them; the bots they sent beside ours too."""
        told = StatusChange.objects.filter(bot__in=self.bots).values_list("upstream_id", flat=True)
        rows: tuple[Any, ...] = (*self.events, *self.bots)
        own = (row.upstream_id for row in rows)
        return sorted({*own, *told.order_by().distinct()} - {""})


def of(row: Event | Bot) -> Case:
    """The meeting with its bot, or the bot with the meetings that hold it."""
    if isinstance(row, Bot):
        bots, events = [row], list(row.events.select_related("calendar__account"))
    else:
        bots, events = [row.bot] if row.bot else [], [row]
    recordings = Recording.everything.filter(bot__in=bots).order_by("id")
    return Case(events, bots, list(recordings))


def decision_of(event: Event) -> list[tuple[str, str]]:
    """Why, as it would be decided now, without a word of the meeting, its people or the rule."""
    decision = coverage.decide_now(event, Choice.objects.about(event))
    return [step.for_support for step in decision.trace]


def timeline(case: Case, kinds: list[str] | None = None) -> list[Entry]:
    """The newest first."""
    sources = {
        "calendar": _calendar,
        "decision": _decisions,
        "person": _people,
        "step": _steps,
        "call": _calls,
        "webhook": _webhooks,
        "task": _tasks,
        "mail": _mails,
        "file": _files,
        "view": _views,
    }
    wanted = [source(case) for kind, source in sources.items() if not kinds or kind in kinds]
    return sorted(chain.from_iterable(wanted), key=lambda entry: entry.at, reverse=True)


def _calendar(case: Case) -> Iterator[Entry]:
    changes = EventChange.objects.filter(event__in=case.events).select_related("event")
    for change in changes.newest_first()[:MOST_OF_A_KIND]:
        moved = ""
        if change.moved_from and change.moved_to:
            moved = f"{_told(change.moved_from)} → {_told(change.moved_to)}"
        text = change.get_kind_display()
        yield Entry(change.created_at, "calendar", text, moved, page_of(change.event))
    for event in case.events:
        yield Entry(event.created_at, "calendar", "First read", f"starts {_told(event.starts_at)}")
        if event.gone_at:
            yield Entry(event.gone_at, "calendar", "Gone from the calendar")
        if event.booking_error and event.booking_checked_at:
            yield Entry(
                event.booking_checked_at, "calendar", event.booking_error, "booking", is_bad=True
            )


def _decisions(case: Case) -> Iterator[Entry]:
    for one in Decided.objects.filter(event__in=case.events).order_by("-at")[:MOST_OF_A_KIND]:
        answer = "Will be recorded" if one.will_record else "Will not be recorded"
        if one.needs_you:
            answer = "Waits for a person"
        paused = "its calendar cannot be used" if one.is_paused else ""
        yield Entry(one.at, "decision", f"{answer}: {one.code}", paused)


def _people(case: Case) -> Iterator[Entry]:
    """Words that people chose may stand before and after; only what they did is told."""
    if not case.public_ids:
        return
    workspace = (case.events or case.bots)[0].workspace_id
    about = AuditEntry.objects.filter(workspace=workspace, target__in=case.public_ids)
    for entry in about.for_list()[:MOST_OF_A_KIND]:
        line = describe(entry)
        yield Entry(entry.at, "person", f"{line.who} {line.sentence}", entry.target, page_of(entry))


def _steps(case: Case) -> Iterator[Entry]:
    steps = StatusChange.objects.filter(bot__in=case.bots).order_by("-happened_at", "-id")
    for step in steps[:MOST_OF_A_KIND]:
        text = f"{step.get_state_display() or 'Told'}: {step.code}"
        yield Entry(step.happened_at, "step", text, step.message, is_bad=step.is_reason)


def _calls(case: Case) -> Iterator[Entry]:
    runs = _runs(case).values_list("task_id", flat=True)[:MOST_RUNS]
    for call in Call.objects.about(case.upstream_ids, runs).order_by("-at")[:MOST_OF_A_KIND]:
        answer = call.status or call.error
        text = f"{call.method} {call.path} → {answer} in {call.milliseconds} ms"
        is_bad = call.status is None or call.status >= 400
        yield Entry(call.at, "call", text, f"request {call.request_id}", is_bad=is_bad)


def _webhooks(case: Case) -> Iterator[Entry]:
    for delivery in islice(_deliveries(case), MOST_OF_A_KIND):
        text = f"{delivery.event or 'Message'}: {delivery.get_state_display().lower()}"
        note = delivery.error or delivery.effect
        is_bad = bool(delivery.error)
        yield Entry(delivery.received_at, "webhook", text, note, page_of(delivery), is_bad)


def _deliveries(case: Case) -> Iterator[Delivery]:
    """By what came of them; those of a calendar by the ids in their bodies, the newest only."""
    light = Delivery.objects.defer("body").order_by("-received_at", "-id")
    for bot in case.bots:
        told = Q(effect__contains=bot.public_id)
        since = bot.created_at - BEFORE_IT_WAS_MADE
        until = max(bot.ends_at or bot.starts_at, bot.created_at) + AFTER_THE_END
        yield from light.filter(told, account=bot.account_id, received_at__range=(since, until))
    for event in case.events:
        of_account = Delivery.objects.filter(
            account=event.calendar.account_id, event__startswith="calendar"
        )
        newest = of_account.order_by("-received_at").values("pk")[:MOST_DELIVERIES_READ]
        named = Delivery.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).extra(
            where=["position(%s::bytea in body) > 0"], params=[event.upstream_id.encode()]
        )
        yield from named.defer("body").order_by("-received_at", "-id")


def _runs(case: Case) -> QuerySet[TaskRun]:
    subjects = [
        *(f"event_id={event.pk}" for event in case.events),
        *(f"bot_id={bot.pk}" for bot in case.bots),
        *(
            f"artifact_id={pk}"
            for pk in Artifact.objects.filter(recording__in=case.recordings).values_list(
                "pk", flat=True
            )
        ),
    ]
    return TaskRun.objects.filter(subject__in=subjects).order_by("-started_at")


def _tasks(case: Case) -> Iterator[Entry]:
    for run in _runs(case)[:MOST_OF_A_KIND]:
        text = f"{run.name}: {run.get_end_display().lower()} in {run.milliseconds} ms"
        yield Entry(run.started_at, "task", text, run.error, is_bad=bool(run.error))


def _mails(case: Case) -> Iterator[Entry]:
    letters = Letter.objects.filter(about__in=case.public_ids).order_by("-created_at", "-id")
    for letter in letters[:MOST_OF_A_KIND]:
        text = f"Mail {letter.kind}: {letter.get_state_display().lower()}"
        is_bad = bool(letter.trouble)
        yield Entry(letter.created_at, "mail", text, letter.trouble, page_of(letter), is_bad)


def _files(case: Case) -> Iterator[Entry]:
    for recording in case.recordings:
        text = f"Recording {recording.public_id} began to come home"
        yield Entry(recording.created_at, "file", text, "", page_of(recording))
        for artifact in recording.artifacts.all():
            kind, error = artifact.get_kind_display(), artifact.error
            if artifact.fetched_at:
                size = f"{artifact.size} bytes"
                yield Entry(artifact.fetched_at, "file", f"{kind} fetched", size)
            elif artifact.state == ArtifactState.FAILED:
                at = artifact.claimed_at or artifact.created_at
                yield Entry(at, "file", f"{kind} failed", error, page_of(artifact), is_bad=True)
            if artifact.late_at:
                yield Entry(artifact.late_at, "file", f"{kind} is late", error, is_bad=True)


def _views(case: Case) -> Iterator[Entry]:
    visits = Visit.objects.filter(share__recording__in=case.recordings).select_related("share")
    for visit in visits.order_by("-last_at")[:MOST_OF_A_KIND]:
        who = "Somebody signed in" if visit.user_id else "A browser"
        text = f"{who} opened what was shared"
        yield Entry(visit.last_at, "view", text, f"{visit.share.public_id}, {visit.times} times")


def _told(at: datetime) -> str:
    return timezone.localtime(at).strftime("%a %-d %b %Y %H:%M")
