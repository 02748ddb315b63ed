"""What support may do to help: each is a question first, then an entry in the workspace's trail.

What takes time is not done in the request: a worker is woken, as it is by people's own clicks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from celery import current_app
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

import bots.queue
import calendars.queue
from accounts import audit
from accounts.models import User
from bots.models import Bot
from calendars.models import Calendar, Event
from calendars.models.connections import SyncState
from recordings import deleting, ingest
from recordings.models import Artifact, ArtifactState, Deletion, Recording
from upstream import checkup, rotation
from upstream.models import UpstreamAccount
from upstream.states import BotState


@dataclass(frozen=True, slots=True)
class Action:
    """`entry` is what stands in the trail; `question` says what will happen.

    `do` may return what came of it; else a worker is at it.
    """

    label: str
    question: str
    entry: str
    model: type[Model]
    is_open: Callable[..., bool]
    do: Callable[..., str | None]

    @property
    def permission(self) -> str:
        return f"{self.model._meta.app_label}.change_{self.model._meta.model_name}"


def open_to(row: Model) -> Iterator[tuple[str, Action]]:
    """Those that make sense for this row as it is now, by name."""
    for name, action in ACTIONS.items():
        if isinstance(row, action.model) and action.is_open(row):
            yield name, action


def find(action: Action, public_id: str) -> Model | None:
    manager = getattr(action.model, "everything", action.model._default_manager)
    found: Model | None = manager.select_related("workspace").filter(public_id=public_id).first()
    return found


@transaction.atomic
def carry_out(request: HttpRequest, action: Action, row: Any) -> str:
    """Do it, and return what came of it; empty when the row has moved on since the question.

    What is the deployment's own belongs to no workspace: the console's log has it all.
    """
    if not action.is_open(row):
        return ""
    came_of_it = action.do(row) or f"{action.label}: a worker is at it."
    if row.workspace is not None:
        shown = row.recording if isinstance(row, Deletion) else row
        audit.record_staff(request, row.workspace, action.entry, shown.public_id)
    staff = cast(User, request.user)
    LogEntry.objects.log_actions(staff.pk, [row], CHANGE, change_message=action.label)
    return came_of_it


def _leave(bot: Bot) -> None:
    if bot.ask_to_leave():
        bots.queue.leave(bot.pk)


def _resync(calendar: Calendar) -> None:
    calendar.sync_state, calendar.tried_at = SyncState.READING, timezone.now()
    calendar.save(update_fields=["sync_state", "tried_at", "updated_at"])
    if calendar.upstream_id:
        calendars.queue.sync(calendar.pk, is_forced=True)
    else:
        calendars.queue.connect(calendar.pk)


def _unsettled(recording: Recording) -> list[Artifact]:
    there = (ArtifactState.FETCHING, ArtifactState.READY)
    return list(recording.artifacts.exclude(state__in=there))


def _refetch(recording: Recording) -> None:
    for artifact in _unsettled(recording):
        ingest.try_again(artifact)


def _hurry(deletion: Deletion) -> None:
    deleting.hurry(deletion)


def _forget_old(account: UpstreamAccount) -> str:
    rotation.forget_old(account)
    return "Only the newest key and secret count from now on."


def _look(bot: Bot) -> None:
    def wake() -> None:
        kwargs = {"bot_id": bot.pk}
        current_app.send_task("webhooks.look_behind", kwargs=kwargs, retry=False)

    transaction.on_commit(wake, robust=True)


ACTIONS: dict[str, Action] = {
    "leave": Action(
        label="Make it leave",
        question="The bot leaves the meeting. What it recorded so far is kept; it does not come "
        "back by itself.",
        entry="bot.leave",
        model=Bot,
        is_open=lambda bot: bot.can_leave and bot.state != BotState.SCHEDULED,
        do=_leave,
    ),
    "cancel": Action(
        label="Call it off",
        question="The bot will not come to this meeting, and nothing is recorded.",
        entry="bot.leave",
        model=Bot,
        is_open=lambda bot: bot.can_leave and bot.state == BotState.SCHEDULED,
        do=_leave,
    ),
    "resend": Action(
        label="Send it again",
        question="The recording service is asked for this bot once more; first it is asked whether "
        "it has it already, so that no second one comes.",
        entry="bot.resend",
        model=Bot,
        is_open=lambda bot: Bot.objects.unsent().filter(pk=bot.pk).exists(),
        do=lambda bot: bots.queue.send(bot.pk),
    ),
    "look": Action(
        label="Ask where it is",
        question="The recording service is asked where this bot is and what it has, and what it "
        "says counts as if it had told it by itself.",
        entry="bot.look",
        model=Bot,
        is_open=lambda bot: bool(bot.upstream_id),
        do=_look,
    ),
    "reconcile": Action(
        label="Reconcile it",
        question="It is decided again whether this meeting is recorded, and what is booked is made "
        "to agree with it: a bot may be booked, moved or called off.",
        entry="event.reconcile",
        model=Event,
        is_open=lambda event: event.ends_at > timezone.now(),
        do=lambda event: calendars.queue.schedule(event.pk),
    ),
    "resync": Action(
        label="Read it again",
        question="The recording service reads the calendar again, and Earshot takes in what it "
        "has. Choices people made stay.",
        entry="calendar.sync",
        model=Calendar,
        is_open=lambda calendar: calendar.disconnected_at is None,
        do=_resync,
    ),
    "refetch": Action(
        label="Fetch the files again",
        question="Each file of this recording that failed or was not made is asked for again.",
        entry="artifact.fetch_again",
        model=Recording,
        is_open=lambda recording: recording.binned_at is None and bool(_unsettled(recording)),
        do=_refetch,
    ),
    "retry": Action(
        label="Try what is left",
        question="What is left of this recording is deleted now, without waiting for the next try.",
        entry="deletion.try_again",
        model=Deletion,
        is_open=lambda deletion: deletion.finished_at is None,
        do=_hurry,
    ),
    "test": Action(
        label="Test the connection",
        question="One harmless call is made with the account’s key: which calendars are there.",
        entry="service.test",
        model=UpstreamAccount,
        is_open=lambda account: True,
        do=lambda account: checkup.examine(account).sentence,
    ),
    "forget-old": Action(
        label="Let the old key go",
        question="Messages that carry the key or the secret of before are not believed any more.",
        entry="service.forget_old",
        model=UpstreamAccount,
        is_open=rotation.has_old,
        do=_forget_old,
    ),
}
