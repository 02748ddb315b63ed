"""The story that a fresh demo tells: Northwind, its calendars, its meetings of the last weeks.

Nothing is written past the product: the calendar is connected, synced and booked as a person would
have done it, and past meetings are fetched from the simulated provider like any lost result.
At each later start only what must be fresh is told again: addresses, and a meeting going on now.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from django.db.models import QuerySet
from django.utils import timezone

from accounts import invitations
from accounts.models import User, Workspace
from accounts.people import create_person
from accounts.roles import Role
from bots import actions, lifecycle, reconciliation
from bots.models import Bot
from calendars import connecting, coverage, missed, queue, revising
from calendars.models import Connection, Event, People, Rule, SyncState, Verdict
from calendars.models.connections import CalendarPlatform
from calendars.policy_changes import AddRule
from dashboard.demo_past import remember
from dashboard.demo_shares import share_some
from recordings import ingest
from recordings.models import Recording
from upstream.deployment import ensure_account
from upstream.events import BotStatusChanged
from upstream.models import UpstreamAccount
from upstream.states import BotState, Platform
from upstream.webhook_address import webhook_url

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAYA, PASSWORD = "maya@northwind.example", "meet-me-at-noon"
SUPPORT, SUPPORT_PASSWORD = "support@earshot.example", "look-but-do-not-touch"
PATIENCE_SECONDS = 30.0
CALENDARS = (MAYA, "Product team", "c_product@group.calendar.northwind.example")
WANTED_TITLES = ("Northwind weekly", "Design review", "Harborlight", "Product demo", "Kestrel")
LINKS = {
    Platform.MEET: "https://meet.google.com/nor-thwi-nd{:d}",
    Platform.ZOOM: "https://us02web.zoom.us/j/81122334{:d}",
    Platform.TEAMS: "https://teams.microsoft.com/l/meetup-join/19%3ameeting_northwind{:d}/0",
}


@dataclass(frozen=True, slots=True)
class Past:
    """A meeting that is over. `error` is the provider's code of a bot that brought nothing."""

    title: str
    days_ago: int
    hour: int
    platform: Platform
    seconds: int
    cast: tuple[str, ...]
    error: str = ""
    mode: str = "speaker_view"


JONAS, AISHA, ELIN, KARIN = "Jonas Berg", "Aisha Rahman", "Elin Sandberg", "Karin Holm"
PRIYA, DANIEL, BEN, MAYA_NAME = "Priya Nair", "Daniel Weiss", "Ben O'Connor", "Maya Lindqvist"
PAST = (
    Past("Design review", 1, 10, Platform.MEET, 150, (AISHA, MAYA_NAME, JONAS)),
    Past(
        "Harborlight × Northwind: pilot check-in",
        2,
        15,
        Platform.ZOOM,
        210,
        (KARIN, MAYA_NAME, PRIYA, DANIEL),
    ),
    Past("Kestrel Rail QBR", 3, 16, Platform.TEAMS, 300, (BEN, KARIN), error="BOT_NOT_ACCEPTED"),
    Past(
        "Aurora Foods: first call",
        4,
        13,
        Platform.ZOOM,
        300,
        (PRIYA, DANIEL),
        error="TIMEOUT_WAITING_TO_START",
    ),
    Past("Office move", 5, 9, Platform.MEET, 300, (ELIN, JONAS), error="SLOT_EVICTED"),
    Past("Northwind weekly", 5, 10, Platform.MEET, 290, (MAYA_NAME, JONAS, ELIN, KARIN)),
    Past("Kestrel Rail: security questions", 6, 14, Platform.TEAMS, 95, (BEN, MAYA_NAME)),
    Past(
        "Hiring debrief: backend engineer",
        8,
        11,
        Platform.ZOOM,
        1260,
        (MAYA_NAME, JONAS, ELIN),
        mode="audio_only",
    ),
)


def tell(sandbox_url: str) -> dict[str, str]:
    """Seed what is missing and return how to sign in."""
    account = ensure_account()
    control = Control(sandbox_url)
    control.post("webhook", url=webhook_url(account), secret=account.webhook_secret, enabled=True)
    maya = User.objects.filter(email=MAYA).first() or _people()
    workspace = maya.workspaces.get()
    past: list[Bot] = []
    if not workspace.bots.exists():
        _connect(workspace, maya, account, control)
        past = [_past_bot(meeting, workspace, account, maya, control) for meeting in PAST]
        for bot in past:
            reconciliation.look(bot)
        unread = workspace.calendars.exclude(sync_state=SyncState.READY)
        _wait_for(lambda: not unread.exists() and workspace.events.exists())
        remember(workspace, maya, past)
        _choose_some(workspace, maya)
        _make_rules(workspace, maya)
    _meeting_right_now(workspace, maya, control)
    share_some([home for bot in past if (home := _bring_home(bot))], maya)
    return {
        "email": MAYA,
        "password": PASSWORD,
        "admin_email": SUPPORT,
        "admin_password": SUPPORT_PASSWORD,
    }


class Control:
    """The sandbox's control calls, as its own pages make them."""

    def __init__(self, sandbox_url: str) -> None:
        patient = httpx.HTTPTransport(retries=6)  # it may still be starting
        self.client = httpx.Client(
            base_url=f"{sandbox_url}/sandbox/api/", timeout=30, transport=patient
        )

    def post(self, path: str, **wishes: object) -> dict[str, Any]:
        answer = self.client.post(path, json=wishes)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def _people() -> User:
    workspace = Workspace.objects.create(name="Northwind")
    zone = "Europe/Stockholm"
    maya = create_person(
        email=MAYA,
        password=PASSWORD,
        name="Maya Lindqvist",
        workspace=workspace,
        role=Role.OWNER,
        time_zone=zone,
    )
    for email, name, role in (
        ("jonas@northwind.example", "Jonas Berg", Role.ADMIN),
        ("aisha@northwind.example", "Aisha Rahman", Role.MEMBER),
        ("elin@northwind.example", "Elin Dahl", Role.VIEWER),
    ):
        create_person(email=email, name=name, workspace=workspace, role=role, time_zone=zone)
    workspace.members.update(password=maya.password)  # hashed once: it takes a third of a second
    invitations.invite(workspace, ["karin@northwind.example"], Role.MEMBER, by=maya)
    create_person(
        email=SUPPORT,
        password=SUPPORT_PASSWORD,
        name="Earshot support",
        is_staff=True,
        is_superuser=True,
    )
    return maya


def _connect(workspace: Workspace, maya: User, account: UpstreamAccount, control: Control) -> None:
    """Connect two of Maya's calendars, with the permission the consent page would have given."""
    grant = control.post("google/grants", account=MAYA)
    connection = Connection.objects.create(
        workspace=workspace,
        user=maya,
        platform=CalendarPlatform.GOOGLE,
        subject=grant["sub"],
        email=MAYA,
        refresh_token=grant["refresh_token"],
        scopes="openid email https://www.googleapis.com/auth/calendar.readonly",
    )
    offered = connecting.available(connection, account)
    connecting.choose(connection, account, [one for one in offered if one.name in CALENDARS])


def _choose_some(workspace: Workspace, maya: User) -> None:
    """Switch recording on for a few meetings of the coming days."""
    ahead = workspace.events.filter(starts_at__gt=timezone.now()).exclude(meeting_url="")
    for title in WANTED_TITLES:
        for event in ahead.filter(title__startswith=title).order_by("starts_at")[:2]:
            _choose(event, maya)
    soon = ahead.filter(starts_at__lt=timezone.now() + timedelta(minutes=30))
    for event in soon.order_by("starts_at")[:1]:
        _choose(event, maya)


def _make_rules(workspace: Workspace, maya: User) -> None:
    """Talks between two stay between two; talks with others are recorded."""
    for rule in (
        Rule(workspace=workspace, records=False, title_has=["1:1"], created_by=maya),
        Rule(workspace=workspace, records=True, people=People.EXTERNAL, created_by=maya),
    ):
        AddRule(rule).save()
    revising.ask(workspace)


def _choose(event: Event, maya: User) -> None:
    event.choose(Verdict.RECORD, by=maya, at=timezone.now())
    coverage.decide_again([event])
    queue.schedule(event.id)


def _past_bot(
    meeting: Past, workspace: Workspace, account: UpstreamAccount, maya: User, control: Control
) -> Bot:
    """Our bot of a past meeting, and the provider's twin of it."""
    day = timezone.localtime() - timedelta(days=meeting.days_ago)
    starts_at = day.replace(hour=meeting.hour, minute=0, second=0, microsecond=0)
    ends_at = starts_at + timedelta(seconds=meeting.seconds)
    bot, _ = actions.claim(
        workspace=workspace,
        account=account,
        meeting_url=LINKS[meeting.platform].format(meeting.days_ago),
        starts_at=starts_at,
        ends_at=ends_at,
        title=meeting.title,
        platform=meeting.platform,
        requested_by=maya,
    )
    twin = control.post(
        "finished_bots",
        title=meeting.title,
        platform=meeting.platform,
        meeting_url=bot.meeting_url,
        duration_seconds=meeting.seconds,
        ended_at=_wire_time(ends_at + timedelta(minutes=1)),
        error_code=meeting.error or None,
        recording_mode=meeting.mode,
        cast=meeting.cast,
        extra={"earshot_id": bot.public_id},
        silent=True,
    )
    bot.mark_booked(twin["bot_id"])
    bot.booked_at = starts_at - timedelta(days=1)  # as the choice of its meeting
    bot.save(update_fields=["booked_at"])
    for code, state, minutes in _steps(meeting):
        step = BotStatusChanged(
            bot_id=twin["bot_id"],
            code=code,
            state=state,
            happened_at=starts_at + timedelta(minutes=minutes),
            correlation_id=bot.public_id,
        )
        lifecycle.apply(bot, step)
    return bot


def _steps(meeting: Past) -> tuple[tuple[str, BotState, float], ...]:
    arrival = (
        ("joining_call", BotState.JOINING, 0.0),
        ("in_waiting_room", BotState.WAITING_ROOM, 0.1),
    )
    if meeting.error:
        return arrival
    return (*arrival, ("in_call_recording", BotState.RECORDING, 0.3))


def _bring_home(bot: Bot) -> Recording | None:
    bot.refresh_from_db()
    if bot.state == BotState.DONE:
        return ingest.begin(bot)
    missed.tell_of_bot(bot)
    return None


def _meeting_right_now(workspace: Workspace, maya: User, control: Control) -> None:
    """See to it that a bot is in a meeting while somebody looks at the demo."""
    now = timezone.now()
    if workspace.bots.unfinished().filter(starts_at__lte=now, ends_at__gt=now).exists():
        return
    event = _running(workspace).first() or _start_meeting(workspace, control)
    if event is None:
        logger.warning("no meeting is going on right now")
        return
    _choose(event, maya)
    sent = workspace.bots.filter(events=event).exclude(upstream_id="")
    if bot := _wait_for(sent.first):
        remaining = (event.ends_at - timezone.now()).total_seconds()
        control.post(f"bots/{bot.upstream_id}/story", call_seconds=max(remaining, 600))


def _running(workspace: Workspace) -> QuerySet[Event]:
    now = timezone.now()
    running = workspace.events.filter(starts_at__lte=now, ends_at__gt=now + timedelta(minutes=10))
    return running.exclude(meeting_url="").filter(is_all_day=False, bot=None)


def _start_meeting(workspace: Workspace, control: Control) -> Event | None:
    began = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=2)
    control.post(
        "events",
        calendar=MAYA,
        title="Customer workshop: Aurora Foods",
        start=_wire_time(began),
        minutes=60,
        link="meet",
    )
    for calendar in workspace.calendars.filter(raw_id=MAYA):
        queue.sync(calendar.id)
    return _wait_for(lambda: _running(workspace).first())


def _wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wait_for(check: Callable[[], T]) -> T | None:
    """What `check` says once it is true: the workers and the provider need a moment."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.2)
    return None
