"""A sandbox that plays both platforms and the provider, and a worker that works at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User, Workspace
from calendars import connecting
from calendars.models import Calendar, Connection, Event
from tests.calendars.world import CALENDAR_SCOPE, Outside
from tests.sandbox_process import (
    API_KEY,
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    MICROSOFT_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET,
    WEBHOOK_SECRET,
    Sandbox,
    run_sandbox,
)
from upstream.models import ProviderName, UpstreamAccount


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    with run_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox, settings: Settings) -> Sandbox:
    """The outside world, fresh, and our settings pointing at it."""
    sandbox_process.post("reset")
    sandbox_process.post("google/behaviour", reset=True, client_secret=GOOGLE_CLIENT_SECRET)
    settings.GOOGLE_CLIENT_ID = GOOGLE_CLIENT_ID
    settings.GOOGLE_CLIENT_SECRET = GOOGLE_CLIENT_SECRET
    for name in ("authorize", "token", "userinfo", "revoke"):
        setattr(settings, f"GOOGLE_{name.upper()}_URL", f"{sandbox_process.url}/google/{name}")
    point_microsoft_at(sandbox_process, settings)
    return sandbox_process


def point_microsoft_at(sandbox: Sandbox, settings: Settings) -> None:
    sandbox.post("microsoft/behaviour", reset=True, client_secret=MICROSOFT_CLIENT_SECRET)
    settings.MICROSOFT_CLIENT_ID = MICROSOFT_CLIENT_ID
    settings.MICROSOFT_CLIENT_SECRET = MICROSOFT_CLIENT_SECRET
    settings.MICROSOFT_TENANT = "common"
    tenant = f"{sandbox.url}/microsoft/{{tenant}}"
    settings.MICROSOFT_AUTHORIZE_URL = f"{tenant}/oauth2/v2.0/authorize"
    settings.MICROSOFT_TOKEN_URL = f"{tenant}/oauth2/v2.0/token"
    settings.MICROSOFT_USERINFO_URL = f"{sandbox.url}/microsoft/oidc/userinfo"
    settings.MICROSOFT_PROFILE_URL = f"{sandbox.url}/microsoft/v1.0/me"
    settings.MICROSOFT_ADMIN_CONSENT_URL = f"{tenant}/v2.0/adminconsent"


@pytest.fixture
def account(db: None, sandbox: Sandbox) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        name="sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox.url,
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )


@pytest.fixture
def at_once() -> Iterator[None]:
    """Tasks run where they are queued, once the transaction would have committed."""
    current_app.loader.import_default_modules()
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


@pytest.fixture
def connection(workspace: Workspace, alice_user: User, sandbox: Sandbox) -> Connection:
    return Connection.objects.create(
        workspace=workspace,
        user=alice_user,
        platform="google",
        subject="104817264500112233401",
        email="maya@northwind.example",
        refresh_token=sandbox.refresh_token("maya@northwind.example"),
        scopes=CALENDAR_SCOPE,
    )


@pytest.fixture
def calendar(connection: Connection, account: UpstreamAccount, outside: Outside) -> Calendar:
    """Maya's primary calendar, connected and read."""
    available = connecting.available(connection, account)
    with outside.work():
        connecting.choose(connection, account, available[:1])
    calendar = Calendar.objects.get()
    return outside.wait_until_read(calendar)


@pytest.fixture
def event(calendar: Calendar) -> Event:
    """A meeting a good while away, as the provider told it."""
    later = timezone.now() + timedelta(days=1)
    found = calendar.events.exclude(meeting_url="").filter(starts_at__gt=later, gone_at=None)
    return found.for_work().order_by("starts_at")[0]


@pytest.fixture
def outside(sandbox: Sandbox, at_once: None) -> Outside:
    return Outside(sandbox)


@pytest.fixture
def consent_page(alice: Client, account: UpstreamAccount) -> str:
    """Where alice's browser is sent to connect a calendar."""
    answer = alice.get("/calendars/connect/google/")
    assert answer.status_code == 302
    return str(answer["Location"])


def decide(address: str, **wishes: str) -> str:
    """What the person does on the consent page; returns where the platform sends them."""
    parts = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    form = {**_usual(parts.path), **query, **wishes}
    platform = parts.path.split("/")[1]
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}/{platform}/consent", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _usual(path: str) -> dict[str, str]:
    """What most people would choose there."""
    if path.startswith("/microsoft/"):
        account = "jonas@northwind.example"
        return {"account": account, "decision": "continue", "tenant": path.split("/")[2]}
    account = "maya@northwind.example"
    return {"account": account, "decision": "continue", "granted": CALENDAR_SCOPE}


@dataclass
class Trip:
    """A person on the way to a platform's consent page."""

    platform: str
    address: str

    @property
    def callback(self) -> str:
        return f"/oauth/{self.platform}/callback/"

    @property
    def label(self) -> str:
        return self.platform.title()

    @property
    def asked(self) -> dict[str, str]:
        return query_of(self.address)

    def decide(self, **wishes: str) -> str:
        return decide(self.address, **wishes)


def query_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def depart(client: Client, platform: str) -> Trip:
    answer = client.get(f"/calendars/connect/{platform}/")
    assert answer.status_code == 302, answer.content
    return Trip(platform, str(answer["Location"]))


@pytest.fixture(params=["google", "microsoft"])
def trip(request: pytest.FixtureRequest, alice: Client, account: UpstreamAccount) -> Trip:
    """alice on her way to connect a calendar, once to each platform."""
    return depart(alice, request.param)
