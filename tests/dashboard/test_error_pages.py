"""When something is wrong: plain words, the shell, and nothing that depends on what is broken."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

PAGES = {
    "400.html": "We could not read that",
    "403.html": "You may not do that",
    "403_csrf.html": "That page was open for too long",
    "404.html": "There is nothing here",
    "429.html": "That was a bit much at once",
    "500.html": "Something went wrong on our side",
}


@pytest.mark.parametrize("template", PAGES)
def test_error_pages_need_nothing(template: str) -> None:
    assert f"<h1>{PAGES[template]}</h1>" in render_to_string(template)


@pytest.mark.django_db
def test_an_unknown_address(client: Client, alice: Client) -> None:
    for visitor in (client, alice):
        page = visitor.get("/no/such/page/")
        assert page.status_code == 404
        assert PAGES["404.html"] in page.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token() -> None:
    page = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@example.com"})
    assert page.status_code == 403
    assert PAGES["403_csrf.html"] in page.content.decode()
