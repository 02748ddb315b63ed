"""Reporting a problem: kept for support, mailed without its words, answered politely."""

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEntry
from bots.models import Report
from tests.bots.conftest import BotFactory
from tests.letters.delivering import deliver, html_of
from upstream.states import BotState

TEXT = "It sat in the call and nobody was recorded."


def test_a_report_is_kept_and_told(alice: Client, make_bot: BotFactory, settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "support@earshot.example"
    bot = make_bot(state=BotState.RECORDING)
    answer = alice.post(f"/bots/{bot.public_id}/report/", {"text": TEXT}, follow=True)
    assert "Support has your report" in answer.text
    report = Report.objects.get()
    assert (report.text, report.state, report.bot) == (TEXT, BotState.RECORDING, bot)
    entry = AuditEntry.objects.get(action="bot.report")
    assert TEXT not in f"{entry.before}{entry.after}"
    deliver()
    (letter,) = mail.outbox
    assert letter.to == ["support@earshot.example"]
    assert letter.reply_to == ["alice@northwind.example"]
    assert bot.public_id in letter.subject
    assert f"/admin/bots/report/{report.pk}/change/" in str(letter.body)
    assert f"/admin/bots/report/{report.pk}/change/" in html_of(letter)
    assert TEXT not in str(letter.body) + html_of(letter)


def test_without_an_address_the_console_alone_tells(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot()
    alice.post(f"/bots/{bot.public_id}/report/", {"text": TEXT})
    deliver()
    assert mail.outbox == []


@pytest.mark.parametrize("text", ["", "x" * 4_001])
def test_a_report_needs_words(alice: Client, make_bot: BotFactory, text: str) -> None:
    answer = alice.post(f"/bots/{make_bot().public_id}/report/", {"text": text})
    assert answer.status_code == 422
    assert text in answer.text
    assert not Report.objects.exists()
