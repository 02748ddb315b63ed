"""On whose behalf a bot comes to a Zoom meeting, and what becomes of it when Zoom refuses."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bots import changing, on_behalf
from bots.models import Bot
from dashboard.today import today
from notifications.kinds import KindName
from notifications.models import Notification
from tests.calendars.factories import make_calendar, make_event
from tests.providers.world import World, soon
from tests.zoom.conftest import JONAS, LINK, MAYA, Go
from tests.zoom.test_connecting import PAGE, text_of
from upstream.models import ProviderName, UpstreamAccount
from upstream.reasons import explain
from upstream.registry import capabilities_of
from upstream.states import BotState
from zoom import health, tasks
from zoom.models import Health, ZoomAccount

pytestmark = pytest.mark.django_db
ONE_SERVICE = pytest.mark.parametrize("any_world", [ProviderName.MEETINGBAAS_V2], indirect=True)
ASKS_US = pytest.mark.parametrize("any_world", [ProviderName.RECALL], indirect=True)
Send = Callable[..., Bot]


def whom(world: World, bot: Bot) -> set[str]:
    """What the recording service was told of the person: an id of theirs, or where to ask."""
    there = world.at_provider(bot)[-1]  # one that cannot change a booking has made another
    told: dict[str, Any] = there["zoom"]
    return {*told["asks"], *(value for key, value in told.items() if isinstance(value, str))}


def names(world: World, account: ZoomAccount) -> set[str]:
    """The same, as it should be."""
    if capabilities_of(world.account).keeps_zoom_tokens:
        return {account.credential_id, account.zoom_user_id}
    return {"zak_url", "join_token_url", "user_email"}


def is_told(world: World, bot: Bot, account: ZoomAccount) -> bool:
    told = whom(world, bot)
    return bool(told) and told <= names(world, account)


def test_bot_comes_on_behalf_of_whoever_sent_it(
    world: World, go: Go, connected: ZoomAccount, bob: Client, bob_user: User, send: Send
) -> None:
    go(bob, account=JONAS)
    jonas = ZoomAccount.objects.get(user=bob_user)
    assert is_told(world, send(starts_in=600), connected)
    assert is_told(world, send(by=bob_user, starts_in=700), jonas)
    jonas.refresh_from_db()
    assert jonas.used_at is not None
    assert "Not yet" not in text_of(bob)


def test_other_meetings_are_told_nothing_of_it(
    world: World, connected: ZoomAccount, send: Send
) -> None:
    bot = send(starts_in=600)
    bot.platform = "meet"
    assert on_behalf.pass_for(bot) is None
    connected.refresh_from_db()
    assert connected.used_at is not None  # by the bot to Zoom


def test_bots_that_wait_are_told_when_permissions_change(
    world: World, go: Go, alice: Client, send: Send
) -> None:
    bot = send(starts_in=600)
    assert whom(world, bot) == set()
    go(alice)
    account = ZoomAccount.objects.get()
    bot.refresh_from_db()
    assert (bot.change_asked_at, bot.notice) == (None, "")
    assert is_told(world, bot, account)
    question = text_of(alice, f"{PAGE}{account.public_id}/disconnection/")
    assert "1 bot that is booked will come as a guest" in question
    with world.outside.work():
        alice.post(f"{PAGE}{account.public_id}/disconnection/")
    assert whom(world, bot) == set()


@ONE_SERVICE
def test_bot_whose_change_was_refused_is_told_of_permissions_too(
    world: World, go: Go, alice: Client, send: Send
) -> None:
    bot = send(starts_in=600)
    refused = {"path": "/v2/bots/scheduled/", "method": "PATCH", "status": 409}
    world.sandbox.post("faults", **refused, code="FST_ERR_BOT_STATUS")
    with world.outside.work():
        changing.ask(bot, meeting_url=LINK, starts_at=soon(900), name="Another name")
    bot.refresh_from_db()
    assert (bot.notice, bot.wanted, bot.declined["name"]) == (
        changing.TOO_LATE, {}, "Another name"
    )  # fmt: skip
    go(alice)
    assert is_told(world, bot, ZoomAccount.objects.get())
    bot.refresh_from_db()
    calls = world.sandbox.get("requests")["requests"]
    told = [call["body"] for call in calls if call["method"] == "PATCH" and call["status"] == 200]
    assert told[-1]["bot_name"] == bot.name != "Another name"
    assert bot.declined["name"] == "Another name"
    assert "What you asked for is still in the form." in bot.notice


@ONE_SERVICE
def test_bot_that_could_not_be_told_of_permissions_says_so(
    world: World, go: Go, alice: Client, send: Send
) -> None:
    bot = send(starts_in=600)
    refused = {"path": "/v2/bots/scheduled/", "method": "PATCH", "status": 409}
    world.sandbox.post("faults", **refused, code="FST_ERR_BOT_STATUS")
    go(alice)
    bot.refresh_from_db()
    assert (bot.notice, bot.declined, bot.change_asked_at) == (changing.AS_BEFORE, {}, None)
    assert whom(world, bot) == set()


def test_bot_of_a_calendar_comes_on_behalf_of_its_owner(
    world: World, go: Go, connected: ZoomAccount, bob: Client, bob_user: User
) -> None:
    go(bob, account=JONAS)
    event = make_event(make_calendar(bob_user.memberships.get().workspace, bob_user))
    bot = Bot(
        workspace=event.workspace,
        account=world.account,
        requested_by=event.calendar.owner,
        platform="zoom",
        meeting_url=LINK,
        starts_at=soon(600),
    )
    zoom = on_behalf.pass_for(bot)
    assert zoom is not None
    assert zoom.user_id == ZoomAccount.objects.get(user=bob_user).zoom_user_id


def test_permission_that_was_withdrawn_is_found_out_and_told(
    world: World, go: Go, connected: ZoomAccount, alice: Client, bob: Client, send: Send
) -> None:
    go(bob, account=JONAS)
    world.sandbox.post("zoom/behaviour", revoke=MAYA)
    send()  # the service finds out as it uses it, or is told when it asks
    with world.outside.work():
        answer = alice.post(f"{PAGE}{connected.public_id}/check/", follow=True)
    page = " ".join(answer.content.decode().split())
    assert health.OVER in page
    connected.refresh_from_db()
    assert connected.health == Health.OVER
    membership = connected.workspace.memberships.get(role="owner")
    needs = today(membership, timezone.now()).needs
    assert [need.title for need in needs if need.note == health.OVER] == [f"Zoom: {connected}"]
    told = Notification.objects.get(kind=KindName.ZOOM)
    assert (told.person, told.note, told.read_at) == (connected.user, health.OVER, None)
    heir = ZoomAccount.objects.exclude(pk=connected.pk).get()
    assert is_told(world, send(starts_in=800), heir)
    with world.outside.work():
        tasks.reconcile()
    go(alice, connected)
    assert health.OVER not in text_of(alice)
    assert Notification.objects.get(kind=KindName.ZOOM).read_at is not None
    assert is_told(world, send(starts_in=900), ZoomAccount.objects.get(pk=connected.pk))


def test_rounds_find_out_by_themselves(world: World, connected: ZoomAccount, send: Send) -> None:
    world.sandbox.post("zoom/behaviour", expire=MAYA)
    send()
    ZoomAccount.objects.update(checked_at=soon(-60 * 24), access_until=soon(-1))
    with world.outside.work():
        tasks.reconcile()
    connected.refresh_from_db()
    assert connected.health == Health.OVER


@ONE_SERVICE
def test_zoom_that_is_away_is_no_bad_news(
    world: World, connected: ZoomAccount, alice: Client
) -> None:
    world.sandbox.post("faults", path="/v2/zoom-credentials", status=503)
    page = alice.post(f"{PAGE}{connected.public_id}/check/", follow=True)
    assert "Nobody could be asked just now" in page.content.decode()
    connected.refresh_from_db()
    assert connected.health == Health.GOOD


@ONE_SERVICE
def test_bot_that_zoom_refused_leads_to_the_page(
    world: World, connected: ZoomAccount, alice: Client, send: Send
) -> None:
    world.sandbox.post("zoom/behaviour", revoke=MAYA)
    bot = world.until_state(send(), BotState.FAILED)
    assert bot.reason == "ZOOM_OBF_TOKEN_ERROR"
    assert f'href="{PAGE}"' in text_of(alice, f"/bots/{bot.public_id}/")
    connected.refresh_from_db()
    assert connected.health == Health.OVER  # asked at once, not at the next round


# How the providers say that a bot did not get into a Zoom meeting, or was not let record there.
OF_JOINING = (
    "CANNOT_GET_JWT_TOKEN",
    "CANNOT_REQUEST_RECORDING_RIGHT",
    "HOST_CLIENT_CANNOT_GRANT_PERMISSION",
    "RECORDING_RIGHTS_NOT_GRANTED",
    "SDK_AUTH_FAILED",
    "SET_ZOOM_ID_AND_PWD_TOGETHER",
    "UNABLE_JOIN_EXTERNAL_MEETING",
    "WAITING_FOR_AUTHORIZED_USER_TIMEOUT",
    "WAITING_FOR_HOST_TIMEOUT",
    "ZOOM_ACCESS_TOKEN_ERROR",
    "ZOOM_ANONYMOUS_JOIN_NOT_ALLOWED",
    "ZOOM_OBF_TOKEN_ERROR",
    "meeting_requires_sign_in",
    "zoom_account_blocked",
    "zoom_another_meeting_in_progress",
    "zoom_bot_blocked",
    "zoom_email_blocked_by_admin",
    "zoom_email_required",
    "zoom_error_multiple_device_join",
    "zoom_host_not_present",
    "zoom_invalid_join_token",
    "zoom_invalid_signature",
    "zoom_local_recording_denied",
    "zoom_local_recording_disabled",
    "zoom_local_recording_grant_not_supported",
    "zoom_local_recording_request_denied_by_host",
    "zoom_local_recording_request_disabled",
    "zoom_local_recording_request_disabled_by_host",
    "zoom_meeting_host_inactive",
    "zoom_registration_required",
    "zoom_sdk_app_not_published",
    "zoom_sdk_credentials_missing",
    "zoom_sdk_key_blocked_by_host_admin",
    "zoom_sdk_update_required",
    "zoom_web_disallowed",
)


def test_reasons_of_failed_zoom_joins_lead_to_the_page(alice: Client) -> None:
    slugs = {explain(code).cause.slug for code in OF_JOINING}
    assert "unknown" not in slugs
    leads = f'href="{PAGE}">See the Zoom accounts'
    told = {slug for slug in slugs if leads in text_of(alice, f"/bots/why/{slug}/")}
    assert told == slugs
    assert leads not in text_of(alice, "/bots/why/bad-link/")


@ONE_SERVICE
def test_account_of_another_service_says_to_reconnect(
    world: World, connected: ZoomAccount, alice: Client, send: Send
) -> None:
    other = UpstreamAccount.objects.create(
        workspace=connected.workspace,
        name="own",
        provider=ProviderName.RECALL,
        base_url=world.sandbox.url,
        api_key="sandbox-key",
    )
    assert "It was connected for Meeting BaaS, and bots are sent by Recall.ai now" in text_of(alice)
    assert on_behalf.pass_for(Bot(
        workspace=connected.workspace, account=other, platform="zoom", meeting_url=LINK
    )) is None  # fmt: skip


# The addresses that a service which keeps no tokens asks at.


def addresses(bot: Bot) -> tuple[str, str]:
    zoom = on_behalf.pass_for(bot)
    assert zoom is not None
    return zoom.zak_url, zoom.join_token_url


def ask(address: str) -> Any:
    parts = urlsplit(address)
    return Client().get(f"{parts.path}?{parts.query}")


@ASKS_US
def test_addresses_answer_with_the_bare_token(
    world: World, connected: ZoomAccount, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot = send(starts_in=10)
    answers = [ask(address) for address in addresses(bot)]
    assert [answer.status_code for answer in answers] == [200, 200]
    tokens = [answer.content.decode() for answer in answers]
    assert [token.partition(".")[0] for token in tokens] == ["zak", "join"]
    for answer in answers:
        assert answer["content-type"].startswith("text/plain")
        assert "no-store" in answer["cache-control"]
    connected.refresh_from_db()
    secret = (*tokens, connected.refresh_token, connected.access_token, connected.address_key)
    assert not [one for one in secret if one in caplog.text]


@ASKS_US
def test_each_use_of_a_permission_brings_another_token(
    world: World, connected: ZoomAccount, send: Send
) -> None:
    bot = send(starts_in=10)
    first = connected.refresh_token
    for _ in range(3):
        ZoomAccount.objects.update(access_until=soon(-1))
        assert ask(addresses(bot)[0]).status_code == 200
    connected.refresh_from_db()
    assert connected.refresh_token != first
    before = connected.refresh_token
    ask(addresses(bot)[0])  # an access token that is good is used again
    connected.refresh_from_db()
    assert connected.refresh_token == before


@ASKS_US
def test_addresses_tell_nobody_else_anything(
    world: World, connected: ZoomAccount, send: Send, alice: Client
) -> None:
    bot, later = send(starts_in=10), send(starts_in=60 * 24)
    for address in addresses(bot):
        assert ask(address.replace(connected.address_key, "x" * 43)).status_code == 404
        assert ask(address.partition("?")[0]).status_code == 404
        assert ask(address.replace(bot.public_id, "bot_of_nobody")).status_code == 404
        assert ask(address.replace(bot.public_id, later.public_id)).status_code == 404
    with world.outside.work():
        alice.post(f"{PAGE}{connected.public_id}/disconnection/")
    connected.disconnected_at = None
    gone = f"/fetched/zoom/{connected.public_id}/zak/"
    query = {"bot": bot.public_id, "key": connected.address_key}
    assert Client().get(gone, query).status_code == 404


@ASKS_US
def test_meeting_of_somebody_else_has_no_join_token(
    world: World, connected: ZoomAccount, send: Send
) -> None:
    world.sandbox.post("zoom/behaviour", hosts_nothing=True)
    zak, join_token = addresses(send(starts_in=10))
    assert (ask(zak).status_code, ask(join_token).status_code) == (200, 404)


@ASKS_US
def test_permission_that_is_over_is_noted_when_it_is_asked_for(
    world: World, connected: ZoomAccount, send: Send
) -> None:
    bot = send(starts_in=10)
    zak, _ = addresses(bot)
    world.sandbox.post("zoom/behaviour", expire=MAYA)
    ZoomAccount.objects.update(access_until=soon(-1))
    assert ask(zak).status_code == 404
    connected.refresh_from_db()
    assert connected.health == Health.OVER
