"""From the consent page to a booked bot, with the sandbox as the outside world."""

import pytest
from django.test import Client

from accounts.models import AuditEntry
from calendars.models import Calendar, Event
from tests.calendars.conftest import decide
from tests.calendars.world import Outside
from upstream.states import BotState

pytestmark = pytest.mark.django_db


def test_connect_choose_and_switch_on(alice: Client, consent_page: str, outside: Outside) -> None:
    back = alice.get(decide(consent_page))
    assert back.status_code == 302, back.content

    page = alice.get(back["Location"])
    assert b"Product team" in page.content
    with outside.work():
        answer = alice.post(back["Location"], {"calendars": ["maya@northwind.example"]})
    assert answer.status_code == 302
    outside.wait_until_read(Calendar.objects.get())

    agenda = alice.get("/events/")
    assert agenda.status_code == 200
    event = Event.objects.filter(meeting_url__gt="", gone_at=None).order_by("-starts_at")[0]
    assert event.attendees
    with outside.work():
        alice.post(f"/events/{event.public_id}/choice/", {"verdict": "record"})

    event.refresh_from_db()
    assert event.will_record
    assert event.booking_error == ""
    assert event.bot is not None
    assert event.bot.booked_at is not None
    assert [b["event_id"] for b in outside.sandbox.state()["bookings"]] == [event.upstream_id]

    with outside.work():
        alice.post(f"/events/{event.public_id}/choice/", {"verdict": "never"})
    event.bot.refresh_from_db()
    assert event.bot.state == BotState.CANCELLED
    assert Event.objects.get(pk=event.pk).bot is None
    assert [b["status"] for b in outside.sandbox.state()["bookings"]] == ["cancelled"]
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "connection.connect",
        "calendar.connect",
        "event.choose",
    }
