"""The page that says what Earshot sees: open to all, and no less than what is asked for."""

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.identity.provider import SCOPES
from calendars.oauth_platforms import platforms
from dashboard.sees import WORDS

pytestmark = pytest.mark.django_db


def test_every_permission_that_is_asked_for_is_explained(client: Client) -> None:
    page = client.get("/what-earshot-sees/").content.decode()
    asked = {scope for platform in platforms().values() for scope in platform.scopes}
    assert asked | set(SCOPES) == set(WORDS)  # and nothing is explained that nobody asks for
    for scope in asked:
        assert escape(WORDS[scope]) in page
    assert page.count(WORDS["offline_access"]) == 2  # Google asks for it in another way


def test_it_is_one_click_away(client: Client, alice: Client) -> None:
    link = 'href="/what-earshot-sees/"'
    assert link in client.get("/").content.decode()
    connect = alice.get("/calendars/").content.decode()
    assert connect.count(link) == 2  # beside the buttons, and at the foot of every page
