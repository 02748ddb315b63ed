"""Support sees what was decided about meetings, not what they are called."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from calendars.models import Block, Rule
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


def test_support_sees_why_but_not_whom(
    client: Client, workspace: Workspace, alice_user: User
) -> None:
    client.force_login(User.objects.create_superuser("support@earshot.example", "pw"))
    skipped = Rule.objects.create(workspace=workspace, guests=["globex.example"])
    rule = Rule.objects.create(workspace=workspace, name="Acme only", position=1, version=3)
    block = Block.objects.create(workspace=workspace, pattern="initech.example")
    event = make_event(make_calendar(workspace, alice_user))
    path = f"/admin/calendars/event/{event.pk}/change/"
    shown = client.get(path).content.decode()
    assert f"Rule {skipped.public_id}, version 1 <b>does not match</b>" in shown
    assert f"Rule {rule.public_id}, version 3 <b>matches: record</b>" in shown
    assert "globex" not in shown
    assert "Acme" not in shown
    Block.objects.filter(pk=block.pk).update(pattern="acme.example")
    shown = client.get(path).content.decode()
    assert f"must not be recorded? <b>yes, {block.public_id}</b>" in shown
    assert "acme.example" not in shown
    for page in (f"/admin/calendars/rule/{skipped.pk}/change/", "/admin/calendars/rule/"):
        assert "globex" not in client.get(page).content.decode()
