"""A copy of what is a person's own: made by a task, fetched from a page, gone after a week.

account.json        who they are, how they sign in and where (no secret of it)
workspaces.json     where they have a place
calendars.json      the accounts they connected, and which calendars of these
choices.json        what they said about meetings
bots.json           the bots that went to meetings for them
recordings.json     what these brought home; transcripts/ has what was said, as JSON
notifications.json  what they were told, how they want to be told, and the mails that went
history.json        what the trail knows of them
"""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from celery import current_app
from django.conf import settings
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import OwnData, User
from accounts.zones import zone_called
from calendars.models import Calendar, Connection
from dashboard.history import describe
from letters import outbox
from letters.models import Letter
from letters.writing import Message, writes
from notifications.models import Preference
from recordings.exports import archive
from recordings.models import Insider, Recording

MAIL = "own-data"
KEPT = timedelta(days=7)
GIVEN_UP_AFTER = timedelta(days=1)
UNFINISHED_FOR = timedelta(minutes=2)
Facts = dict[str, Any]


def ask(person: User) -> OwnData:
    """Have a copy made; one that is under way already is enough."""
    try:
        with transaction.atomic():
            copy = OwnData.objects.create(user=person)
    except IntegrityError:
        copy = OwnData.objects.get(user=person, ready_at=None)
    wake(copy)
    return copy


def wake(copy: OwnData) -> None:
    """By name, as tasks call this module. Rows are the truth: the broker may be down."""
    transaction.on_commit(
        lambda: current_app.send_task(
            "dashboard.make_own_data", kwargs={"copy_id": copy.pk}, retry=False
        ),
        robust=True,
    )


def make(copy: OwnData) -> None:
    """Write the file, and only then say that it is there. Twice is once."""
    now = timezone.now()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, facts in PARTS.items():
                text = json.dumps(facts(copy.user), cls=DjangoJSONEncoder, indent=2)
                zipped.writestr(f"{name}.json", text)
            spoken = recordings_of(copy.user).filter(transcript__isnull=False)
            archive.put_into(zipped, spoken, "json", folder="transcripts/")
        file.seek(0)
        copy.file.save(f"{copy.public_id}.zip", File(file), save=False)
    copy.ready_at, copy.expires_at = now, now + KEPT
    with transaction.atomic():
        copy.save()
        outbox.post(
            MAIL, key=copy.public_id, to=copy.user.email, reader=copy.user, about=copy.public_id
        )


@writes(MAIL)
def write(letter: Letter) -> Message | None:
    """It leads to the page, never to the file."""
    copy = OwnData.objects.select_related("user").filter(public_id=letter.about).first()
    if copy is None or copy.expires_at is None:
        return None
    page = settings.PUBLIC_URL + reverse("dashboard:own_data")
    return Message(
        "The copy of your data is ready",
        "dashboard/mail/own_data",
        {"until": copy.expires_at, "page": page},
        zone=zone_called(copy.user.time_zone),
    )


def pieces(copy: OwnData) -> Iterator[bytes]:
    """The file, bit by bit; it is closed when all of it is told."""
    with copy.file.open("rb") as file:
        yield from file.chunks()


def tidy(now: datetime) -> None:
    """Delete what has expired, have made what nobody made."""
    for copy in OwnData.objects.filter(expires_at__lt=now):
        discard(copy)
    OwnData.objects.filter(ready_at=None, asked_at__lt=now - GIVEN_UP_AFTER).delete()
    for copy in OwnData.objects.filter(ready_at=None, asked_at__lt=now - UNFINISHED_FOR):
        wake(copy)


def discard(copy: OwnData) -> None:
    """The file first: a row without one is found again, a file without a row is not."""
    if copy.file:
        copy.file.delete(save=False)
    copy.delete()


def recordings_of(person: User) -> QuerySet[Recording]:
    """What bots brought home that went for this person, in workspaces they still belong to; but
    for what is left to others.
    """
    mine = Insider.objects.filter(user=person).values("recording")
    return (
        Recording.objects.filter(bot__requested_by=person, workspace__in=person.workspaces.all())
        .filter(Q(restricted_at=None) | Q(pk__in=mine))
        .for_page()
        .select_related("workspace")
        .order_by("started_at", "pk")
    )


def _account(person: User) -> Facts:
    return {
        "email": person.email,
        "name": person.name,
        "time_zone": person.time_zone,
        "since": person.date_joined,
        "addresses": list(
            EmailAddress.objects.filter(user=person).values("email", "verified", "primary")
        ),
        "signs_in_with": [
            {
                "provider": one.provider,
                "email": one.extra_data.get("email"),
                "since": one.date_joined,
            }
            for one in SocialAccount.objects.filter(user=person)
        ],
        "second_steps": list(
            Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")
        ),
        "signed_in": list(
            person.sign_ins.values("began_at", "seen_at", "ip_address", "user_agent")
        ),
    }


def _workspaces(person: User) -> list[Facts]:
    return [
        {"name": one.workspace.name, "role": one.role, "since": one.created_at}
        for one in person.memberships.select_related("workspace").order_by("id")
    ]


def _calendars(person: User) -> list[Facts]:
    mine = Connection.objects.filter(user=person).select_related("workspace").order_by("id")
    return [
        {
            "workspace": one.workspace.name,
            "platform": one.platform,
            "account": one.email,
            "since": one.created_at,
            "calendars": list(
                Calendar.objects.filter(connection=one).values("name", "disconnected_at")
            ),
        }
        for one in mine
    ]


def _zoom_accounts(person: User) -> list[Facts]:
    fields = ("email", "name", "scopes", "health", "connected_at", "used_at", "disconnected_at")
    return list(person.zoom_accounts.order_by("id").values("workspace__name", *fields))


def _choices(person: User) -> list[Facts]:
    chosen = person.choices.order_by("chosen_at", "pk")
    fields = ("identity", "original_start", "reach", "verdict", "chosen_at")
    return [{field: getattr(one, field) for field in fields} for one in chosen]


def _bots(person: User) -> list[Facts]:
    fields = ("public_id", "title", "name", "meeting_url", "starts_at", "state", "outcome")
    return list(person.bots.order_by("starts_at", "pk").values(*fields))


def _recordings(person: User) -> list[Facts]:
    return [
        {
            "id": one.public_id,
            "workspace": one.workspace.name,
            "title": one.title,
            "started_at": one.started_at,
            "duration_seconds": one.duration_seconds,
            "people": [participant.name for participant in one.participants.all()],
            "summary": one.summary,
        }
        for one in recordings_of(person)
    ]


def _notifications(person: User) -> Facts:
    told = person.notifications.filter(is_shown=True).order_by("created_at", "pk")
    ways = Preference.objects.filter(person=person).order_by("pk")
    mails = person.letters.order_by("created_at", "pk")
    return {
        "told": list(
            told.values("created_at", "workspace__name", "kind", "title", "note", "read_at")
        ),
        "ways": list(ways.values("workspace__name", "kind", "way")),
        "mails": list(mails.values("created_at", "kind", "to", "state", "settled_at")),
    }


def _history(person: User) -> list[Facts]:
    entries = person.audit_entries.select_related("workspace", "actor").order_by("at", "pk")
    return [
        {
            "at": entry.at,
            "workspace": entry.workspace.name,
            "what": describe(entry).sentence,
            "target": entry.target,
            "before": entry.before,
            "after": entry.after,
            "from": entry.ip_address,
        }
        for entry in entries
    ]


PARTS: dict[str, Callable[[User], object]] = {
    "account": _account,
    "workspaces": _workspaces,
    "calendars": _calendars,
    "zoom_accounts": _zoom_accounts,
    "choices": _choices,
    "bots": _bots,
    "recordings": _recordings,
    "notifications": _notifications,
    "history": _history,
}
