"""Support sees what was decided about meetings, not what they are called."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from tests.calendars.factories import make_bot, make_calendar, make_event

pytestmark = pytest.mark.django_db


def test_pages_name_no_meeting(client: Client, workspace: Workspace, alice_user: User) -> None:
    client.force_login(User.objects.create_superuser("support@earshot.example", "pw"))
    event = make_event(make_calendar(workspace, alice_user), title="Merger with Globex")
    bot = make_bot(event)
    for path in ("calendars/event", "bots/bot"):
        pk = bot.pk if path == "bots/bot" else event.pk
        for page in (f"/admin/{path}/", f"/admin/{path}/{pk}/change/"):
            shown = client.get(page).content.decode()
            assert (bot.public_id if path == "bots/bot" else event.public_id) in shown
            assert "Globex" not in shown
            assert "meet.google.com" not in shown
