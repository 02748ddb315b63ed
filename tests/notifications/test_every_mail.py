"""Every kind of mail, written with the worst names people can think of, in text and in HTML.

With MAILS set to a folder, each is also kept there, to be looked at.
"""

import os
from collections.abc import Callable
from datetime import UTC, timedelta
from email import policy
from email.message import EmailMessage as Parsed
from email.parser import BytesParser
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from accounts import invitations
from accounts.models import User, Workspace
from accounts.roles import Role
from bots.models import Outcome
from calendars import health, lobby, missed
from calendars.models import Event
from dashboard import digest
from letters.models import Letter
from notifications import grouping, zoom_accounts
from notifications.kinds import KINDS, KindName
from recordings import announcing, keeping, restricting, sharing
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.conftest import make_member
from tests.letters.delivering import Loaded, deliver, html_of
from tests.recordings.factories import make_recording
from upstream.states import BotState, CalendarStatus
from zoom.models import Health, ZoomAccount

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000/"
EVIL = (
    'Board"><script>alert(1)</script><img src=//evil.example/x>\r\nBcc: all@evil.example\n'
    "{{ settings.SECRET_KEY }}{% include 'x' %} \u202eevil\x00"
)
FOLDER = os.environ.get("MAILS", "")


@pytest.fixture
def reader(workspace: Workspace) -> User:
    workspace.name = EVIL[:110].replace("\x00", "")
    workspace.save()
    person = make_member("reader@northwind.example", workspace, Role.OWNER)
    person.name = EVIL[:100].replace("\x00", "")
    person.save()
    return person


@pytest.fixture
def event(workspace: Workspace, reader: User) -> Event:
    calendar = make_calendar(workspace, reader, name=EVIL[:200].replace("\x00", ""))
    return make_event(calendar, title=title(), starts_at=timezone.now() - timedelta(hours=1))


def title() -> str:
    return EVIL.replace("\x00", "")


def ready(event: Event, reader: User) -> None:
    bot = make_bot(event, title=title(), requested_by=reader, state=BotState.DONE)
    announcing.tell_if_ready(make_recording(event.workspace, bot=bot))


def waiting(event: Event, reader: User) -> None:
    name = '<b>"Bot"</b>'
    bot = make_bot(
        event, title=title(), name=name, requested_by=reader, state=BotState.WAITING_ROOM
    )
    lobby.tell(bot.pk)


def not_recorded(event: Event, reader: User) -> None:
    failed = {"state": BotState.FAILED, "outcome": Outcome.TECHNICAL, "reason": "<b>NEW</b>"}
    missed.tell_of_bot(make_bot(event, title=title(), requested_by=reader, **failed))


def broken_calendar(event: Event, reader: User) -> None:
    health.take(event.calendar, CalendarStatus.REVOKED)


def broken_zoom(event: Event, reader: User) -> None:
    account = ZoomAccount.objects.create(
        workspace=event.workspace,
        user=reader,
        account=event.calendar.account,
        zoom_user_id="z",
        email=title()[:250],
        health=Health.OVER,
    )
    zoom_accounts.tell_owner(account)


def shared(event: Event, reader: User) -> None:
    recording = make_recording(event.workspace, bot=make_bot(event, state=BotState.DONE))
    wish = sharing.Wish(emails=("guest@elsewhere.example",), passcode="secret word")
    sharing.share(recording, reader, wish)


def asked_for(event: Event, reader: User) -> None:
    bot = make_bot(event, title=title(), requested_by=reader, state=BotState.DONE)
    recording = make_recording(event.workspace, bot=bot)
    restricting.restrict(recording, [], reader)
    asker = make_member("asker@northwind.example", event.workspace, Role.MEMBER)
    asker.name = EVIL[:100].replace("\x00", "")
    restricting.ask(recording, asker)


def about_to_be_deleted(event: Event, reader: User) -> None:
    recording = make_recording(event.workspace, bot=make_bot(event, state=BotState.DONE))
    keeping.set_rule(event.workspace, 90)
    keeping.warn(recording.started_at + timedelta(days=85))


def week_in_numbers(event: Event, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(time_zone="UTC")
    now = timezone.now().astimezone(UTC)
    monday = (now - timedelta(days=now.weekday())).replace(hour=9)
    tuesday = monday - timedelta(days=6)
    Event.objects.update(
        starts_at=tuesday, ends_at=tuesday + timedelta(hours=1), will_record=True, needs_you=False
    )
    not_recorded(Event.objects.get(), reader)
    digest.tell_due(monday)


def invited(event: Event, reader: User) -> None:
    invitations.invite(event.workspace, ["guest@elsewhere.example"], Role.MEMBER, by=reader)


TELLERS: dict[str, Callable[[Event, User], None]] = {
    KindName.READY: ready,
    KindName.WAITING: waiting,
    KindName.MISSED: not_recorded,
    KindName.CALENDAR: broken_calendar,
    KindName.ZOOM: broken_zoom,
    KindName.SHARED: shared,
    KindName.ACCESS: asked_for,
    KindName.RETENTION: about_to_be_deleted,
    KindName.DIGEST: week_in_numbers,
    invitations.MAIL: invited,
}


def test_no_kind_is_left_out() -> None:
    assert set(TELLERS) == {*KINDS, invitations.MAIL}


@pytest.mark.parametrize("kind", TELLERS)
def test_every_mail_is_safe_and_leads_to_pages_alone(kind: str, event: Event, reader: User) -> None:
    TELLERS[kind](event, reader)
    grouping.post_due(timezone.now() + timedelta(hours=1))
    deliver()
    letter = Letter.objects.get(kind=kind)
    (message,) = (
        one for one in mail.outbox if one.to == [letter.to] and letter.code in as_sent(one)
    )
    keep(kind, html_of(message))
    sent = BytesParser(policy=policy.default).parsebytes(as_sent(message).encode())
    assert isinstance(sent, Parsed)
    assert (sent["To"], sent["Bcc"], sent["Cc"]) == (letter.to, None, None)
    assert sent["List-Unsubscribe"].strip().startswith(f"<{SITE}mail/")
    text, html = str(message.body), Loaded(html_of(message))
    assert_plain(text)
    assert html.loads == []
    assert not html.tags & {"img", "script", "link", "iframe", "form", "object", "video"}
    assert html.links
    for link in html.links:
        assert link.startswith(SITE), link
        assert "/media/" not in link
        assert link in text or "/mail/" in link or "settings" in link
    assert html.links[-1] in sent["List-Unsubscribe"]


def as_sent(message: mail.EmailMessage) -> str:
    return message.message().as_bytes().decode()


def assert_plain(text: str) -> None:
    """What is text is not escaped; what somebody typed is one line of it, and no template."""
    assert "&lt;" not in text
    assert "&quot;" not in text
    assert "\nBcc:" not in text
    assert "only-for-development" not in text
    assert "Board" in text


def keep(kind: str, html: str) -> None:
    if FOLDER:
        (Path(FOLDER) / f"{kind}.html").write_text(html)
