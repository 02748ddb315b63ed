"""Script in every field that comes from outside: shown as text wherever it is shown."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from docx import Document

from accounts.audit import record
from accounts.models import User, Workspace
from bots.models import Bot
from calendars.models import Event
from notifications import grouping
from recordings.models import Recording, Utterance
from tests.letters.delivering import deliver
from tests.notifications.factories import make_news
from tests.security.conftest import ask

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
FORMULA = '=HYPERLINK("https://evil.example";A1)'
OUTSIDE = {
    "accounts.User": ("name",),
    "accounts.Workspace": ("name",),
    "accounts.Invitation": ("email",),
    "accounts.SignIn": ("user_agent",),
    "bots.Bot": ("title", "name", "reason_message", "entry_message", "meeting_url"),
    "bots.BotDefaults": ("name", "entry_message"),
    "bots.ChatMessage": ("sender_name", "text"),
    "bots.LiveLine": ("speaker_name", "text"),
    "bots.Report": ("text",),
    "bots.Sighting": ("name",),
    "bots.StatusChange": ("code", "message"),
    "bots.Stray": ("code", "correlation_id"),
    "calendars.Calendar": ("name", "email", "status_message", "problem"),
    "calendars.Connection": ("email",),
    "calendars.Event": ("title", "booking_error", "meeting_url"),
    "calendars.Rule": ("name",),
    "calendars.Block": ("pattern",),
    "calendars.EventChange": ("before", "after"),
    "calendars.OwnDomain": ("domain",),
    "notifications.Notification": ("title", "note"),
    "recordings.Artifact": ("error",),
    "recordings.Chapter": ("headline", "summary"),
    "recordings.Correction": ("before", "after"),
    "recordings.Mention": ("text", "category"),
    "recordings.ActionItem": ("text",),
    "recordings.Copy": ("result",),
    "recordings.Original": ("speaker", "text"),
    "recordings.Participant": ("name",),
    "recordings.Recording": ("title", "summary", "calendar_title"),
    "recordings.Share": ("email",),
    "recordings.Utterance": ("speaker", "text"),
    "recordings.Version": ("error",),
    "support.Grant": ("reason",),
    "support.TaskRun": ("error",),
    "upstream.Call": ("error",),
    "upstream.UpstreamAccount": ("name",),
    "webhooks.Delivery": ("message_id", "event", "effect", "error"),
    "zoom.ZoomAccount": ("name", "email", "said"),
}
# What other columns hold we have made ourselves, or let through as a known word or a mail address.
KEYS = re.compile(r"(^|_)(id|key|digest|code|url|kind|token|secret|type|zone|identity)$")
OURS = {
    "about", "action", "address", "category", "claim", "door", "email", "event", "headers",
    "language", "link_flags", "method", "name", "notice", "passcode", "password", "path",
    "provider", "reason", "rule", "scopes", "stemmer", "subject", "target", "to", "transcriber",
    "trouble", "verifier", "visitor", "wishes", "words",
    "agent",  # told above by an entry of its own: no other is ever changed
}  # fmt: skip
ADMIN = {name: f"/admin/{path}/" for name, path in {
    "people": "accounts/user", "workspaces": "accounts/workspace", "bots": "bots/bot",
    "events": "calendars/event", "calendars": "calendars/calendar",
    "recordings": "recordings/recording", "usage": "usage", "stuck": "stuck",
}.items()}  # fmt: skip


@pytest.fixture
def hostile(asked: dict[str, str], workspace: Workspace) -> dict[str, str]:
    """Everything there is now says it, as far as its column is long."""
    bot, now = Bot.objects.latest("starts_at"), timezone.now()
    recording = Recording.objects.earliest("pk")
    of_bot: dict[str, Any] = {"bot": bot}
    rows: dict[str, dict[str, Any]] = {
        "bots.BotDefaults": {"workspace": workspace},
        "bots.ChatMessage": {**of_bot, "sent_at": now},
        "bots.LiveLine": {**of_bot, "said_at": now, "is_final": True},
        "bots.Report": {**of_bot, "workspace": workspace},
        "bots.Sighting": {**of_bot, "seen_at": now, "is_here": True},
        "bots.StatusChange": {**of_bot, "happened_at": now},
        "bots.Stray": {"account": bot.account, "seen_at": now},
        "calendars.EventChange": {
            "workspace": workspace,
            "event": Event.objects.earliest("pk"),
            "kind": "renamed",
        },
        "recordings.ActionItem": {"recording": recording},
        "recordings.Chapter": {"recording": recording, "start_ms": 0},
        "recordings.Mention": {"recording": recording},
        "support.TaskRun": {"started_at": now, "milliseconds": 1, "end": "failed"},
        "upstream.Call": {"account": bot.account, "milliseconds": 1},
        "webhooks.Delivery": {"account": bot.account, "body": b"{}"},
    }
    for label, known in rows.items():
        apps.get_model(label)._base_manager.create(**known)
    for label, fields in OUTSIDE.items():
        every = apps.get_model(label)._base_manager.all()
        for row in every:
            for field in fields:
                length = every.model._meta.get_field(field).max_length or 1000
                setattr(row, field, f"{SCRIPT}{row.pk}"[:length])
            every.filter(pk=row.pk).update(**{field: getattr(row, field) for field in fields})
    who = {"email": f"{SCRIPT}@x.example", "name": SCRIPT}
    apps.get_model("calendars.Event").objects.update(organizer=who, attendees=[who])
    names = {"name": SCRIPT, "title": SCRIPT}
    record(
        workspace=workspace, actor=workspace.members.earliest("pk"), action="workspace.rename",
        before=names, after=names, agent=SCRIPT,
    )  # fmt: skip
    return asked


@pytest.mark.django_db
def test_no_page_runs_what_it_shows(
    hostile: dict[str, str], alice: Client, alice_user: User, admin_client: Client
) -> None:
    shown, raw = set(), []
    words = {"q": "alert", "person": SCRIPT, "state": SCRIPT, "before": SCRIPT, "tab": SCRIPT}
    for browser, pages, data in (
        (alice, hostile, None),
        (alice, hostile, words),
        (admin_client, ADMIN, None),
    ):
        for name, answer, text in ask(browser, pages, data=data):
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if is_page and ("<script>alert" in text or "<img src=x" in text or ">49" in text):
                at = max(text.find("<script>alert"), text.find("<img src=x"))
                raw.append(f"{name}: {text[max(0, at - 80) : at + 80]}")
            if is_page and escape("<script>alert(1)") in text:
                shown.add(name)
    assert not raw, "\n".join(raw)
    assert {
        "GET calendars:agenda", "GET calendars:event", "GET bots:detail", "GET bots:index",
        "GET recordings:library", "GET recordings:recording", "GET dashboard:coverage",
        "GET notifications:list", "GET dashboard:people", "GET calendars:rules", "GET bots",
    } <= shown  # fmt: skip


@pytest.mark.django_db
def test_no_column_of_words_is_forgotten(hostile: dict[str, str]) -> None:
    """Each that may hold words from outside holds the script in the test above."""
    left, empty = [], []
    for model in apps.get_models():
        if not model.__module__.startswith(("django.", "allauth.")):
            known = OUTSIDE.get(model._meta.label, ())
            left += [
                f"{model._meta.label}.{field.name}"
                for field in model._meta.fields
                if isinstance(field, models.CharField | models.TextField)
                and not (field.choices or field.name in {*known, *OURS} or KEYS.search(field.name))
            ]
            empty += [model._meta.label] if known and not model._base_manager.exists() else []
    assert (left, empty) == ([], [])


@pytest.fixture
def spoken(hostile: dict[str, str]) -> Recording:
    """A transcript with all that no file format likes."""
    recording = Recording.objects.get(pk=Utterance.objects.earliest("pk").transcript.recording_id)
    odd = f"{FORMULA}\x0b\x1b\x08 ]]> --> \u2028 \ufffe &amp; {SCRIPT}"
    for utterance in Utterance.objects.filter(transcript__recording=recording):
        Utterance.objects.filter(pk=utterance.pk).update(text=odd, speaker=FORMULA)
    return recording


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["txt", "md", "srt", "vtt", "json", "docx"])
def test_every_export_holds_words_and_no_more(kind: str, spoken: Recording, alice: Client) -> None:
    address = f"/recordings/{spoken.public_id}/export/file/"
    answer = alice.get(address, {"format": kind})
    assert answer.status_code == 200, answer.status_code
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert not set("\r\n<>") & set(answer.headers["Content-Disposition"])
    if kind == "docx":
        read = Document(io.BytesIO(body))
        assert "<script>alert(1)</script>" in "".join(line.text for line in read.paragraphs)
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            assert all(b"<script>" not in parts.read(name) for name in parts.namelist())
    else:
        assert b"alert" in body


@pytest.mark.django_db
def test_no_cell_of_a_table_is_a_formula(
    asked: dict[str, str], alice: Client, alice_user: User, workspace: Workspace
) -> None:
    named = {"name": "=1+1", "title": "=1+1"}
    record(
        workspace=workspace, actor=alice_user, action="workspace.rename",
        before=named, after=named, agent="=1+1",
    )  # fmt: skip
    for first in "=+-@\t\r":
        Bot.objects.update(title=f"{first}1+1", name=f"{first}cmd|' /C calc'!A0")
        User.objects.update(name=f"{first}1+1")
        for path in ("/bots/table.csv?tab=upcoming", "/settings/history/table.csv"):
            table = alice.get(path).getvalue().decode()
            assert f"{first.strip()}1+1" in table, path
            for row in csv.reader(io.StringIO(table)):
                assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r")], (path, row)


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_a_mail_has_no_header_but_ours(end: str, alice_user: User, workspace: Workspace) -> None:
    make_news(alice_user, workspace, title=f"A meeting{end}Bcc: mallory@contoso.example")
    grouping.post_due(timezone.now() + timedelta(hours=1))
    deliver()
    (message,) = mail.outbox
    assert message.recipients() == [alice_user.email]
    wire = message.message().as_bytes().replace(b"\r", b"\n").partition(b"\n\n")[0]
    assert b"\nBcc:" not in wire
    assert b"A meeting" in wire
