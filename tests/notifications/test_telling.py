"""News is told once, in the way each person wants, and can be taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from notifications import preferring, telling
from notifications.kinds import KINDS, KindName, Way
from notifications.models import Notification
from notifications.telling import News
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db

NEWS = News(KindName.READY, key="rec_1", title="Board", note="Video.", path="/x/", target="rec_1")


def test_each_is_told_once_and_in_their_way(
    workspace: Workspace, alice_user: User, bob_user: User
) -> None:
    preferring.choose(bob_user, workspace, {KindName.READY: Way.PRODUCT})
    for _ in range(2):
        telling.tell([alice_user, bob_user], workspace, NEWS)
    told = {one.person: one for one in Notification.objects.all()}
    assert len(told) == Notification.objects.count() == 2
    assert all(one.is_shown and one.title == "Board" for one in told.values())
    due = told[alice_user].mail_due_at
    assert due is not None
    wait = KINDS[KindName.READY].wait
    assert abs(due - timezone.now() - wait) < timedelta(minutes=1)
    assert told[bob_user].mail_due_at is None


def test_of_what_is_off_no_word_is_kept(workspace: Workspace, alice_user: User) -> None:
    preferring.choose(alice_user, workspace, {KindName.READY: Way.OFF})
    telling.tell([alice_user], workspace, NEWS)
    told = Notification.objects.get()
    assert (told.is_shown, told.title, told.note, told.path) == (False, "", "", "")
    assert told.mail_due_at is None
    preferring.choose(alice_user, workspace, {KindName.READY: Way.EMAIL})
    telling.tell([alice_user], workspace, NEWS)
    assert Notification.objects.get() == told  # it is no news by now


def test_what_was_said_holds_for_one_workspace(
    workspace: Workspace, other_workspace: Workspace, alice_user: User
) -> None:
    other_workspace.members.add(alice_user)
    preferring.choose(alice_user, workspace, {KindName.READY: Way.OFF})
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.OFF
    assert telling.way_of(alice_user, other_workspace, KindName.READY) == Way.EMAIL


def test_what_is_over_is_not_mailed_and_counts_as_read(
    workspace: Workspace, alice_user: User
) -> None:
    one = make_news(alice_user, workspace, kind=KindName.CALENDAR)
    other = make_news(alice_user, workspace, 2, kind=KindName.CALENDAR)
    telling.settle(KindName.CALENDAR, one.target)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.is_read, one.mail_due_at) == (True, None)
    assert not other.is_read
    assert other.mail_due_at is not None


def test_what_is_deleted_stands_nowhere_any_more(workspace: Workspace, alice_user: User) -> None:
    told = make_news(alice_user, workspace)
    telling.forget(told.target)
    told.refresh_from_db()
    assert (told.is_shown, told.title, told.note, told.path) == (False, "", "", "")
    assert told.mail_due_at is None


def test_titles_are_one_line_and_never_too_long(workspace: Workspace, alice_user: User) -> None:
    told = make_news(
        alice_user, workspace, title="Board\r\n\x00meeting " + "x" * 400, note="y" * 900
    )
    assert told.title.startswith("Board meeting xxx")
    assert len(told.title) <= 300
    assert len(told.note) <= 500
