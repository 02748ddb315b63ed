"""Guessing is slow; for passcodes see tests/recordings/test_shared_pages."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str) -> bool:
    client.post("/account/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_after_a_few_wrong_passwords_not_even_the_right_one_opens(alice_user: User) -> None:
    assert sign_in(Client(), alice_user.email, PASSWORD)
    cache.clear()
    for number in range(5):
        assert not sign_in(Client(), alice_user.email.upper(), f"guess {number}")
    assert not sign_in(Client(), alice_user.email, PASSWORD)
    page = Client().post("/account/login/", {"login": alice_user.email, "password": PASSWORD})
    assert "Too many wrong tries" in page.content.decode()


def test_others_are_not_kept_out_by_it(alice_user: User, bob_user: User) -> None:
    for number in range(6):
        sign_in(Client(), alice_user.email, f"guess {number}")
    assert sign_in(Client(), bob_user.email, PASSWORD)


def test_trying_many_people_from_one_place_is_stopped(alice_user: User) -> None:
    statuses = [
        Client().post("/account/login/", {"login": f"{n}@x.example", "password": "x"}).status_code
        for n in range(70)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, alice_user.email, PASSWORD)


def test_mails_cannot_be_asked_for_without_end(alice_user: User, mailoutbox: list[object]) -> None:
    for _ in range(40):
        Client().post("/account/password/reset/", {"email": alice_user.email})
    assert 1 <= len(mailoutbox) <= 20
