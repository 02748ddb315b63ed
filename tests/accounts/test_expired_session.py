"""A click on a page whose session is over leads to sign-in, and from there back to that page."""

import pytest
from django.test import Client

from accounts.models import Workspace

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
SIGN_IN = "/account/login/"


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("http://testserver/bots/?q=a", f"{SIGN_IN}?next=/bots/%3Fq%3Da"),
        ("http://elsewhere.example/bots/", SIGN_IN),
        ("http://testserver//elsewhere.example/", SIGN_IN),
        ("javascript:alert(1)", SIGN_IN),
        ("", SIGN_IN),
    ],
)
def test_a_click_leads_to_sign_in_and_back(client: Client, page: str, address: str) -> None:
    answer = client.get("/recordings/", headers={**HTMX, "HX-Current-URL": page})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, address)


def test_without_any_cookie_a_click_leads_to_sign_in_too(workspace: Workspace) -> None:
    visitor = Client(enforce_csrf_checks=True)
    current = {"HX-Current-URL": "http://testserver/settings/"}
    answer = visitor.post("/settings/", headers={**HTMX, **current})
    assert answer["HX-Redirect"] == f"{SIGN_IN}?next=/settings/"


def test_somebody_signed_in_is_told_that_the_form_is_stale(alice: Client) -> None:
    alice.handler.enforce_csrf_checks = True
    answer = alice.post("/settings/", headers=HTMX)
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
