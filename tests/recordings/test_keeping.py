"""How long recordings stay: the rule, the date on each, the notice, "keep", the end."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from notifications import grouping
from recordings import keeping
from recordings.models import Cause, Deletion, Recording, Retention
from tests.letters.delivering import deliver
from tests.recordings.factories import make_recording

DAYS = 90


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_recording(workspace, title="Weekly\r\nBcc: x@y.example", words=1)


@pytest.fixture
def rule(workspace: Workspace) -> Retention:
    return keeping.set_rule(workspace, DAYS)


def end_of(recording: Recording) -> datetime:
    return recording.started_at + timedelta(days=DAYS)


def test_the_date_is_on_the_recording_and_keep_takes_it_away(
    alice: Client, workspace: Workspace, recording: Recording
) -> None:
    address = f"/recordings/{recording.public_id}/"
    assert "Kept until somebody deletes it" in alice.get(address).content.decode()
    keeping.set_rule(workspace, 36500 // 10)
    day = recording.started_at + timedelta(days=3650)
    shown = alice.get(address).content.decode().partition('class="keep"')[2]
    assert f"{timezone.localtime(day):%Y-%m-%d}" in shown.partition("</div>")[0]
    alice.post(f"{address}keeping/", {"keep": "1"})
    recording.refresh_from_db()
    assert recording.kept_at is not None
    page = alice.get(address).content.decode()
    assert "Kept until somebody deletes it" in page
    alice.post(f"{address}keeping/")
    recording.refresh_from_db()
    assert recording.kept_at is None


def test_people_are_told_a_week_before_once(
    recording: Recording, rule: Retention, alice_user: User, bob_user: User
) -> None:
    Bot.objects.update(requested_by=bob_user)
    assert keeping.warn(end_of(recording) - timedelta(days=8)) == 0
    near = end_of(recording) - timedelta(days=6)
    assert keeping.warn(near) == 1
    assert keeping.warn(near) == 0
    grouping.post_due(timezone.now())
    deliver()
    assert sorted(message.to[0] for message in mail.outbox) == [alice_user.email, bob_user.email]
    assert f"/recordings/{recording.public_id}/" in mail.outbox[0].body
    assert mail.outbox[0].subject == "1 recording will be deleted in a week"
    recording.refresh_from_db()
    assert keeping.last_day(recording, rule) == near + keeping.NOTICE


def test_nothing_is_deleted_that_was_not_announced_for_a_week(
    recording: Recording, rule: Retention, alice_user: User
) -> None:
    late = end_of(recording) + timedelta(days=30)
    assert keeping.delete_overdue(late) == 0
    keeping.warn(late)
    assert keeping.delete_overdue(late + timedelta(days=6)) == 0
    assert keeping.delete_overdue(late + timedelta(days=7)) == 1
    deletion = Deletion.objects.get()
    assert (deletion.cause, deletion.rule, deletion.asked_by) == (
        Cause.RULE,
        "Kept for 90 days",
        None,
    )
    assert keeping.delete_overdue(late + timedelta(days=8)) == 0


def test_the_page_says_by_which_rule_it_was_deleted(
    alice: Client, recording: Recording, rule: Retention
) -> None:
    late = timezone.now()
    Recording.objects.update(warned_at=late - timedelta(days=8), started_at=late - timedelta(99))
    keeping.delete_overdue(late)
    page = alice.get(f"/recordings/{recording.public_id}/").content.decode()
    assert "by the workspace’s rule: kept for 90 days" in page
    assert "See who they are" in page


@pytest.mark.parametrize("spared", ["kept", "rule off", "changed rule", "in the bin"])
def test_what_somebody_spared_is_not_deleted(
    spared: str, recording: Recording, rule: Retention, alice_user: User
) -> None:
    late = end_of(recording) + timedelta(days=1)
    keeping.warn(late)
    if spared == "kept":
        keeping.keep(recording, alice_user)
    elif spared == "rule off":
        keeping.set_rule(recording.workspace, None)
    elif spared == "changed rule":
        keeping.set_rule(recording.workspace, DAYS - 1)
    else:
        Recording.objects.update(binned_at=late)
    assert keeping.delete_overdue(late + timedelta(days=20)) == 0


def test_the_rule_is_set_by_managers(
    alice: Client, bob: Client, workspace: Workspace, recording: Recording
) -> None:
    page = bob.get("/settings/recordings/").content.decode()
    assert "until somebody deletes them" in page
    assert bob.post("/settings/recordings/retention/", {"how_long": "30"}).status_code == 403
    for wrong, sentence in (
        ({"how_long": "other"}, "Say how many days."),
        ({"how_long": "other", "days": "0"}, "greater than or equal to 1"),
        ({"how_long": "x"}, "not one of the available choices"),
    ):
        answer = alice.post("/settings/recordings/retention/", wrong)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    Recording.objects.update(started_at=timezone.now() - timedelta(days=50))
    saved = alice.post("/settings/recordings/retention/", {"how_long": "30"}, follow=True)
    assert "One recording is older than that" in saved.content.decode()
    assert Retention.objects.get(workspace=workspace).days == 30
    alice.post("/settings/recordings/retention/", {"how_long": "never"})
    assert Retention.objects.get(workspace=workspace).days is None


def test_what_was_kept_since_is_left_out_of_the_mail(
    recording: Recording, rule: Retention, alice_user: User
) -> None:
    keeping.warn(end_of(recording) - timedelta(days=6))
    keeping.keep(recording, alice_user)
    grouping.post_due(timezone.now())
    deliver()
    assert mail.outbox == []
