"""`make_bot(state=…)` puts a bot into alice's workspace."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import Workspace
from bots.models import Bot
from tests.bots.factories import create_account, create_bot
from upstream.models import UpstreamAccount

BotFactory = Callable[..., Bot]


@pytest.fixture
def account(db: None) -> UpstreamAccount:
    return create_account()


@pytest.fixture
def make_bot(account: UpstreamAccount, workspace: Workspace) -> BotFactory:
    return partial(create_bot, workspace, account)
