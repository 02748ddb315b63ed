"""One meeting, one bot: whoever wishes first makes it, everybody else finds it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import Workspace
from bots import lifecycle
from bots.actions import claim, spec_for
from bots.models import Bot
from upstream.models import UpstreamAccount
from upstream.states import Platform

START = datetime(2026, 3, 4, 15, tzinfo=UTC)


def wish(workspace: Workspace, account: UpstreamAccount, **changes: Any) -> tuple[Bot, bool]:
    wishes: dict[str, Any] = {
        "meeting_url": "https://meet.google.com/abc-defg-hij",
        "starts_at": START,
        "ends_at": START + timedelta(minutes=30),
        "title": "Weekly sync",
        "platform": "",
        "requested_by": None,
    }
    return claim(workspace=workspace, account=account, **{**wishes, **changes})


def test_second_wish_finds_the_first_bot(workspace: Workspace, account: UpstreamAccount) -> None:
    bot, is_new = wish(workspace, account)
    same, is_new_too = wish(
        workspace, account, meeting_url="https://meet.google.com/abc-defg-hij?authuser=2"
    )
    assert (is_new, is_new_too) == (True, False)
    assert same == bot
    assert bot.platform == Platform.MEET
    assert bot.name == "Earshot for Northwind"


def test_other_start_and_other_workspace_get_their_own(
    workspace: Workspace, other_workspace: Workspace, account: UpstreamAccount
) -> None:
    bot, _ = wish(workspace, account)
    later, _ = wish(workspace, account, starts_at=START + timedelta(days=7))
    theirs, _ = wish(other_workspace, account)
    assert len({bot, later, theirs}) == 3


def test_wish_after_the_end_makes_another(workspace: Workspace, account: UpstreamAccount) -> None:
    bot, _ = wish(workspace, account)
    lifecycle.cancel(bot)
    again, is_new = wish(workspace, account)
    assert is_new
    assert again != bot


@pytest.mark.django_db(transaction=True)
def test_wishes_at_the_same_moment_share_one_bot(
    workspace: Workspace, account: UpstreamAccount
) -> None:
    together = Barrier(4)

    def wish_at_once(_: int) -> tuple[Bot, bool]:
        together.wait()
        try:
            return wish(workspace, account)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(wish_at_once, range(4)))
    assert len({bot.pk for bot, _ in answers}) == 1
    assert sorted(is_new for _, is_new in answers) == [False, False, False, True]


def test_spec_tells_our_id_and_the_way_home(workspace: Workspace, account: UpstreamAccount) -> None:
    bot, _ = wish(workspace, account)
    spec = spec_for(bot)
    assert spec.correlation_id == bot.public_id
    assert spec.callback_url.endswith(f"/webhooks/{account.public_id}/")
    assert spec.callback_secret == account.callback_secret
    assert spec.is_transcribed
