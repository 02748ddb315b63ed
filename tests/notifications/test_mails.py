"""Which news go into one mail, when the next may go, and who gets none."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from letters.models import Letter, LetterState
from notifications import grouping, telling
from notifications.kinds import KINDS, KindName, Way
from notifications.models import Notification
from tests.letters.delivering import deliver, html_of
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db

KIND = KINDS[KindName.READY]


def after_the_wait() -> datetime:
    return timezone.now() + KIND.wait + timedelta(seconds=1)


def test_several_within_minutes_are_one_mail(workspace: Workspace, alice_user: User) -> None:
    for number in range(3):
        make_news(alice_user, workspace, number)
    assert grouping.post_due(timezone.now()) == 0
    assert grouping.post_due(after_the_wait()) == 1
    assert grouping.post_due(after_the_wait()) == 0
    deliver()
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("3 recordings are ready", [alice_user.email])
    for number in range(3):
        page = f"http://localhost:8000/recordings/rec_{number}/"
        assert page in str(message.body)
        assert page in html_of(message)
    assert Notification.objects.filter(letter=Letter.objects.get(), mail_due_at=None).count() == 3


def test_people_kinds_and_workspaces_are_not_mixed(
    workspace: Workspace, other_workspace: Workspace, alice_user: User, bob_user: User
) -> None:
    other_workspace.members.add(alice_user)
    make_news(alice_user, workspace)
    make_news(bob_user, workspace)
    make_news(alice_user, other_workspace)
    make_news(alice_user, workspace, kind=KindName.MISSED)
    grouping.post_due(after_the_wait())
    deliver()
    assert sorted((message.to[0], message.subject) for message in mail.outbox) == [
        (alice_user.email, "Not recorded: Meeting 0"),
        (alice_user.email, "Recording ready: Meeting 0"),
        (alice_user.email, "Recording ready: Meeting 0"),
        (bob_user.email, "Recording ready: Meeting 0"),
    ]


def test_a_flood_becomes_a_digest(workspace: Workspace, alice_user: User) -> None:
    """Forty recordings: a few mails, and the rest of the hour in one."""
    for number in range(40):
        make_news(alice_user, workspace, number)
        grouping.post_due(after_the_wait())
    assert Letter.objects.count() == KIND.most_an_hour
    told = sum(letter.notifications.count() for letter in Letter.objects.all())
    assert told == KIND.most_an_hour
    later = after_the_wait() + grouping.HOUR
    assert grouping.post_due(later) == 1
    assert grouping.post_due(later) == 0
    deliver()
    last = max(mail.outbox, key=lambda message: len(str(message.body)))
    assert last.subject == "36 recordings are ready"
    assert "And 26 more: http://localhost:8000/notifications/" in str(last.body)


def test_who_has_left_gets_no_mail(workspace: Workspace, alice_user: User, bob_user: User) -> None:
    make_news(alice_user, workspace)
    make_news(bob_user, workspace)
    grouping.post_due(after_the_wait())
    bob_user.memberships.all().delete()
    User.objects.filter(pk=alice_user.pk).update(is_active=False)
    deliver()
    assert mail.outbox == []
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.DROPPED}


def test_a_recording_deleted_meanwhile_is_not_told(workspace: Workspace, alice_user: User) -> None:
    kept, deleted = (make_news(alice_user, workspace, number) for number in (1, 2))
    grouping.post_due(after_the_wait())
    telling.forget(deleted.target)
    deliver()
    assert mail.outbox[0].subject == f"Recording ready: {kept.title}"


def test_refusing_a_mail_leaves_the_bell(
    workspace: Workspace, alice_user: User, client: Client
) -> None:
    make_news(alice_user, workspace)
    grouping.post_due(after_the_wait())
    deliver()
    path = mail.outbox[0].message()["List-Unsubscribe"].strip("<>").partition(":8000")[2]
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.PRODUCT
    entry = AuditEntry.objects.get(action="notifications.change")
    assert (entry.actor, entry.after) == (alice_user, {"Recording ready": "In Earshot"})
    assert make_news(alice_user, workspace, 2).mail_due_at is None
    client.post(path, {"again": "1"})
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.EMAIL
