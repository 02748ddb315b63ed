"""A bot that follows a meeting of the calendar: how it goes can be changed, where and when not."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from bots import changing
from bots.models import Bot
from calendars.models import Event, Verdict
from tests.calendars.wishes import settle, want
from tests.calendars.world import Outside

pytestmark = pytest.mark.django_db
WISHES = {"name": "Notes for Maya", "view": "audio_only", "entry_message": "Hello from Maya"}


@pytest.fixture
def booked(event: Event, alice_user: User) -> Bot:
    want(event, Verdict.RECORD, alice_user)
    bot = settle(event).bot
    assert bot
    return bot


def asked(outside: Outside) -> dict[str, Any]:
    """What the provider was told last about a booking."""
    calls = outside.sandbox.get("requests")["requests"]
    changes = [call for call in calls if call["method"] == "PATCH" and call["status"] == 200]
    body: dict[str, Any] = changes[-1]["body"]
    return body


def test_the_booking_of_the_event_is_changed(alice: Client, booked: Bot, outside: Outside) -> None:
    address = f"/bots/{booked.public_id}/change/"
    page = alice.get(address).text
    assert "It follows its meeting in the calendar" in page
    assert "Meeting link" not in page
    with outside.work():
        answer = alice.post(address, WISHES, follow=True)
    assert "on its way to the recording service" in answer.text
    bot = Bot.objects.get(pk=booked.pk)
    assert {name: getattr(bot, name) for name in WISHES} == WISHES
    assert (bot.is_transcribed, bot.wanted, bot.notice) == (False, {}, "")
    told = asked(outside)
    assert (told["bot_name"], told["recording_mode"]) == ("Notes for Maya", "audio_only")
    assert told["event_id"] == bot.events.get().upstream_id
    assert bot.starts_at == booked.starts_at
    entry = AuditEntry.objects.get(action="bot.change")
    assert entry.after == {"name": "Notes for Maya", "view": "audio_only", "is_transcribed": False}
    part = {"HX-Request": "true", "HX-Target": "section#about"}
    about = alice.get(f"/bots/{bot.public_id}/", headers=part).text
    assert about.strip().startswith('<section id="about"')
    assert "Notes for Maya" in about


def test_what_the_provider_does_not_take_is_told(
    alice: Client, booked: Bot, outside: Outside
) -> None:
    outside.sandbox.post(
        "faults", path="/v2/calendars", method="PATCH", status=409, code="FST_ERR_BOT_STATUS"
    )
    with outside.work():
        alice.post(f"/bots/{booked.public_id}/change/", WISHES)
    bot = Bot.objects.get(pk=booked.pk)
    assert (bot.name, bot.notice) == (booked.name, changing.TOO_LATE)
    assert "Notes for Maya" in alice.get(f"/bots/{bot.public_id}/change/").text


def test_a_change_without_a_name_is_none(alice: Client, booked: Bot) -> None:
    answer = alice.post(f"/bots/{booked.public_id}/change/", {**WISHES, "name": ""})
    assert answer.status_code == 422
    assert "Hello from Maya" in answer.text
