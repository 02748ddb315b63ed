"""Microsoft's tokens change at each use: ours is renewed before it is handed on again."""

import logging
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import connecting, renewal
from calendars.models import Calendar, Connection, SyncState
from tests.calendars.conftest import decide
from tests.calendars.world import Outside
from tests.sandbox_process import Sandbox
from upstream.errors import Retryable
from upstream.models import UpstreamAccount
from upstream.states import CalendarStatus

pytestmark = pytest.mark.django_db
JONAS = "jonas@northwind.example"


@pytest.fixture
def mailbox(workspace: Workspace, alice_user: User, sandbox: Sandbox) -> Connection:
    """Jonas's account, right after his consent."""
    grant = sandbox.microsoft_grant()
    return Connection.objects.create(
        workspace=workspace,
        user=alice_user,
        platform="microsoft",
        subject=grant["sub"],
        email=JONAS,
        refresh_token=grant["refresh_token"],
        scopes="calendars.READ User.Read",
    )


@pytest.fixture
def calendar(mailbox: Connection, account: UpstreamAccount, outside: Outside) -> Calendar:
    available = connecting.available(mailbox, account)
    with outside.work():
        connecting.choose(mailbox, account, available[:1])
    return outside.wait_until_read(Calendar.objects.get())


def token_calls(sandbox: Sandbox) -> list[Any]:
    asked = sandbox.get("requests")["requests"]
    return [one for one in asked if one["path"].endswith("/token")]


def test_a_fresh_token_is_handed_on_as_it_came(mailbox: Connection, sandbox: Sandbox) -> None:
    before = len(token_calls(sandbox))
    grant = renewal.grant_of(mailbox)
    assert (grant.refresh_token, grant.tenant) == (mailbox.refresh_token, "common")
    assert len(token_calls(sandbox)) == before


def test_the_next_time_it_is_renewed_and_the_old_one_dropped(
    mailbox: Connection, sandbox: Sandbox
) -> None:
    old = renewal.grant_of(mailbox).refresh_token
    new = renewal.grant_of(Connection.objects.get()).refresh_token
    assert new != old
    assert Connection.objects.get().refresh_token == new
    with database.cursor() as cursor:
        cursor.execute("SELECT refresh_token FROM calendars_connection")
        (stored,) = cursor.fetchone()
    assert new not in stored
    assert renewal.grant_of(mailbox).refresh_token not in (old, new)


def test_two_workers_with_the_same_row_in_hand_lose_no_token(
    mailbox: Connection, sandbox: Sandbox
) -> None:
    one, other = Connection.objects.get(), Connection.objects.get()
    renewal.grant_of(one)
    handed = renewal.grant_of(other)
    assert Connection.objects.get().refresh_token == handed.refresh_token


def test_a_further_calendar_of_the_account_uses_a_new_token(
    calendar: Calendar, account: UpstreamAccount, outside: Outside
) -> None:
    old = Connection.objects.get().refresh_token
    mailbox = Connection.objects.get()
    with outside.work():
        connecting.choose(mailbox, account, connecting.available(mailbox, account))
    assert Calendar.objects.exclude(upstream_id="").count() == 3
    assert Connection.objects.get().refresh_token != old


@pytest.mark.parametrize("end", ["expire", "revoke"])
def test_a_dead_token_needs_a_reconnect_and_is_not_tried_again(
    mailbox: Connection, sandbox: Sandbox, end: str
) -> None:
    renewal.grant_of(mailbox)
    sandbox.post("microsoft/behaviour", **{end: JONAS})
    with pytest.raises(renewal.NeedsReconnect):
        renewal.grant_of(mailbox)
    again = Connection.objects.get()
    assert again.needs_reconnect
    assert again.status == CalendarStatus.REVOKED
    calls = len(token_calls(sandbox))
    with pytest.raises(renewal.NeedsReconnect):
        renewal.grant_of(again)
    assert len(token_calls(sandbox)) == calls


def test_our_own_expired_secret_breaks_nobody(
    calendar: Calendar, outside: Outside, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.post("microsoft/behaviour", token_code=7000222)
    connecting.reconnect(calendar)
    again = Calendar.objects.get()
    assert again.status == CalendarStatus.ACTIVE
    assert again.connection.status == CalendarStatus.ACTIVE
    assert not again.connection.needs_reconnect
    assert "the people who run Earshot have been told" in again.problem
    assert [one.levelno for one in caplog.records if "microsoft" in one.getMessage()] == [
        logging.ERROR
    ]
    sandbox.post("microsoft/behaviour", reset=True)
    with outside.work():
        connecting.reconnect(again)
    assert Calendar.objects.get().problem == ""


def test_an_endpoint_that_is_down_is_asked_again_later(
    calendar: Calendar, sandbox: Sandbox
) -> None:
    sandbox.post("microsoft/behaviour", token_error=503)
    with pytest.raises(Retryable):
        renewal.grant_of(calendar.connection)
    assert not Connection.objects.get().needs_reconnect


def test_reconnecting_starts_over_with_a_good_token(
    alice: Client, calendar: Calendar, outside: Outside
) -> None:
    Connection.objects.update(token_refused_at=timezone.now(), status=CalendarStatus.REVOKED)
    public_id = calendar.connection.public_id
    page = alice.get(f"/calendars/accounts/{public_id}/reconnect/")
    with outside.work():
        assert alice.get(decide(page["Location"])).status_code == 302
    again = Calendar.objects.get()
    assert again.upstream_id == calendar.upstream_id
    assert not again.connection.needs_reconnect
    assert again.sync_state == SyncState.READY


def test_nothing_is_asked_of_microsoft_when_the_last_calendar_goes(
    calendar: Calendar, outside: Outside
) -> None:
    before = len(outside.sandbox.get("requests")["requests"])
    with outside.work():
        connecting.disconnect(calendar)
    asked = outside.sandbox.get("requests")["requests"][before:]
    assert [one["method"] for one in asked if one["path"].startswith("/v2/")] == ["DELETE"]
    assert not any(one["path"].startswith("/microsoft/") for one in asked)
    assert Connection.objects.get().refresh_token == ""
