"""The book of causes, and the bots of a workspace that met each of them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bots.models import Outcome
from tests.bots.conftest import BotFactory
from upstream.causes import CAUSES
from upstream.states import BotState


def test_the_book_leads_to_every_cause(alice: Client) -> None:
    book = alice.get("/bots/why/").content.decode()
    for cause in CAUSES.values():
        assert book.count(f'href="/bots/why/{cause.slug}/"') == 1
        page = alice.get(f"/bots/why/{cause.slug}/")
        assert page.status_code == 200
        for heading in ("What happened", "Whose side it was on", "What to do next time"):
            assert heading in page.content.decode()


def test_a_cause_nobody_wrote_down_is_a_404(alice: Client) -> None:
    assert alice.get("/bots/why/levitation/").status_code == 404


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("BOT_NOT_ACCEPTED", "not-admitted"),
        ("FST_ERR_INSUFFICIENT_TOKENS", "allowance"),
        ("LEVITATION_FAILED", "unknown"),
        ("", "no-reason"),
    ],
)
def test_a_page_shows_whom_it_befell(
    alice: Client, make_bot: BotFactory, reason: str, cause: str
) -> None:
    outcome = Outcome.UNKNOWN if cause in ("unknown", "no-reason") else Outcome.TECHNICAL
    bot = make_bot(title="Kestrel review", state=BotState.FAILED, reason=reason, outcome=outcome)
    assert "Kestrel review" in alice.get(f"/bots/why/{cause}/").content.decode()
    assert "Kestrel review" not in alice.get("/bots/why/zoom-app/").content.decode()
    detail = alice.get(f"/bots/{bot.public_id}/").content.decode()
    assert (f'href="/bots/why/{cause}/"' in detail) == bool(reason)


def test_a_page_costs_the_same_for_one_bot_and_for_many(
    alice: Client, make_bot: BotFactory
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            alice.get("/bots/why/removed/")
        return len(queries)

    ended = {"state": BotState.FAILED, "reason": "bot_removed", "outcome": Outcome.REFUSED}
    make_bot(**ended)
    one = cost()
    for _ in range(19):
        make_bot(**ended)
    assert cost() == one
