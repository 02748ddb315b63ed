"""The steps to a first recording tick themselves, can be hidden, and come back."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.roles import Role
from recordings import sample
from tests.calendars.factories import make_calendar
from tests.recordings.factories import make_account, make_finished_bot, make_recording

pytestmark = pytest.mark.django_db

HEADING = "Three steps to your first recording"


def test_each_step_ticks_itself(alice: Client, alice_user: User, workspace: Workspace) -> None:
    assert alice.get("/").context["steps"].next == "calendar"

    account = make_calendar(workspace, alice_user).account
    page = alice.get("/")
    assert page.context["steps"].next == "choice"
    assert page.content.decode().count('data-status="good">Done') == 1

    make_recording(workspace, words=1, bot=make_finished_bot(workspace, account=account))
    page = alice.get("/")
    assert page.context["steps"] is None
    assert HEADING not in page.content.decode()


def test_a_sample_ticks_nothing(alice: Client, alice_user: User, workspace: Workspace) -> None:
    make_account()
    assert sample.make(workspace, alice_user)
    page = alice.get("/")
    assert page.context["steps"].next == "calendar"
    assert "A sample meeting" in page.content.decode()
    assert page.content.decode().count('data-status="good">Done') == 0


def test_who_only_looks_is_asked_for_nothing(alice: Client, bob: Client, bob_user: User) -> None:
    assert HEADING in bob.get("/").content.decode()
    bob_user.memberships.update(role=Role.VIEWER)
    assert HEADING not in bob.get("/").content.decode()


def test_hidden_and_shown_again_by_each_for_themselves(alice: Client, bob: Client) -> None:
    said = alice.post("/first-steps/", follow=True).content.decode()
    assert "The first steps are hidden." in said
    assert HEADING not in said
    assert HEADING in bob.get("/").content.decode()
    assert "Show the first steps again" not in bob.get("/settings/").content.decode()

    assert "Show the first steps again" in alice.get("/settings/").content.decode()
    assert HEADING in alice.post("/first-steps/", {"show": "1"}, follow=True).content.decode()
