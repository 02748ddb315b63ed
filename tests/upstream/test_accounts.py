"""Whose account is used, how the deployment's is made, what the database keeps of its secrets."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection
from pytest_django.fixtures import Settings

from accounts.models import Workspace
from tests.upstream.conftest import CALLBACK_SECRET, KEY, WEBHOOK_SECRET
from upstream.deployment import ensure_account
from upstream.models import ProviderName, UpstreamAccount
from upstream.registry import open_provider, webhook_reader
from webhooks import processing
from webhooks.models import Delivery


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.UPSTREAM_PROVIDER = "meetingbaas_v2"
    settings.UPSTREAM_API_KEY = "first-key"
    settings.UPSTREAM_WEBHOOK_SECRET = WEBHOOK_SECRET
    settings.UPSTREAM_BASE_URL = "https://provider.example"


@pytest.mark.django_db
def test_deployment_account_is_made_once() -> None:
    account = ensure_account()
    assert ensure_account() == account
    assert UpstreamAccount.objects.count() == 1
    assert (account.workspace, account.api_key) == (None, "first-key")


@pytest.mark.django_db
def test_another_provider_puts_the_account_of_before_away_and_back(settings: Settings) -> None:
    first = ensure_account()
    settings.UPSTREAM_PROVIDER = "meetingbaas_v1"
    second = ensure_account()
    first.refresh_from_db()
    assert (first.is_active, second.is_active) == (False, True)
    settings.UPSTREAM_PROVIDER = "meetingbaas_v2"
    assert ensure_account() == first
    assert UpstreamAccount.objects.get(is_active=True) == first


@pytest.mark.django_db
def test_rotated_key_is_taken_over(settings: Settings) -> None:
    first = ensure_account()
    settings.UPSTREAM_API_KEY = "second-key"
    settings.UPSTREAM_WEBHOOK_SECRET = ""
    second = ensure_account()
    assert (second.public_id, second.callback_secret) == (first.public_id, first.callback_secret)
    second.refresh_from_db()
    assert second.api_key == "second-key"
    assert second.webhook_secret == WEBHOOK_SECRET  # entered by hand, perhaps: it stays


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"), [("UPSTREAM_API_KEY", ""), ("UPSTREAM_PROVIDER", "carrier_pigeon")]
)
def test_missing_setting_is_named(settings: Settings, name: str, value: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        ensure_account()
    assert not UpstreamAccount.objects.exists()


@pytest.mark.django_db
def test_command_prints_the_address_to_enter(settings: Settings) -> None:
    settings.WEBHOOK_BASE_URL = "https://earshot.example"
    output = StringIO()
    call_command("ensure_upstream_account", stdout=output)
    account = UpstreamAccount.objects.get()
    assert f"https://earshot.example/webhooks/{account.public_id}/" in output.getvalue()
    assert "first-key" not in output.getvalue()


@pytest.mark.django_db
def test_there_is_one_deployment_account_per_provider() -> None:
    ensure_account()
    with pytest.raises(IntegrityError, match="one_deployment_account_per_provider"):
        UpstreamAccount.objects.create(name="Two", provider=ProviderName.MEETINGBAAS_V2)


def test_workspace_uses_its_own_account_and_no_other(
    account: UpstreamAccount, workspace: Workspace, other_workspace: Workspace
) -> None:
    deployment = ensure_account()
    assert UpstreamAccount.objects.for_workspace(workspace) == account
    assert UpstreamAccount.objects.for_workspace(other_workspace) == deployment


def test_inactive_account_is_not_used(account: UpstreamAccount, workspace: Workspace) -> None:
    UpstreamAccount.objects.update(is_active=False)
    assert UpstreamAccount.objects.for_workspace(workspace) is None


def test_database_holds_no_secret_in_clear(account: UpstreamAccount) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM upstream_upstreamaccount a")
        [(row,)] = cursor.fetchall()
    assert account.public_id in row
    for secret in (KEY, WEBHOOK_SECRET, CALLBACK_SECRET):
        assert secret not in row


def test_delivery_is_noted_at_most_once_a_minute(account: UpstreamAccount) -> None:
    first = datetime(2026, 3, 4, 15, tzinfo=UTC)
    ours = UpstreamAccount.objects.filter(pk=account.pk)
    for seconds in (0, 30, 59, 61):
        ours.note_delivery(at=first + timedelta(seconds=seconds))
    account.refresh_from_db()
    assert account.last_delivery_at == first + timedelta(seconds=61)


def test_arrival_of_a_webhook_is_noted_on_its_account(account: UpstreamAccount) -> None:
    delivery = Delivery.objects.create(account=account, message_id="msg_1", body=b"{}")
    processing.drain()
    account.refresh_from_db()
    assert account.last_delivery_at == delivery.received_at


def test_provider_shares_its_connections_until_the_key_changes(account: UpstreamAccount) -> None:
    before = vars(open_provider(account))["_client"]
    assert vars(open_provider(account))["_client"] is before
    account.api_key = "another-key"
    assert vars(open_provider(account))["_client"] is not before


def test_reader_knows_the_secrets_of_its_account(account: UpstreamAccount) -> None:
    message_id = webhook_reader(account).verify({"x-mb-secret": CALLBACK_SECRET}, b"{}")
    assert message_id.startswith("callback_")


@pytest.mark.django_db
def test_provider_with_regions_wants_its_region_named(settings: Settings) -> None:
    settings.UPSTREAM_PROVIDER, settings.UPSTREAM_API_KEY = "recall", "key"
    settings.UPSTREAM_BASE_URL = ""
    with pytest.raises(ImproperlyConfigured, match=r"https://eu-central-1\.recall\.ai"):
        ensure_account()
    settings.UPSTREAM_PROVIDER = "meetingbaas_v2"
    assert ensure_account().base_url == "https://api.meetingbaas.com"
