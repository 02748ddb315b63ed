"""A calendar's health as people see it: the page, the banner on every page, and the ways out."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import connecting, coverage, health, sync
from calendars.models import Calendar, Connection, SyncState, Verdict
from notifications.kinds import KindName
from notifications.models import Notification
from tests.calendars.factories import make_calendar, make_event
from tests.calendars.world import Outside
from tests.frame import FRAME
from upstream.models import UpstreamAccount
from upstream.states import CalendarStatus

pytestmark = pytest.mark.django_db
EVERY_PAGE = ("/", "/events/", "/bots/", "/recordings/", "/calendars/", "/settings/")


@pytest.fixture
def broken(workspace: Workspace, alice_user: User) -> Calendar:
    """Two meetings hang on it."""
    calendar = make_calendar(workspace, alice_user)
    for event in (make_event(calendar), make_event(calendar), make_event(calendar)):
        if event.title != "Meeting 2":
            event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    coverage.decide_again(calendar.events.for_list())
    health.take(calendar, CalendarStatus.REVOKED)
    return calendar


def test_the_banner_is_on_every_page_with_the_meetings_at_risk(
    alice: Client, broken: Calendar
) -> None:
    for path in EVERY_PAGE:
        page = alice.get(path).content.decode()
        assert "Google no longer lets Earshot read this calendar" in page, path
        assert "2 meetings that should be recorded are at risk" in page, path
        assert f"/calendars/accounts/{broken.connection.public_id}/reconnect/" in page, path


def test_a_colleague_reads_whose_calendar_it_is(bob: Client, broken: Calendar) -> None:
    page = bob.get("/recordings/").content.decode()
    assert "Alice’s calendar" in page
    assert "Alice can reconnect it." in page
    assert "/reconnect/" not in page


def test_all_is_well_and_nothing_is_said(
    alice: Client, workspace: Workspace, alice_user: User
) -> None:
    make_calendar(workspace, alice_user)
    assert b"Trouble with" not in alice.get("/recordings/").content


def test_a_stranger_sees_nothing_of_it(mallory: Client, broken: Calendar) -> None:
    assert b"no longer lets" not in mallory.get("/recordings/").content


@pytest.mark.parametrize("count", [1, 30])
def test_the_banner_asks_whether_something_is_wrong_and_then_what(
    alice: Client, workspace: Workspace, alice_user: User, count: int
) -> None:
    for _ in range(count):
        make_calendar(workspace, alice_user, status=CalendarStatus.REVOKED)
    with CaptureQueriesContext(database) as seen:
        alice.get("/settings/")
    asked = [one["sql"] for one in seen if "calendars_" in one["sql"]]
    assert len(asked) == 2


@pytest.mark.parametrize("count", [1, 30])
def test_the_calendars_page_asks_as_often_for_many(
    alice: Client, workspace: Workspace, alice_user: User, count: int
) -> None:
    for _ in range(count):
        make_calendar(workspace, alice_user)
    with CaptureQueriesContext(database) as seen:
        alice.get("/calendars/")
    assert len(seen) == FRAME + 3


@pytest.mark.parametrize(
    ("status", "word", "sentence"),
    [
        (CalendarStatus.ACTIVE, "Connected", "Up to date"),
        (CalendarStatus.ERROR, "Temporary trouble", "nothing is needed from you"),
        (CalendarStatus.REVOKED, "Access withdrawn", "no longer lets Earshot read"),
        (CalendarStatus.PERMISSION_DENIED, "Permission missing", "permission to read this"),
    ],
)
def test_the_four_states_are_told_apart(
    alice: Client,
    workspace: Workspace,
    alice_user: User,
    status: CalendarStatus,
    word: str,
    sentence: str,
) -> None:
    calendar = make_calendar(workspace, alice_user, tried_at=timezone.now())
    health.take(calendar, status)
    page = alice.get("/calendars/").content.decode()
    assert f"<dd>{word}</dd>" in page
    assert sentence in page
    assert "Last good sync" in page
    assert "Last try" in page


def test_a_microsoft_calendar_is_never_called_googles(
    alice: Client, workspace: Workspace, alice_user: User
) -> None:
    calendar = make_calendar(workspace, alice_user)
    Connection.objects.update(platform="microsoft")
    health.take(Calendar.objects.for_work().get(), CalendarStatus.REVOKED)
    page = alice.get("/calendars/").content.decode()
    assert "Microsoft no longer lets Earshot read this calendar" in page
    away = alice.get(f"/calendars/{calendar.public_id}/disconnection/").content.decode()
    assert "https://myapps.microsoft.com" in away
    assert "https://account.live.com/consent/Manage" in away
    assert "gives_back" not in away


def test_a_member_cannot_change_a_colleagues_calendar(bob: Client, broken: Calendar) -> None:
    page = bob.get("/calendars/").content.decode()
    assert "Only Alice and those who run the workspace can change this account." in page
    assert "Resync" not in page
    for path in (f"/calendars/{broken.public_id}/sync/",):
        assert bob.post(path).status_code == 404
    assert bob.get(f"/calendars/{broken.public_id}/disconnection/").status_code == 404
    account = f"/calendars/accounts/{broken.connection.public_id}/"
    assert bob.get(account).status_code == 404
    assert bob.get(f"{account}reconnect/").status_code == 404


def test_disconnecting_says_what_goes_and_offers_to_revoke(alice: Client, broken: Calendar) -> None:
    page = alice.get(f"/calendars/{broken.public_id}/disconnection/").content.decode()
    assert "Its 3 coming meetings disappear" in page
    assert 'name="gives_back" value="true" checked' in page
    assert "withdraw Earshot’s permission at Google" in page
    broken.pk, broken.public_id, broken.raw_id, broken.upstream_id = None, "cal_other", "x", "x"
    broken.save()
    page = alice.get(f"/calendars/{broken.public_id}/disconnection/").content.decode()
    assert "Google goes on letting Earshot read the other calendars of maya@northwind" in page
    assert "gives_back" not in page


@pytest.mark.parametrize("is_asked", [True, False])
def test_google_is_asked_to_forget_us_only_if_the_person_wants_it(
    alice: Client, calendar: Calendar, outside: Outside, is_asked: bool
) -> None:
    before = len(outside.sandbox.get("requests")["requests"])
    with outside.work():
        sent = {"gives_back": "true"} if is_asked else {}
        alice.post(f"/calendars/{calendar.public_id}/disconnection/", sent)
    asked = [one["path"] for one in outside.sandbox.get("requests")["requests"][before:]]
    assert ("/google/revoke" in asked) is is_asked
    assert Connection.objects.get().refresh_token == ""


def test_where_the_account_is_shared_google_is_left_alone(
    alice: Client, calendar: Calendar, other_workspace: Workspace, mallory_user: User
) -> None:
    connection = calendar.connection
    Connection.objects.create(
        workspace=other_workspace,
        user=mallory_user,
        platform="google",
        subject=connection.subject,
        email=connection.email,
        refresh_token="theirs",
    )
    page = alice.get(f"/calendars/{calendar.public_id}/disconnection/").content.decode()
    assert "connected in another workspace" in page
    assert "gives_back" not in page


def test_unticking_a_connected_calendar_asks_first(
    alice: Client, calendar: Calendar, outside: Outside
) -> None:
    account = f"/calendars/accounts/{calendar.connection.public_id}/"
    shared = "c_product@group.calendar.northwind.example"
    question = alice.post(account, {"calendars": [shared]})
    assert question.status_code == 200
    assert "You unticked what is connected now" in question.content.decode()
    assert Calendar.objects.count() == 1
    with outside.work():
        answer = alice.post(account, {"calendars": [shared], "sure": "true"})
    assert answer.status_code == 302
    assert [one.raw_id for one in Calendar.objects.connected()] == [shared]
    assert Connection.objects.get().refresh_token  # another calendar still needs it
    page = alice.get(account).content.decode()
    assert f'value="{shared}" checked' in page


def test_a_shared_calendar_that_is_here_already_is_told(
    alice: Client,
    workspace: Workspace,
    alice_user: User,
    outside: Outside,
    account: UpstreamAccount,
) -> None:
    mine = {}
    for email in ("maya@northwind.example", "jonas@northwind.example"):
        mine[email] = Connection.objects.create(
            workspace=workspace,
            user=alice_user,
            platform="google",
            subject=email,
            email=email,
            refresh_token=outside.sandbox.refresh_token(email),
        )
    shared = "c_product@group.calendar.northwind.example"
    maya = mine["maya@northwind.example"]
    offered = connecting.available(maya, account)
    with outside.work():
        connecting.choose(maya, account, [one for one in offered if one.raw_id == shared])
    jonas = mine["jonas@northwind.example"]
    page = alice.get(f"/calendars/accounts/{jonas.public_id}/").content.decode()
    assert "It is already here through maya@northwind.example of Alice" in page


def test_another_workspace_has_the_calendar_already(
    alice: Client,
    calendar: Calendar,
    other_workspace: Workspace,
    mallory: Client,
    mallory_user: User,
    outside: Outside,
) -> None:
    theirs = Connection.objects.create(
        workspace=other_workspace,
        user=mallory_user,
        platform="google",
        subject=calendar.connection.subject,
        email=calendar.connection.email,
        refresh_token=outside.sandbox.refresh_token(),
    )
    with outside.work():
        mallory.post(f"/calendars/accounts/{theirs.public_id}/", {"calendars": [calendar.raw_id]})
    failed = theirs.calendars.get()
    assert failed.sync_state == SyncState.FAILED
    for path in ("/calendars/", "/events/"):
        page = mallory.get(path).content.decode()
        assert "The recording service has this calendar already, from another workspace" in page
        assert f"/calendars/accounts/{theirs.public_id}/" in page
        assert "Northwind" not in page


def test_a_resync_of_a_withdrawn_calendar_ends_with_a_reason(
    alice: Client, calendar: Calendar, outside: Outside
) -> None:
    outside.sandbox.post("google/behaviour", revoke="maya@northwind.example")
    with outside.work():
        alice.post(f"/calendars/{calendar.public_id}/sync/")
    again = Calendar.objects.get()
    assert again.sync_state == SyncState.FAILED
    assert "Reconnect" in again.problem


def test_a_lapsed_subscription_is_renewed_at_most_every_half_hour(
    calendar: Calendar, outside: Outside
) -> None:
    def asked() -> int:
        requests = outside.sandbox.get("requests")["requests"]
        return sum(one["path"].endswith("/resubscribe") for one in requests)

    outside.sandbox.post(f"calendars/{calendar.upstream_id}/trouble")
    before = asked()
    with outside.work():
        sync.sync(calendar)
    assert asked() == before + 1
    outside.sandbox.post(f"calendars/{calendar.upstream_id}/trouble")
    Calendar.objects.update(synced_at=timezone.now() - timedelta(hours=2))
    with outside.work():
        sync.sync(Calendar.objects.for_work().get())
    assert asked() == before + 1
    Calendar.objects.update(resubscribed_at=timezone.now() - timedelta(minutes=31))
    outside.sandbox.post(f"calendars/{calendar.upstream_id}/trouble")
    with outside.work():
        sync.sync(Calendar.objects.for_work().get())
    assert asked() == before + 2


def test_the_banner_can_be_fetched_by_itself(alice: Client, broken: Calendar) -> None:
    assert alice.get("/calendars/troubles/")["Location"] == "/calendars/"
    part = alice.get("/calendars/troubles/", headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div class="troubles" id="troubles"')
    assert b"<html" not in part.content


def test_partial_consent_offers_to_ask_again(alice: Client, workspace: Workspace) -> None:
    calendar = make_calendar(workspace, workspace.members.get())
    health.take(calendar, CalendarStatus.PERMISSION_DENIED)
    page = alice.get("/calendars/").content.decode()
    assert "Reconnect it and allow reading calendars." in page
    assert f"/calendars/accounts/{calendar.connection.public_id}/reconnect/" in page


def test_the_owner_is_told_once_and_it_is_over_when_it_is_mended(
    broken: Calendar, alice_user: User, bob_user: User
) -> None:
    told = Notification.objects.get()
    assert (told.person, told.kind) == (alice_user, KindName.CALENDAR)
    assert told.title == broken.name
    assert told.path == f"/calendars/accounts/{broken.connection.public_id}/reconnect/"
    health.take(broken, CalendarStatus.ACTIVE)
    told.refresh_from_db()
    assert (told.is_read, told.mail_due_at) == (True, None)
    health.take(broken, CalendarStatus.REVOKED)  # and away again before it was read
    assert Notification.objects.get() == told
