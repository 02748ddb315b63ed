"""The inbox in the support console: found, read without content, replayed, and noted."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User, Workspace
from tests.bots.factories import create_bot
from tests.webhooks.signing import make_account, status_change
from upstream.models import UpstreamAccount
from upstream.states import BotState
from webhooks.models import Delivery, DeliveryState
from webhooks.preview import preview

CHAT = {
    "event": "bot.chat_message",
    "data": {
        "bot_id": "6f1c",
        "sender_name": "Ada Moss",
        "text": "the price is 4000",
        "message_id": "m1",
    },
}


@pytest.fixture
def account(db: None) -> UpstreamAccount:
    return make_account()


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@earshot.example", "a password"))
    return client


@pytest.fixture
def delivery(account: UpstreamAccount) -> Delivery:
    return Delivery.objects.create(
        account=account, message_id="m", event="bot.chat_message", body=json.dumps(CHAT).encode()
    )


def replay(staff: Client, delivery: Delivery, **confirmed: str) -> str:
    fields = {"action": "replay", "_selected_action": delivery.pk, **confirmed}
    return staff.post("/admin/webhooks/delivery/", fields, follow=True).content.decode()


def test_the_list_filters(staff: Client, delivery: Delivery, account: UpstreamAccount) -> None:
    for query in ("state=pending", "event=bot.chat_message", f"account__id__exact={account.pk}"):
        assert (
            delivery.public_id in staff.get(f"/admin/webhooks/delivery/?{query}").content.decode()
        )
    page = staff.get("/admin/webhooks/delivery/?state=failed").content.decode()
    assert delivery.public_id not in page


def test_what_has_no_name_yet_has_words_to_filter_by(
    staff: Client, delivery: Delivery, account: UpstreamAccount
) -> None:
    Delivery.objects.create(account=account, message_id="n", body=b"{}")
    page = staff.get("/admin/webhooks/delivery/").content.decode()
    assert '<a href="?event=">Not read yet</a>' in " ".join(page.split())


def test_the_body_is_shown_without_its_content(staff: Client, delivery: Delivery) -> None:
    page = staff.get(f"/admin/webhooks/delivery/{delivery.pk}/change/").content.decode()
    assert "bot.chat_message" in page
    assert "6f1c" in page
    assert "Ada Moss" not in page
    assert "the price is 4000" not in page
    assert "‹17 characters›" in page


def test_a_replay_asks_first(staff: Client, delivery: Delivery) -> None:
    page = replay(staff, delivery)
    delivery.refresh_from_db()
    assert "takes effect again" in page
    assert delivery.state == DeliveryState.PENDING


def test_what_a_replay_would_do_is_told_before_and_taken_back(
    staff: Client, account: UpstreamAccount, workspace: Workspace
) -> None:
    bot = create_bot(workspace, account, upstream_id="up-1")
    told = [
        Delivery.objects.create(
            account=account,
            message_id=f"m-{number}",
            body=json.dumps(status_change("up-1", code, "2026-03-04T15:00:00Z")).encode(),
        )
        for number, code in enumerate(["joining_call", "joining_call"])
    ]
    broken = Delivery.objects.create(account=account, message_id="m-2", body=b"{")
    fields = {"action": "replay", "_selected_action": [one.pk for one in (*told, broken)]}
    page = staff.post("/admin/webhooks/delivery/", fields)

    assert [(it.would_change, it.sentence) for it in page.context["foresights"][:2]] == [
        (True, f"{bot.public_id} is now joining."),
        (False, f"{bot.public_id} knew that already."),
    ]
    assert page.context["foresights"][2].sentence.startswith("Not JSON")
    assert "would change nothing" in page.content.decode()
    bot.refresh_from_db()
    assert (bot.state, bot.changes.count()) == (BotState.SCHEDULED, 0)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.PENDING}


def test_a_confirmed_replay_is_done_and_noted(staff: Client, delivery: Delivery) -> None:
    page = replay(staff, delivery, confirmed="yes")
    delivery.refresh_from_db()
    assert "Replayed 1 of 1." in page
    assert (delivery.state, delivery.effect) == (DeliveryState.IGNORED, "No bot of ours.")
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(delivery.pk), "Replayed.")


def test_a_delivery_cannot_be_changed_or_removed(staff: Client, delivery: Delivery) -> None:
    address = f"/admin/webhooks/delivery/{delivery.pk}"
    assert staff.post(f"{address}/change/", {"state": "processed"}).status_code == 403
    assert staff.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert Delivery.objects.get().state == DeliveryState.PENDING


def test_people_who_are_not_staff_see_nothing(alice: Client, delivery: Delivery) -> None:
    assert alice.get("/admin/webhooks/delivery/").status_code == 302


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"not json", "Not JSON (8 bytes): JSONDecodeError."),
        (b'{"video": "https://x/v.mp4?sig=1"}', '{\n  "video": "‹21 characters›"\n}'),
        (b'{"code": "joining_call"}', '{\n  "code": "joining_call"\n}'),
        (b"[1, null, true]", "[\n  1,\n  null,\n  true\n]"),
    ],
)
def test_a_preview_shows_shape_and_hides_content(body: bytes, shown: str) -> None:
    assert preview(body) == shown
    assert preview(shown.encode()) == shown, "of what is masked nothing more is left out"


def test_a_preview_of_a_long_or_deep_body_stays_short() -> None:
    assert "‹80 more›" in preview(json.dumps(list(range(100))).encode())
    assert len(preview(b'{"a":' * 900 + b"1" + b"}" * 900)) < 1000
