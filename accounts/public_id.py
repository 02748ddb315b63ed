"""Ids that may appear in an address: a short prefix that names the kind, and 16 random characters.

bot_3kTfQz81LmVwXy0a        95 bits of chance; integer keys never leave the server
"""

import secrets
import string
from collections.abc import Iterator
from typing import Any

from django.db import models

ALPHABET = string.ascii_letters + string.digits
RANDOM_CHARACTERS = 16
UNEVEN = bytes(range(256 - 256 % len(ALPHABET), 256))  # left out, so that no character is likelier
SPELLING = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


class PublicIdField(models.CharField[str, str]):
    """A unique id that is made when the instance is, so that it is known before it is saved."""

    def __init__(self, *, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.update(max_length=32, unique=True, editable=False)
        super().__init__(**kwargs)

    def get_default(self) -> str:
        return self.get_defaults(1)[0]

    def get_defaults(self, count: int) -> list[str]:
        """Return ids for as many instances; chance is drawn once for all of them."""
        return [f"{self.prefix}_{characters}" for characters in _random_characters(count)]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for derived in ("max_length", "unique", "editable"):
            kwargs.pop(derived, None)
        return name, path, args, {**kwargs, "prefix": self.prefix}


def _random_characters(count: int) -> Iterator[str]:
    """Draw once and spell the bytes out in a few calls: the inbox makes thousands a second."""
    wanted, spelled = count * RANDOM_CHARACTERS, b""
    while len(spelled) < wanted:
        missing = wanted - len(spelled)
        spelled += secrets.token_bytes(missing + missing // 8).translate(SPELLING, UNEVEN)
    for start in range(0, wanted, RANDOM_CHARACTERS):
        yield spelled[start : start + RANDOM_CHARACTERS].decode()
