"""Secrets at rest: a text column that is encrypted with the first key and read with any of them.

Keys come from FIELD_ENCRYPTION_KEYS, newest first. To rotate, put a new key in front and save the
rows again; the old key can go once nothing is written with it any more.
"""

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Return an unguessable token for `text`; empty text stays empty."""
    keys = tuple(settings.FIELD_ENCRYPTION_KEYS)
    return _cipher(keys).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """Return the text behind `token`. Raises cryptography.fernet.InvalidToken if no key fits."""
    keys = tuple(settings.FIELD_ENCRYPTION_KEYS)
    return _cipher(keys).decrypt(token.encode()).decode() if token else ""


class EncryptedTextField(models.TextField[str, str]):
    """Text that is readable in Python and ciphertext in the database; it cannot be searched."""

    def get_prep_value(self, value: Any) -> str:
        return encrypt(value or "")

    def from_db_value(self, value: str, expression: Any, connection: BaseDatabaseWrapper) -> str:
        return decrypt(value)
