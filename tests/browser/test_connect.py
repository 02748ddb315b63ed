"""Connecting Microsoft and Zoom, and a calendar that breaks and comes back, in a real browser."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from accounts.models import User, Workspace
from calendars import coverage, health, outages
from calendars.models import Calendar, Connection, Verdict
from tests.asgi_server import AsgiServer, run_asgi
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.calendars.factories import make_calendar, make_event
from tests.sandbox_process import (
    API_KEY,
    MICROSOFT_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET,
    WEBHOOK_SECRET,
    ZOOM_CLIENT_ID,
    ZOOM_CLIENT_SECRET,
    Sandbox,
    run_sandbox,
)
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import CalendarStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def sandbox_process() -> Iterator[Sandbox]:
    with run_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def asgi_server(
    sandbox_process: Sandbox, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[AsgiServer]:
    """Earshot with the sandbox for Microsoft, for Zoom and for the provider."""
    tenant = f"{sandbox_process.url}/microsoft/{{tenant}}"
    outside = {
        "MICROSOFT_CLIENT_ID": MICROSOFT_CLIENT_ID,
        "MICROSOFT_CLIENT_SECRET": MICROSOFT_CLIENT_SECRET,
        "MICROSOFT_AUTHORIZE_URL": f"{tenant}/oauth2/v2.0/authorize",
        "MICROSOFT_TOKEN_URL": f"{tenant}/oauth2/v2.0/token",
        "MICROSOFT_USERINFO_URL": f"{sandbox_process.url}/microsoft/oidc/userinfo",
        "MICROSOFT_PROFILE_URL": f"{sandbox_process.url}/microsoft/v1.0/me",
        "MICROSOFT_ADMIN_CONSENT_URL": f"{tenant}/v2.0/adminconsent",
        "ZOOM_CLIENT_ID": ZOOM_CLIENT_ID,
        "ZOOM_CLIENT_SECRET": ZOOM_CLIENT_SECRET,
        "ZOOM_AUTHORIZE_URL": f"{sandbox_process.url}/zoom/oauth/authorize",
        "ZOOM_TOKEN_URL": f"{sandbox_process.url}/zoom/oauth/token",
        "ZOOM_REVOKE_URL": f"{sandbox_process.url}/zoom/oauth/revoke",
        "ZOOM_API_URL": f"{sandbox_process.url}/zoom/v2",
    }
    with django_db_blocker.unblock(), run_asgi(port=None, **outside) as server:
        yield server


@pytest.fixture
def sandbox(sandbox_process: Sandbox, transactional_db: None) -> Sandbox:
    sandbox_process.post("reset")
    UpstreamAccount.objects.create(
        name="sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox_process.url,
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )
    return sandbox_process


def sign_in_as(page: Page, email: str) -> None:
    page.get_by_label(email).check()
    page.get_by_role("button", name="Accept").click()


def test_connecting_microsoft(
    visit: Visit, alice_user: User, workspace: Workspace, sandbox: Sandbox
) -> None:
    page = visit("/calendars/", alice_user)
    page.get_by_role("link", name="Connect Microsoft calendar").click()
    expect(page.get_by_role("heading", name="Earshot asks for permissions")).to_be_visible()
    sign_in_as(page, "jonas@northwind.example")
    expect(page.get_by_role("heading", name="Which calendars?")).to_be_visible()
    expect(page.get_by_label("Calendar main calendar")).to_be_checked()
    page.get_by_label("Product team").check()
    for _ in each_look(page, "choose-calendars"):
        assert_accessible(page)
    page.set_default_timeout(30_000)  # the provider is asked for the list once more
    page.get_by_role("button", name="Connect these calendars").click()
    expect(page.get_by_role("heading", name="Meetings", exact=True)).to_be_visible(timeout=30_000)
    names = set(Calendar.objects.values_list("name", flat=True))
    assert names == {"Calendar of jonas@northwind.example", "Product team"}
    assert Connection.objects.get().platform == "microsoft"


def test_signing_in_is_a_consent_of_its_own(
    visit: Visit, alice_user: User, sandbox: Sandbox
) -> None:
    page = visit("/account/login/")
    page.get_by_role("link", name="Sign in with Microsoft").click()
    expect(page.get_by_role("heading", name="Earshot asks for permissions")).to_be_visible()
    expect(page.get_by_text("calendar")).to_have_count(0)
    sign_in_as(page, "elin@northwind.example")
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    assert not Connection.objects.exists()
    page = visit("/account/connected/", alice_user)
    for _ in each_look(page, "connected-accounts"):
        assert_accessible(page)


def test_connecting_zoom(
    visit: Visit, alice_user: User, workspace: Workspace, sandbox: Sandbox, complaints: list[str]
) -> None:
    page = visit("/settings/", alice_user, java_script_enabled=False)
    page.get_by_role("link", name="Zoom", exact=True).click()
    page.get_by_role("link", name="Connect your Zoom account").click()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", name="You did not allow access")).to_be_visible()
    complaints.clear()  # the browser reports the page's 403
    page.get_by_role("link", name="Start again with Zoom").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Bots can join Zoom meetings on its behalf.")).to_be_visible()

    page = visit("/settings/zoom/", alice_user)
    for _ in each_look(page, "zoom"):
        assert_accessible(page)
    page.get_by_role("link", name="Disconnect… maya@northwind.example").click()
    for _ in each_look(page, "zoom-disconnect"):
        assert_accessible(page)
    page.get_by_role("button", name="Disconnect maya@northwind.example").click()
    expect(page.get_by_role("heading", name="No Zoom account is connected")).to_be_visible()
    for _ in each_look(page, "zoom-none"):
        assert_accessible(page)


def test_an_administrator_is_asked_by_a_link(
    visit: Visit,
    alice_user: User,
    workspace: Workspace,
    sandbox: Sandbox,
    complaints: list[str],
) -> None:
    page = visit("/calendars/", alice_user, java_script_enabled=False)
    page.get_by_role("link", name="Connect Microsoft calendar").click()
    sign_in_as(page, "ben@kestrelrail.example")
    page.get_by_role("link", name="Return to the application").click()
    expect(page.get_by_role("heading", name="requires an administrator")).to_be_visible()
    complaints.clear()  # the browser reports the page's 403
    link = page.locator("#approval-link").inner_text()
    admin = visit(link)
    admin.get_by_label("Organization").select_option(label="kestrelrail.example")
    admin.get_by_role("button", name="Accept").click()
    expect(admin.get_by_role("heading", name="Thank you, Earshot is approved")).to_be_visible()


def test_the_page_of_a_refusal_is_legible(
    visit: Visit,
    alice_user: User,
    workspace: Workspace,
    sandbox: Sandbox,
    complaints: list[str],
) -> None:
    sandbox.post("microsoft/behaviour", redirect_code=90094)
    page = visit("/calendars/connect/microsoft/", alice_user)
    sign_in_as(page, "jonas@northwind.example")
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
    for _ in each_look(page, "admin-consent"):
        assert_accessible(page)
    complaints.clear()  # the browser reports the page's 403


def test_away_and_back_with_choices_kept(
    visit: Visit, alice_user: User, workspace: Workspace, sandbox: Sandbox
) -> None:
    calendar = make_calendar(workspace, alice_user)
    Connection.objects.update(
        platform="microsoft",
        subject=sandbox.microsoft_grant()["sub"],
        email="jonas@northwind.example",
    )
    event = make_event(calendar, title="Weekly with the customer")
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    coverage.decide_again([event])
    page = visit("/recordings/", alice_user)
    expect(page.get_by_role("link", name="Reconnect")).to_have_count(0)

    health.take(Calendar.objects.for_work().get(), CalendarStatus.REVOKED)
    page.reload()
    expect(page.get_by_text("1 meeting that should be recorded is at risk.")).to_be_visible()
    for _ in each_look(page, "banner"):
        assert_accessible(page)
    page.goto("/calendars/")
    expect(page.get_by_text("Access withdrawn")).to_be_visible()
    for _ in each_look(page, "calendars-broken"):
        assert_accessible(page)

    page.locator("#troubles").get_by_role("link", name="Reconnect").click()
    sign_in_as(page, "jonas@northwind.example")
    expect(page.get_by_role("heading", name="What happened while")).to_be_visible()
    health.take(Calendar.objects.for_work().get(), CalendarStatus.ACTIVE)
    settled = outages.settle(Calendar.objects.for_work().get(), provider_read_at=timezone.now())
    assert settled is not None
    page.reload()
    expect(page.get_by_text("1 choice kept")).to_be_visible()
    expect(page.get_by_role("link", name="Weekly with the customer")).to_be_visible()
    for _ in each_look(page, "bill"):
        assert_accessible(page)
    event.refresh_from_db()
    assert event.will_record
    page.goto("/calendars/")
    expect(page.get_by_text("1 choice kept, 0 meetings changed, 0 missed")).to_be_visible()
    page.get_by_role("link", name="Disconnect…").click()
    expect(page.get_by_role("link", name="https://myapps.microsoft.com")).to_be_visible()
    for _ in each_look(page, "disconnect"):
        assert_accessible(page)
