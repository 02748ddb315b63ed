"""The recording service of a workspace: tested in words, keys replaced, changed after a preview."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AuditEntry, User, Workspace
from bots import moving
from bots.models import Bot
from calendars import moving as moving_calendars
from calendars.models import SyncState
from tests.bots.factories import create_bot
from tests.calendars.factories import make_calendar, make_event
from tests.frame import FRAME
from tests.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, run_sandbox
from tests.webhooks.signing import signed
from upstream import rotation
from upstream.errors import InvalidSignature
from upstream.models import ProviderName, UpstreamAccount
from upstream.recall.client import REGIONS
from upstream.registry import webhook_reader
from upstream.states import BotState

pytestmark = pytest.mark.django_db

V2, V1, RECALL = ProviderName.MEETINGBAAS_V2, ProviderName.MEETINGBAAS_V1, ProviderName.RECALL
PAGE = "/settings/service/"
OTHER_SECRET = "whsec_b3RoZXItc2VjcmV0LW9mLXRoZS1zYW5kYm94LTEyMw=="


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def place(settings: Settings, sandbox: Sandbox) -> None:
    settings.UPSTREAM_BASE_URL = sandbox.url


@pytest.fixture
def shared(sandbox: Sandbox) -> UpstreamAccount:
    return make(sandbox, name="shared")


def make(sandbox: Sandbox, **fields: Any) -> UpstreamAccount:
    usual: dict[str, Any] = {
        "name": "theirs",
        "provider": V2,
        "base_url": sandbox.url,
        "api_key": API_KEY,
        "webhook_secret": WEBHOOK_SECRET,
    }
    return UpstreamAccount.objects.create(**(usual | fields))


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("provider", [V2, V1, RECALL])
def test_connection_that_works_is_told(
    provider: str, sandbox: Sandbox, workspace: Workspace, alice: Client, bob: Client
) -> None:
    make(sandbox, workspace=workspace, provider=provider, webhook_secret="")
    page = text(alice.post(f"{PAGE}test/"))
    assert "It works." in page
    assert ("no webhook secret yet" in page) == (provider != V1)
    assert "has not told Earshot anything yet" in page
    assert bob.post(f"{PAGE}test/").status_code == 403


@pytest.mark.parametrize(
    ("provider", "fields", "words"),
    [
        (V2, {"api_key": "of somebody else"}, "does not accept this key"),
        (V1, {"api_key": "of somebody else"}, "does not accept this key"),
        (RECALL, {"api_key": "of somebody else"}, "good in its own region only"),
        (V2, {"base_url": "http://127.0.0.1:9"}, "Nothing answers at http://127.0.0.1:9"),
        (V2, {"base_url": "https://nowhere.invalid"}, "Nothing answers at https://nowhere.invalid"),
    ],
)
def test_what_is_wrong_is_told_in_words(
    provider: str,
    fields: dict[str, str],
    words: str,
    sandbox: Sandbox,
    workspace: Workspace,
    alice: Client,
) -> None:
    make(sandbox, workspace=workspace, provider=provider, **fields)
    page = text(alice.post(f"{PAGE}test/"))
    assert "It does not work." in page
    assert words in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept this key"),
        (402, "no credit left"),
        (403, "may not do all"),
        (404, "not the recording service"),
        (429, "asks for patience"),
        (503, "trouble of its own"),
    ],
)
def test_refusals_of_a_good_key_are_told_apart(
    status: int, words: str, sandbox: Sandbox, shared: UpstreamAccount, alice: Client
) -> None:
    path, wait = "/v2/calendars", {"retry_after": 3} if status == 429 else {}
    sandbox.post("faults", method="GET", path=path, status=status, **wait)
    assert words in text(alice.post(f"{PAGE}test/"))


def test_service_that_takes_too_long_is_told(
    sandbox: Sandbox, shared: UpstreamAccount, alice: Client, settings: Settings
) -> None:
    settings.UPSTREAM_TIMEOUT_SECONDS = 1
    sandbox.post("faults", method="GET", path="/v2/calendars", seconds=10)
    assert "did not answer in time" in text(alice.post(f"{PAGE}test/"))


@pytest.mark.parametrize(
    ("provider", "words"),
    [(RECALL, "its webhook secret does not fit"), (V1, "do not carry this key")],
)
def test_messages_that_are_refused_are_spoken_of_until_good_ones_come(
    provider: str, words: str, sandbox: Sandbox, workspace: Workspace, alice: Client
) -> None:
    account = make(sandbox, workspace=workspace, provider=provider)
    assert words not in text(alice.post(f"{PAGE}test/"))
    told = signed({}, secret=OTHER_SECRET)  # as another region would
    answer = Client().post(
        f"/webhooks/{account.public_id}/",
        told.body,
        content_type="application/json",
        headers={name: told.headers[name] for name in told.headers if name != "content-type"},
    )
    assert answer.status_code == 401
    assert words in text(alice.post(f"{PAGE}test/"))
    UpstreamAccount.objects.filter(pk=account.pk).update(last_delivery_at=timezone.now())
    assert words not in text(alice.post(f"{PAGE}test/"))


def test_accounts_of_two_regions_are_told_apart(
    sandbox: Sandbox, workspace: Workspace, alice: Client
) -> None:
    make(sandbox, workspace=workspace, provider=RECALL, base_url="https://eu-central-1.recall.ai")
    there = make(
        sandbox,
        workspace=workspace,
        provider=RECALL,
        base_url="https://us-west-2.recall.ai/",
        is_active=False,
    )
    page = text(alice.get(PAGE))
    assert all(f'value="recall {region}"' in page for region in REGIONS)
    assert "<dt>Region</dt><dd>eu-central-1.recall.ai</dd>" in page
    assert "Recall.ai (us-west-2.recall.ai)" in page
    change = text(alice.get(f"{PAGE}{there.public_id}/change/"))
    assert "Change to Recall.ai (us-west-2.recall.ai)" in change
    assert "From Recall.ai (eu-central-1.recall.ai)." in change


def test_page_says_whose_account_it_is_and_hides_its_keys(
    shared: UpstreamAccount, alice: Client, bob: Client
) -> None:
    page = text(alice.get(PAGE))
    assert "shared by all workspaces" in page
    assert f"{PAGE}keys/" not in page
    assert "Bring your own account" in page
    assert alice.post(f"{PAGE}keys/", {"api_key": "x"}).status_code == 404
    seen = text(bob.get(PAGE))
    assert "Only the owner and the admins" in seen
    assert "<form" not in seen.split('class="settings__page"')[1].split("</main>")[0]
    for path in ("keys/", "keys/old/", "own/"):
        assert bob.post(f"{PAGE}{path}").status_code == 403


def test_no_service_at_all_is_told(alice: Client) -> None:
    assert "no bot can be sent" in text(alice.get(PAGE))
    assert alice.post(f"{PAGE}test/").status_code == 404


def test_two_secrets_count_while_one_replaces_another(
    sandbox: Sandbox, workspace: Workspace, alice: Client
) -> None:
    account = make(sandbox, workspace=workspace)
    page = text(alice.post(f"{PAGE}keys/", {"webhook_secret": OTHER_SECRET}, follow=True))
    assert "The old one is no longer used" in page
    assert OTHER_SECRET not in page
    account.refresh_from_db()
    assert account.webhook_secret.split() == [OTHER_SECRET, WEBHOOK_SECRET]

    alice.post(f"{PAGE}keys/old/")
    account.refresh_from_db()
    assert account.webhook_secret == OTHER_SECRET
    told = AuditEntry.objects.order_by("at")
    assert [one.action for one in told] == ["service.rotate", "service.forget_old"]
    assert OTHER_SECRET not in str([(one.before, one.after) for one in told])


def test_messages_with_the_old_key_are_believed_until_it_is_let_go(workspace: Workspace) -> None:
    account = UpstreamAccount.objects.create(
        name="v1", workspace=workspace, provider=V1, base_url="https://a.example", api_key="old"
    )
    rotation.replace(account, api_key="new")
    message = b'{"event": "complete", "data": {"bot_id": "1"}}'
    for key in ("new", "old"):
        assert webhook_reader(account).verify({"x-meeting-baas-api-key": key}, message)
    rotation.forget_old(account)
    with pytest.raises(InvalidSignature):
        webhook_reader(account).verify({"x-meeting-baas-api-key": "old"}, message)
    assert account.api_key == "new"


def test_key_that_does_not_work_is_not_kept(
    sandbox: Sandbox, workspace: Workspace, alice: Client
) -> None:
    account = make(sandbox, workspace=workspace)
    answer = alice.post(f"{PAGE}keys/", {"api_key": "mistyped"})
    assert answer.status_code == 422
    assert "does not accept this key" in text(answer)
    assert alice.post(f"{PAGE}keys/", {}).status_code == 422
    assert alice.post(f"{PAGE}keys/", {"webhook_secret": "whsec_"}).status_code == 422
    account.refresh_from_db()
    assert (account.api_key, account.webhook_secret) == (API_KEY, WEBHOOK_SECRET)


def own(sandbox: Sandbox, provider: str = RECALL, **wishes: str) -> dict[str, str]:
    return {"place": f"{provider} {sandbox.url}", "api_key": API_KEY, **wishes}


def test_own_account_is_tried_previewed_and_then_used(
    sandbox: Sandbox, shared: UpstreamAccount, workspace: Workspace, alice: Client, alice_user: User
) -> None:
    calendar = make_calendar(workspace, alice_user, account=shared, name="Maya’s calendar")
    event = make_event(calendar, title="Pricing workshop", will_record=True)
    bot = Bot.objects.create(
        workspace=workspace,
        account=shared,
        name="Earshot",
        meeting_url=event.meeting_url,
        meeting_key="key",
        starts_at=event.starts_at,
        state=BotState.SCHEDULED,
    )
    event.attach(bot)
    refused = alice.post(f"{PAGE}own/", own(sandbox, api_key="mistyped"))
    assert (refused.status_code, UpstreamAccount.objects.count()) == (422, 1)
    assert alice.post(f"{PAGE}own/", own(sandbox) | {"place": "recall https://evil.example"})
    assert UpstreamAccount.objects.count() == 1

    preview = alice.post(f"{PAGE}own/", own(sandbox), follow=True)
    page = text(preview)
    account = UpstreamAccount.objects.get(workspace=workspace)
    for told in ("Maya’s calendar", "Pricing workshop", "Recall records only the primary"):
        assert told in page
    assert UpstreamAccount.objects.for_workspace(workspace) == shared
    alice.post(f"{PAGE}own/", own(sandbox))  # changed their mind about the first
    account = UpstreamAccount.objects.get(workspace=workspace)

    alice.post(f"{PAGE}{account.public_id}/change/")
    assert UpstreamAccount.objects.for_workspace(workspace) == account
    calendar.refresh_from_db()
    assert calendar.moves_to == account
    assert AuditEntry.objects.latest("at").after == {"service": "Recall.ai, own key"}
    assert "the account of this Earshot" in text(alice.get(PAGE))


def test_calendar_that_the_new_service_cannot_read_says_so(
    sandbox: Sandbox, shared: UpstreamAccount, workspace: Workspace, alice_user: User
) -> None:
    account = make(sandbox, workspace=workspace, provider=RECALL)
    fields = {"account": shared, "upstream_id": "", "raw_id": "c_product"}
    calendar = make_calendar(workspace, alice_user, moves_to=account, is_primary=False, **fields)
    event = make_event(calendar)
    moving_calendars.move(calendar)
    calendar.refresh_from_db()
    event.refresh_from_db()
    assert (calendar.account, calendar.sync_state) == (account, SyncState.FAILED)
    assert calendar.problem == "Recall records only the primary calendar."
    assert event.gone_at is not None


def test_only_a_manager_changes_it_and_a_stranger_sees_nothing(
    sandbox: Sandbox, workspace: Workspace, bob: Client, mallory: Client
) -> None:
    account = make(sandbox, workspace=workspace, is_active=False)
    path = f"{PAGE}{account.public_id}/change/"
    assert "Only the owner" in text(bob.get(path))
    assert (bob.post(path).status_code, mallory.get(path).status_code) == (403, 404)
    account.refresh_from_db()
    assert not account.is_active


def test_bot_that_waits_goes_along_and_one_under_way_stays(
    sandbox: Sandbox, shared: UpstreamAccount, workspace: Workspace
) -> None:
    starts_at = timezone.now() + timedelta(hours=3)
    waits = create_bot(
        workspace,
        shared,
        state=BotState.SCHEDULED,
        is_by_hand=True,
        upstream_id="00000000-0000-4000-8000-000000000000",
        booked_at=timezone.now(),
        starts_at=starts_at,
    )
    goes = create_bot(workspace, shared, state=BotState.RECORDING, is_by_hand=True)
    account = make(sandbox, workspace=workspace, provider=RECALL)
    moving.begin(workspace, account)
    for bot in (waits, goes):
        bot.refresh_from_db()
    assert (waits.moves_to, goes.moves_to) == (account, None)
    assert moving.to_be_moved() == [waits.pk]
    Bot.objects.filter(pk=waits.pk).update(account=shared)
    moving.move(waits)
    waits.refresh_from_db()
    assert (waits.account, waits.upstream_id, waits.booked_at) == (account, "", None)
    assert waits.pk in Bot.objects.unsent().values_list("pk", flat=True)
    assert moving.to_be_moved() == []


@pytest.mark.parametrize("count", [1, 30])
def test_preview_takes_the_same_queries_for_many(
    count: int,
    sandbox: Sandbox,
    shared: UpstreamAccount,
    workspace: Workspace,
    alice: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    account = make(sandbox, workspace=workspace, is_active=False)
    for _ in range(count):
        create_bot(
            workspace,
            shared,
            state=BotState.SCHEDULED,
            is_by_hand=True,
            starts_at=timezone.now() + timedelta(hours=3),
        )
    with django_assert_num_queries(FRAME + 6):
        page = alice.get(f"{PAGE}{account.public_id}/change/")
    assert len(page.context["preview"].bots) == count
