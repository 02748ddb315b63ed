"""The console's pages: what they find, what they tell, and what they never show."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app, shared_task
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User, Workspace
from bots.models import Bot, StatusChange
from calendars.models import Event, EventChange
from letters.models import Letter
from recordings.models import Artifact
from support import tasks
from support.models import TaskEnd, TaskRun
from support.task_log import kind_of, subject_of
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.everything import SECRET_WORD, make_everything
from tests.recordings.factories import make_finished_bot, make_recording
from upstream import call_log
from upstream.errors import Retryable
from upstream.models import Call, UpstreamAccount
from upstream.states import BotState
from webhooks.models import Delivery, DeliveryState

pytestmark = pytest.mark.django_db

SECRETS = ("key-nobody-may-see", "whsec_nobody", "callback-nobody", "refresh-nobody")


@pytest.fixture
def event(workspace: Workspace, alice_user: User) -> Event:
    """A meeting of tomorrow with its bot, and a trace of everything that happened to it."""
    event = make_event(make_calendar(workspace, alice_user), title=SECRET_WORD)
    event.bot = make_bot(event, upstream_id="up-7")
    event.save()
    return event


def fill(event: Event, count: int = 1) -> None:
    bot, now = event.bot, timezone.now()
    assert bot is not None
    for number in range(count):
        EventChange.objects.create(
            workspace=event.workspace, event=event, kind="renamed", after=SECRET_WORD
        )
        StatusChange.objects.create(
            bot=bot, upstream_id="up-7", code=f"joining_{number}", state="joining", happened_at=now
        )
        TaskRun.objects.create(
            task_id=f"t-{number}",
            name="calendars.schedule_event",
            subject=f"event_id={event.pk}",
            started_at=now,
            milliseconds=12,
            end=TaskEnd.RETRIED,
            error="Retryable unreachable",
        )
        Call.objects.create(
            method="POST", path="/v2/bots", status=503, milliseconds=87, task_id=f"t-{number}"
        )
        Call.objects.create(
            method="GET", path="/v2/bots/{bot_id}", subject="up-7", status=200, milliseconds=9
        )
        Delivery.objects.create(
            account=bot.account,
            message_id=f"m-{number}",
            event="bot.status_change",
            body=b"{}",
            state=DeliveryState.PROCESSED,
            effect=f"{bot.public_id} is now joining.",
        )
        Delivery.objects.create(
            account=bot.account,
            message_id=f"c-{number}",
            event="calendar.event_updated",
            body=b'{"event_id": "%s"}' % event.upstream_id.encode(),
        )
        Letter.objects.create(key=f"k-{number}", kind="bot-waiting", about=bot.public_id)
        audit.record(
            workspace=event.workspace, actor=None, action="event.choose", target=event.public_id
        )


@pytest.mark.parametrize("kind", ["event", "bot"])
def test_a_case_file_tells_everything_on_one_line_of_time(
    support: Client, event: Event, kind: str
) -> None:
    fill(event)
    row: Any = event if kind == "event" else event.bot
    page = support.get(f"/admin/case/{row.public_id}/")
    text = page.content.decode()

    assert "Renamed" in text
    assert "Joining: joining_0" in text
    assert "calendars.schedule_event: to be tried again in 12 ms" in text
    assert "POST /v2/bots → 503 in 87 ms" in text
    assert "GET /v2/bots/{bot_id} → 200 in 9 ms" in text
    assert f"{event.bot.public_id} is now joining." in text  # type: ignore[union-attr]
    assert "calendar.event_updated: waiting" in text
    assert "said whether to record a meeting" in text
    assert "Mail bot-waiting: waiting" in text
    assert "Will be recorded: " in text or "Will not be recorded: " in text
    moments = [entry.at for entry in page.context["entries"]]
    assert moments == sorted(moments, reverse=True)
    assert SECRET_WORD not in text


def test_a_case_file_is_narrowed_by_kind(support: Client, event: Event) -> None:
    fill(event)
    page = support.get(f"/admin/case/{event.public_id}/", {"kind": ["call", "nonsense"]})
    assert {entry.kind for entry in page.context["entries"]} == {"call"}


def test_a_case_file_costs_the_same_for_one_row_and_for_thirty(
    support: Client, event: Event
) -> None:
    fill(event)
    address = f"/admin/case/{event.public_id}/"
    support.get(address)
    one = cost(support, address)
    StatusChange.objects.all().delete()
    TaskRun.objects.all().delete()
    Letter.objects.all().delete()
    Delivery.objects.all().delete()
    fill(event, 30)
    assert cost(support, address) == one


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "by",
    ["public_id", "upstream_id", "link", "bare link", "event id", "mail", "message"],
)
def test_one_box_finds_it(support: Client, event: Event, alice_user: User, by: str) -> None:
    bot = event.bot
    assert bot is not None
    fill(event)
    wanted, found = {
        "public_id": (bot.public_id, bot.public_id),
        "upstream_id": ("up-7", bot.public_id),
        "link": (f"{event.meeting_url}?authuser=1", event.public_id),
        "bare link": (event.meeting_url.removeprefix("https://"), event.public_id),
        "event id": (event.upstream_id, event.public_id),
        "mail": ("ALICE@northwind.example", alice_user.email),
        "message": ("m-0", Delivery.objects.get(message_id="m-0").public_id),
    }[by]
    page = support.get("/admin/find/", {"q": f" {wanted} "}, follow=True)
    assert found in page.content.decode()
    assert SECRET_WORD not in page.content.decode()


def test_what_nobody_knows_is_not_found(support: Client, event: Event) -> None:
    page = support.get("/admin/find/", {"q": "bot_nobody\x00<b>"})
    assert page.context["hits"] == []
    assert "Nothing is called" in page.content.decode()


def test_an_action_asks_first_and_is_in_the_trail(
    support: Client, sam: User, workspace: Workspace
) -> None:
    bot = make_finished_bot(workspace, state=BotState.RECORDING, outcome="", exited_at=None)
    address = f"/admin/act/leave/{bot.public_id}/"
    assert "The bot leaves the meeting" in support.get(address).content.decode()
    assert Bot.objects.filter(leave_requested_at=None).exists()

    support.post(address)
    assert not Bot.objects.filter(leave_requested_at=None).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.target) == ("bot.leave", sam, bot.public_id)
    assert LogEntry.objects.get().get_change_message() == "Make it leave"
    again = support.post(address, follow=True)
    assert "It has moved on since" in again.content.decode()
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("reconcile", "event.reconcile"),
        ("resync", "calendar.sync"),
        ("cancel", "bot.leave"),
        ("look", "bot.look"),
    ],
)
def test_each_action_wakes_a_worker(
    support: Client, event: Event, name: str, entry: str, django_capture_on_commit_callbacks: Any
) -> None:
    rows = {"reconcile": event, "resync": event.calendar, "cancel": event.bot, "look": event.bot}
    row = rows[name]
    assert row is not None
    with django_capture_on_commit_callbacks() as woken:
        answer = support.post(f"/admin/act/{name}/{row.public_id}/", follow=True)
    assert answer.status_code == 200
    assert len(woken) == 1
    assert AuditEntry.objects.get().action == entry


def test_files_are_fetched_again(support: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace)
    artifact = recording.artifacts.get(kind="chat")
    recording.artifacts.update(state="failed", attempts=5)
    support.post(f"/admin/act/refetch/{recording.public_id}/")
    artifact.refresh_from_db()
    assert (artifact.state, artifact.attempts) == ("pending", 0)


def test_staff_without_the_permission_do_nothing(support: Client, sam: User, event: Event) -> None:
    User.objects.filter(pk=sam.pk).update(is_superuser=False)
    paths = (
        "/admin/find/",
        f"/admin/case/{event.public_id}/",
        f"/admin/act/resync/{event.calendar.public_id}/",
        "/admin/stuck/",
        "/admin/usage/",
    )
    assert [support.get(path).status_code for path in paths] == [403] * len(paths)


@pytest.mark.parametrize("path", ["/admin/find/", "/admin/stuck/", "/admin/case/bot_x/"])
def test_people_are_led_away(alice: Client, path: str) -> None:
    assert "/login/" in alice.get(path)["Location"]


def test_stuck_work_is_in_piles(support: Client, event: Event, workspace: Workspace) -> None:
    assert "Nothing is stuck" in support.get("/admin/stuck/").content.decode()
    Event.objects.update(will_record=True, booking_error="The service is full.")
    fill(event)
    Delivery.objects.update(state=DeliveryState.FAILED, error="KeyError")
    make_recording(workspace, bot=event.bot)
    Artifact.objects.filter(kind="chat").update(state="failed", error="gone")
    TaskRun.objects.update(end=TaskEnd.FAILED)
    page = support.get("/admin/stuck/")

    piles = {pile.label: pile.count for pile in page.context["piles"]}
    assert piles == {
        "Webhooks that failed": 2,
        "Meetings that could not be booked": 1,
        "Files that failed": 1,
        "Tasks that failed today": 1,
    }
    assert SECRET_WORD not in page.content.decode()


def test_stuck_work_costs_the_same_for_one_row_and_for_nine(support: Client, event: Event) -> None:
    fill(event)
    TaskRun.objects.update(end=TaskEnd.FAILED)
    Delivery.objects.update(state=DeliveryState.FAILED)
    support.get("/admin/stuck/")
    one = cost(support, "/admin/stuck/")
    for number in range(4):
        Delivery.objects.create(
            account=event.calendar.account, message_id=f"x-{number}", body=b"", state="failed"
        )
    assert cost(support, "/admin/stuck/") == one


def test_each_number_of_usage_is_as_long_as_the_list_it_opens(
    support: Client, workspace: Workspace
) -> None:
    now = timezone.now()
    for platform in ("meet", "zoom", "zoom", ""):
        make_finished_bot(workspace, platform=platform, starts_at=now)
    make_finished_bot(workspace, platform="zoom", state=BotState.FAILED, starts_at=now)
    make_finished_bot(workspace, starts_at=now - timedelta(days=800))
    rows = support.get("/admin/usage/").context["rows"]

    cells = [cell for row in rows for cell in row.cells if cell.number]
    assert sorted(cell.number for cell in cells) == [1, 1, 1, 2]
    for cell in cells:
        assert support.get(cell.path).context["cl"].result_count == cell.number
    assert sum(row.hours for row in rows) == 2.5


def test_staff_never_see_secrets_or_content(
    support: Client, workspace: Workspace, alice_user: User
) -> None:
    made = make_everything(workspace, alice_user)
    key, secret, callback, refresh = SECRETS
    UpstreamAccount.objects.update(api_key=key, webhook_secret=secret, callback_secret=callback)
    for calendar in workspace.calendars.all():
        calendar.connection.refresh_token = refresh
        calendar.connection.save()
    bot = Bot.objects.get(public_id=made.ids["bots"])
    account = bot.account
    for path in (
        f"/admin/case/{bot.public_id}/",
        f"/admin/case/{made.ids['calendars:event']}/",
        f"/admin/find/?q={bot.meeting_url}",
        f"/admin/upstream/upstreamaccount/{account.pk}/change/",
        f"/admin/calendars/connection/{workspace.connections.get().pk}/change/",
        "/admin/stuck/",
        "/admin/usage/",
    ):
        text = support.get(path, follow=True).content.decode()
        assert [word for word in (*SECRETS, SECRET_WORD) if word in text] == [], path


def test_an_account_tells_how_its_calls_went(support: Client, event: Event) -> None:
    account = event.calendar.account
    for status in (200, 503, None):
        Call.objects.create(account=account, method="GET", path="/", status=status, milliseconds=1)
    text = support.get("/admin/upstream/upstreamaccount/").content.decode()
    assert "3, 2 failed" in text


def test_old_records_go(event: Event) -> None:
    fill(event)
    long_ago = timezone.now() - timedelta(days=31)
    Call.objects.filter(subject="up-7").update(at=long_ago)
    TaskRun.objects.update(started_at=long_ago)
    tasks.forget_old()
    assert (Call.objects.count(), TaskRun.objects.count()) == (1, 0)


@shared_task(name="tests.try_something")
def try_something(*, bot_id: int, text: str) -> None:
    note("POST", ids={"bot_id": "up-9"})
    raise Retryable(f"{text} {bot_id}", code="unreachable")


def note(method: str, ids: dict[str, str]) -> None:
    call_log.note(
        None, method=method, path="/v2/x", ids=ids, status=503, milliseconds=5, request_id="r-1"
    )


def test_a_run_of_a_task_is_kept_with_its_calls_and_without_its_words() -> None:
    try_something.apply(kwargs={"bot_id": 17, "text": SECRET_WORD})
    run = TaskRun.objects.get(subject="bot_id=17")
    assert (run.name, run.end) == ("tests.try_something", TaskEnd.FAILED)
    assert run.error == "Retryable unreachable"
    call = Call.objects.get(subject="up-9")
    assert (call.status, call.task_id) == (503, run.task_id)


def test_a_run_that_is_about_no_row_is_kept_when_it_failed_only() -> None:
    current_app.tasks["support.forget_old"].apply()
    assert not TaskRun.objects.exists()
    assert subject_of({"text": "x", "event_ids": [1]}) == ""
    assert kind_of(None) == ""
