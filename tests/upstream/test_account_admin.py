"""Support sees where webhooks go and when one came; nobody sees a secret again."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.upstream.conftest import CALLBACK_SECRET, KEY, WEBHOOK_SECRET
from upstream.models import UpstreamAccount

LIST = "admin:upstream_upstreamaccount_changelist"
CHANGE = "admin:upstream_upstreamaccount_change"
ADD = "admin:upstream_upstreamaccount_add"
OTHER_SECRET = "whsec_ZWFyc2hvdC10ZXN0LXNlY3JldC10d28="


@pytest.fixture
def support(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@earshot.example"))
    return client


def form_of(account: UpstreamAccount, **changes: str) -> dict[str, str]:
    return {
        "name": account.name,
        "provider": account.provider,
        "workspace": str(account.workspace_id or ""),
        "base_url": account.base_url,
        "is_active": "on",
        "api_key": "",
        "webhook_secret": "",
        **changes,
    }


def test_pages_show_the_address_and_no_secret(support: Client, account: UpstreamAccount) -> None:
    page = support.get(reverse(CHANGE, args=[account.pk])).content.decode()
    listing = support.get(reverse(LIST)).content.decode()
    assert f"/webhooks/{account.public_id}/" in page
    assert "Add an endpoint with the address above" in page
    assert account.name in listing
    for secret in (KEY, WEBHOOK_SECRET, CALLBACK_SECRET):
        assert secret not in page
        assert secret not in listing


def test_empty_inputs_keep_the_secrets(support: Client, account: UpstreamAccount) -> None:
    answer = support.post(reverse(CHANGE, args=[account.pk]), form_of(account, name="Renamed"))
    assert answer.status_code == 302
    account.refresh_from_db()
    assert (account.name, account.api_key, account.webhook_secret) == (
        "Renamed",
        KEY,
        WEBHOOK_SECRET,
    )


def test_account_without_signatures_keeps_its_old_key_instead(
    support: Client, account: UpstreamAccount
) -> None:
    UpstreamAccount.objects.update(provider="meetingbaas_v1")
    account.refresh_from_db()
    address = reverse(CHANGE, args=[account.pk])
    assert "messages carry the API key" in support.get(address).content.decode()
    answer = support.post(address, form_of(account, api_key="new", webhook_secret="old one"))
    assert answer.status_code == 302
    account.refresh_from_db()
    assert (account.api_key, account.webhook_secret) == ("new", "old one")


def test_a_new_secret_counts_beside_the_old(support: Client, account: UpstreamAccount) -> None:
    form = form_of(account, api_key="new-key", webhook_secret=OTHER_SECRET)
    for _ in range(2):  # sent twice, it is still one new and one old
        assert support.post(reverse(CHANGE, args=[account.pk]), form).status_code == 302
    account.refresh_from_db()
    both = f"{OTHER_SECRET} {WEBHOOK_SECRET}"
    assert (account.api_key, account.webhook_secret) == ("new-key", both)


def test_a_key_that_messages_carry_counts_until_it_is_let_go(
    support: Client, account: UpstreamAccount
) -> None:
    UpstreamAccount.objects.update(provider="meetingbaas_v1", webhook_secret="")
    account.refresh_from_db()
    form = form_of(account, api_key="new-key")
    assert support.post(reverse(CHANGE, args=[account.pk]), form).status_code == 302
    account.refresh_from_db()
    assert (account.api_key, account.webhook_secret) == ("new-key", KEY)


def test_odd_webhook_secret_is_refused(support: Client, account: UpstreamAccount) -> None:
    form = form_of(account, webhook_secret="whsec_!")
    answer = support.post(reverse(CHANGE, args=[account.pk]), form)
    assert "A webhook secret is whsec_ followed by base64." in answer.content.decode()
    account.refresh_from_db()
    assert account.webhook_secret == WEBHOOK_SECRET


def test_new_account_needs_a_key(support: Client, account: UpstreamAccount) -> None:
    form = form_of(account, name="Second", workspace="")
    answer = support.post(reverse(ADD), form)
    assert "API key is needed" in answer.content.decode()
    assert support.post(reverse(ADD), {**form, "api_key": "a-key"}).status_code == 302
    assert UpstreamAccount.objects.get(name="Second").api_key == "a-key"


def test_a_workspace_has_one_account_in_use(support: Client, account: UpstreamAccount) -> None:
    form = form_of(account, name="Second", api_key="a-key")
    answer = support.post(reverse(ADD), form)
    assert "Put that one away first." in answer.content.decode()
    assert support.post(reverse(ADD), form | {"is_active": ""}).status_code == 302
    assert not UpstreamAccount.objects.get(name="Second").is_active
    assert support.post(reverse(CHANGE, args=[account.pk]), form_of(account)).status_code == 302


def test_an_account_is_switched_off_never_deleted(
    support: Client, account: UpstreamAccount
) -> None:
    address = reverse("admin:upstream_upstreamaccount_delete", args=[account.pk])
    assert support.post(address, {"post": "yes"}).status_code == 403
    assert UpstreamAccount.objects.filter(pk=account.pk).exists()
