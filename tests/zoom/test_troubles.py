"""A Zoom account that no longer works: the banner on every page, and a page that follows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.roles import Role
from calendars import coverage
from calendars.models import Verdict
from dashboard.today import today
from tests.bots.factories import create_bot
from tests.calendars.factories import make_calendar, make_event
from tests.frame import FRAME
from upstream.models import ProviderName, UpstreamAccount
from zoom import connecting, health
from zoom.models import Health, ZoomAccount

pytestmark = pytest.mark.django_db
PAGE = "/settings/zoom/"
EVERY_PAGE = ("/", "/events/", "/bots/", "/recordings/", "/calendars/", "/settings/", PAGE)
LINK = "https://us02web.zoom.us/j/91234567890"


@pytest.fixture
def service() -> UpstreamAccount:
    return UpstreamAccount.objects.create(name="main", provider=ProviderName.MEETINGBAAS_V2)


Add = Callable[..., ZoomAccount]


@pytest.fixture
def add(workspace: Workspace, alice_user: User, service: UpstreamAccount) -> Add:
    def added(number: int = 0, **fields: object) -> ZoomAccount:
        return ZoomAccount.objects.create(
            workspace=workspace,
            user=alice_user,
            account=service,
            zoom_user_id=f"z{number}",
            credential_id=f"c{number}",
            email=f"maya{number}@northwind.example",
            **fields,
        )

    return added


def text_of(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_banner_is_on_every_page_with_the_meetings_at_risk(
    alice: Client, workspace: Workspace, alice_user: User, service: UpstreamAccount, add: Add
) -> None:
    calendar = make_calendar(workspace, alice_user)
    for number, link in enumerate((LINK, LINK, "https://meet.google.com/abc-defg-hij")):
        event = make_event(calendar, meeting_url=link, platform="zoom" if number < 2 else "meet")
        event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    coverage.decide_again(calendar.events.for_list())
    soon = timezone.now() + timedelta(hours=3)
    sent = {"platform": "zoom", "is_by_hand": True, "requested_by": alice_user}
    create_bot(workspace, service, starts_at=soon, **sent)
    account = add(health=Health.OVER)
    for path in EVERY_PAGE:
        page = text_of(alice, path)
        assert f"Your Zoom account {account}</strong> {health.OVER}" in page, path
        assert "3 Zoom meetings that should be recorded are at risk." in page, path
        assert f'href="{PAGE}{account.public_id}/reconnect/"' in page, path


def test_colleague_reads_whose_it_is_and_a_stranger_nothing(
    bob: Client, mallory: Client, add: Add
) -> None:
    account = add(health=Health.OVER)
    page = text_of(bob, "/recordings/")
    assert f"Alice’s Zoom account {account}" in page
    assert "Alice can reconnect it." in page
    assert "/reconnect/" not in page
    assert str(account) not in text_of(mallory, "/recordings/")


def test_account_of_another_service_is_trouble_too(
    alice: Client, workspace: Workspace, add: Add
) -> None:
    add()
    assert "Trouble with" not in text_of(alice, "/settings/")
    UpstreamAccount.objects.create(
        workspace=workspace, name="own", provider=ProviderName.RECALL, api_key="sandbox-key"
    )
    sentence = "It was connected for Meeting BaaS, and bots are sent by Recall.ai now."
    assert sentence in text_of(alice, "/settings/")
    membership = workspace.memberships.get(role=Role.OWNER)
    assert [need.note for need in today(membership, timezone.now()).needs] == [sentence]


def test_token_that_we_keep_serves_another_service(
    alice: Client, workspace: Workspace, service: UpstreamAccount, add: Add
) -> None:
    add(refresh_token="refresh")
    UpstreamAccount.objects.create(
        workspace=workspace, name="own", provider=ProviderName.RECALL, api_key="sandbox-key"
    )
    assert "Trouble with" not in text_of(alice, "/settings/")


def asked(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get("/settings/")
    return len(seen)


def test_banner_costs_nothing_while_all_is_well_and_the_same_for_many(
    alice: Client, add: Add
) -> None:
    alice.get("/settings/")
    add()
    assert asked(alice) == FRAME
    add(1, health=Health.OVER)
    one = asked(alice)
    for number in range(2, 31):
        add(number, health=Health.OVER)
    assert asked(alice) == one


def test_page_and_banner_are_told_when_it_changes(workspace: Workspace, add: Add) -> None:
    account = add()

    def note(state: Health) -> set[str]:
        with CaptureQueriesContext(connection) as queries:
            health.note(account, state)
        return topics(queries, workspace)

    assert note(Health.OVER) == {"zoom", "calendars"}
    assert note(Health.OVER) == {"zoom"}  # when it was last checked
    assert note(Health.GOOD) == {"zoom", "calendars"}
    with CaptureQueriesContext(connection) as queries:
        connecting.disconnect(account)
    assert topics(queries, workspace) == {"zoom", "calendars"}


def topics(queries: CaptureQueriesContext, workspace: Workspace) -> set[str]:
    """Those of the workspace that pages were told of."""
    told = [one["sql"] for one in queries if "pg_notify" in one["sql"]]
    return {sql.partition(f"{workspace.public_id}/")[2].partition('"')[0] for sql in told}


def test_page_fetches_its_accounts_by_themselves(alice: Client, add: Add) -> None:
    add(health=Health.OVER)
    part = alice.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div class="settings__groups" id="zoom-accounts"')
    assert f"{health.OVER} Reconnect it." in part
    assert "<html" not in part
