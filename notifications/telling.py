"""The verbs: tell people something, once; take it back when it is over or deleted.

telling.tell(people, workspace, News(KindName.READY, key=…, title=…, note=…, path=…, target=…))
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import live
from accounts.models import User, Workspace
from letters.writing import one_line
from notifications.kinds import KINDS, KindName, Way
from notifications.models import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    Notification,
    NotificationQuerySet,
    Preference,
)


@dataclass(frozen=True, slots=True)
class News:
    """`key` makes it the same news; `target` is the public id by which it is taken back.

    `is_mailed`: False where a letter of its own goes to the person anyway.
    """

    kind: KindName
    key: str
    title: str
    path: str
    note: str = ""
    target: str = ""
    is_mailed: bool = True


@transaction.atomic
def tell(people: Iterable[User], workspace: Workspace, news: News) -> None:
    """Tell each of them in the way they want; whoever was told before is not told again."""
    readers = {person.pk: person for person in people}
    if not readers:
        return
    said = Preference.objects.filter(
        person__in=readers, workspace=workspace, kind=news.kind
    ).values_list("person", "way")
    ways = dict.fromkeys(readers, KINDS[news.kind].default) | {pk: Way(way) for pk, way in said}
    now = timezone.now()
    Notification.objects.bulk_create(
        [_row(person, workspace, news, ways[pk], now) for pk, person in readers.items()],
        ignore_conflicts=True,
    )
    for person in readers.values():
        live.changed(topic_of(person))
    if not KINDS[news.kind].wait:
        _wake()


def way_of(person: User, workspace: Workspace, kind: KindName) -> Way:
    """How this person wants to hear of this kind."""
    return Preference.objects.of(person, workspace)[kind]


def was_told(kind: KindName) -> QuerySet[Notification, str]:
    """The targets of which somebody was told, to find those of which nobody was."""
    return Notification.objects.filter(kind=kind).values_list("target", flat=True)


@transaction.atomic
def settle(kind: KindName, target: str, *, key: str = "") -> None:
    """It is over: what was not mailed yet is not mailed, and the rest counts as read."""
    told = Notification.objects.filter(kind=kind, target=target)
    if key:
        told = told.filter(key=key)
    _change(told.filter(read_at=None), read_at=timezone.now(), mail_due_at=None)


@transaction.atomic
def forget(target: str) -> None:
    """It is deleted: what was told of it stands nowhere any more."""
    _take_back(Notification.objects.filter(target=target))


@transaction.atomic
def keep_among(people: Iterable[User], target: str) -> None:
    """It is for these people alone now: what others were told of it stands nowhere any more."""
    _take_back(Notification.objects.filter(target=target).exclude(person__in=people))


def topic_of(person: User) -> str:
    """Where a person's open pages listen; nobody else may (live/stream.py)."""
    return f"{person.public_id}/notifications"


def _row(person: User, workspace: Workspace, news: News, way: Way, now: datetime) -> Notification:
    """Of what a person wants to hear nothing of, no word is kept."""
    told = Notification(
        workspace=workspace, person=person, kind=news.kind, key=news.key, target=news.target
    )
    if way == Way.OFF:
        told.is_shown = False
        return told
    told.title = one_line(news.title)[:LONGEST_TITLE]
    told.note, told.path = one_line(news.note)[:LONGEST_NOTE], news.path
    if way == Way.EMAIL and news.is_mailed:
        told.mail_due_at = now + KINDS[news.kind].wait
    return told


def _take_back(told: NotificationQuerySet) -> None:
    _change(told.exclude(title=""), title="", note="", path="", is_shown=False, mail_due_at=None)


def _change(told: QuerySet[Notification], **facts: Any) -> None:
    people = list(User.objects.filter(notifications__in=told).distinct())
    told.update(**facts)
    for person in people:
        live.changed(topic_of(person))


def _wake() -> None:
    """What is urgent does not wait for the minute's sweep; the broker may be down."""
    transaction.on_commit(
        lambda: current_app.send_task("notifications.mail", retry=False), robust=True
    )
