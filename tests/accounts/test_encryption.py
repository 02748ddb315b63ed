"""Secrets at rest: unreadable in the database, readable with any key that is still listed."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from pytest_django import Settings

from accounts.encryption import decrypt, encrypt


def test_a_secret_comes_back_and_is_not_seen() -> None:
    token = encrypt("whsec_hello")
    assert "hello" not in token
    assert decrypt(token) == "whsec_hello"
    assert (encrypt(""), decrypt("")) == ("", "")


def test_keys_can_be_rotated(settings: Settings) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.FIELD_ENCRYPTION_KEYS = [old]
    token = encrypt("secret")

    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert decrypt(token) == "secret"
    settings.FIELD_ENCRYPTION_KEYS = [new]
    with pytest.raises(InvalidToken):
        decrypt(token)
