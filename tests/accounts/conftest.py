"""Each test starts with fresh rate limits, and reads its mail here."""

import re

import pytest
from django.core import mail
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


def link_in_last_mail() -> str:
    """Return the path of the link in the mail that was sent last."""
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]
