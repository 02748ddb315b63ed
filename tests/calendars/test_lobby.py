"""A bot waits to be let in: who is told, where, and how often."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot, BotDefaults
from calendars import lobby
from calendars.models import Calendar
from notifications import grouping
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.letters.delivering import deliver, html_of
from upstream.states import BotState

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


@pytest.fixture
def waiting(calendar: Calendar, alice_user: User, bob_user: User) -> Bot:
    """Alice's bot waits; Bob is on the invite, in capitals."""
    event = make_event(
        calendar,
        title="Board <b>meeting</b>",
        starts_at=timezone.now() - timedelta(minutes=3),
        attendees=[{"email": bob_user.email.upper(), "name": "Bob"}],
    )
    return make_bot(
        event,
        state=BotState.WAITING_ROOM,
        state_at=timezone.now() - timedelta(minutes=3),
        requested_by=alice_user,
    )


def told() -> set[str]:
    """To whom a mail went by now."""
    grouping.post_due(timezone.now())
    deliver()
    return {address for message in mail.outbox for address in message.to}


def shown(client: Client, path: str) -> str:
    """A page, or the banner alone as a page fetches it."""
    headers = {"HX-Request": "true"} if path.startswith("/lobby/") else {}
    return client.get(path, headers=headers).text


def test_banner_is_on_every_page_of_those_who_can_help(
    alice: Client, bob: Client, mallory: Client, waiting: Bot, workspace: Workspace
) -> None:
    for client in (alice, bob):
        for path in ("/", "/recordings/", "/settings/", "/lobby/"):
            page = shown(client, path)
            assert "A bot is waiting to be let into" in page
            assert "Board &lt;b&gt;meeting&lt;/b&gt;" in page
            assert "About 7 minutes left" in page
            assert "Please let it in." in page
    assert "waiting to be let into" not in shown(mallory, "/lobby/")
    assert alice.get("/lobby/")["Location"] == "/bots/"  # no page of its own


@pytest.mark.parametrize(
    ("minutes", "platform", "stays"),
    [(15, "zoom", 15), (1, "zoom", 2), (45, "zoom", 30), (45, "teams", 30), (15, "meet", 10)],
)
def test_minutes_left_are_what_the_provider_was_told_and_the_platform_bears(
    alice: Client, waiting: Bot, minutes: int, platform: str, stays: int
) -> None:
    """Meeting BaaS takes two minutes to half an hour, Meet ten; the bot waits for three."""
    BotDefaults.objects.create(workspace=waiting.workspace, waiting_room_minutes=minutes)
    Bot.objects.filter(pk=waiting.pk).update(platform=platform)
    assert f"About {max(stays - 3, 1)} minute" in shown(alice, "/lobby/")
    until = waiting.state_at + timedelta(minutes=stays)
    assert alice.get(f"/bots/{waiting.public_id}/").context["gives_up_at"] == until


def test_the_page_of_a_bot_tells_of_its_wait_once(
    alice: Client, waiting: Bot, calendar: Calendar
) -> None:
    def banners(path: str) -> int:
        return shown(alice, path).count("A bot is waiting to be let into")

    page, own = f"/bots/{waiting.public_id}/", f"/lobby/?told_here={waiting.public_id}"
    assert "Waiting for the host to let it in" in alice.get(page).text
    assert f'hx-get="{own}"' in alice.get(page).text
    assert (banners(page), banners(own), banners("/lobby/?told_here=\x00")) == (0, 0, 1)
    now = timezone.now()
    other = make_event(calendar, title="Other", starts_at=now)
    state = {"state": BotState.WAITING_ROOM, "state_at": now}
    make_bot(other, requested_by=waiting.requested_by, **state)
    assert (banners(page), banners(own), banners("/")) == (1, 1, 2)


def test_a_colleague_who_is_not_invited_is_left_in_peace(bob: Client, waiting: Bot) -> None:
    waiting.events.update(attendees=[])
    assert "waiting to be let into" not in bob.get("/").content.decode()


def test_banner_goes_when_the_bot_is_let_in(alice: Client, waiting: Bot) -> None:
    Bot.objects.update(state=BotState.IN_CALL)
    assert "waiting to be let into" not in alice.get("/").content.decode()


def test_pages_pay_one_query_for_it(alice: Client, calendar: Calendar) -> None:
    alice.get("/settings/")
    with CaptureQueriesContext(connection) as queries:
        alice.get("/settings/")
    asked = [one["sql"] for one in queries if "waiting_room" in one["sql"]]
    assert len(asked) == 1


def test_mail_goes_out_once_per_stay(waiting: Bot) -> None:
    assert lobby.untold(timezone.now()) == [waiting.pk]
    assert lobby.tell(waiting.pk) == 2
    assert told() == {"alice@northwind.example", "bob@northwind.example"}
    assert lobby.tell(waiting.pk) == 0
    assert lobby.untold(timezone.now()) == []
    Bot.objects.update(state_at=timezone.now() + timedelta(seconds=1))  # sent out, and back again
    assert lobby.tell(waiting.pk) == 2


def test_nobody_gets_two_mails_within_minutes(
    waiting: Bot, calendar: Calendar, bob_user: User
) -> None:
    lobby.tell(waiting.pk)
    told()
    mail.outbox.clear()
    invited = [{"email": bob_user.email, "name": "Bob"}]
    other = make_event(calendar, starts_at=timezone.now(), attendees=invited)
    second = make_bot(
        other,
        state=BotState.WAITING_ROOM,
        state_at=timezone.now(),
        requested_by=waiting.requested_by,
    )
    assert lobby.tell(second.pk) == 0
    assert told() == set()


def test_mail_says_what_to_do(waiting: Bot) -> None:
    Bot.objects.update(title="Board\r\nBcc: everybody@example.com")
    lobby.tell(waiting.pk)
    told()
    message = mail.outbox[0]
    assert message.subject == "Waiting to be let in: Board Bcc: everybody@example.com"
    assert f"/bots/{waiting.public_id}/" in message.body
    assert "Please let it in." in message.body
    assert f"/bots/{waiting.public_id}/" in html_of(message)


def test_a_bot_let_in_before_its_mail_went_makes_none(waiting: Bot) -> None:
    lobby.tell(waiting.pk)
    Bot.objects.update(state=BotState.RECORDING)
    assert told() == set()


def test_a_bot_that_was_let_in_meanwhile_makes_no_mail(waiting: Bot) -> None:
    Bot.objects.update(state=BotState.RECORDING)
    assert lobby.tell(waiting.pk) == 0
    assert told() == set()


def test_once_it_was_let_in_nothing_rings_any_more(alice: Client, waiting: Bot) -> None:
    lobby.tell(waiting.pk)
    lobby.settle_over()
    assert "1<" in alice.get("/notifications/bell/").text
    Bot.objects.update(state=BotState.IN_CALL)
    lobby.settle_over()
    assert "bell__count" not in alice.get("/notifications/bell/").text
