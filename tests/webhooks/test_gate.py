"""The gate asks the database seldom: once for many at the same time, then not for some seconds."""

import asyncio

import pytest
from django.db.backends.signals import connection_created

from tests.webhooks.test_writer import in_a_loop_of_its_own
from upstream.models import UpstreamAccount
from webhooks.gate import Gate

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_who_ask_at_once_are_one_question(account: UpstreamAccount) -> None:
    questions, answers = [], []

    def note(**facts: object) -> None:
        questions.append(facts)

    async def ask() -> None:
        gate = Gate()
        for _ in range(2):
            everybody = (gate.sender(account.public_id) for _ in range(20))
            answers.extend(await asyncio.gather(*everybody))

    connection_created.connect(note)
    try:
        in_a_loop_of_its_own(ask())
    finally:
        connection_created.disconnect(note)
    assert len(questions) == 1
    assert [sender and sender.account_id for sender in answers] == [account.pk] * 40
