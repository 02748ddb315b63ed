"""Ids that may appear in an address: a short prefix that names the kind, and 16 random characters.

bot_3kTfQz81LmVwXy0a        95 bits of chance; integer keys never leave the server
"""

import secrets
import string
from typing import Any

from django.db import models

ALPHABET = string.ascii_letters + string.digits
RANDOM_CHARACTERS = 16


class PublicIdField(models.CharField[str, str]):
    """A unique id that is made when the instance is, so that it is known before it is saved."""

    def __init__(self, *, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.update(max_length=32, unique=True, editable=False)
        super().__init__(**kwargs)

    def get_default(self) -> str:
        return f"{self.prefix}_{_random_characters()}"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for derived in ("max_length", "unique", "editable"):
            kwargs.pop(derived, None)
        return name, path, args, {**kwargs, "prefix": self.prefix}


def _random_characters() -> str:
    """Draw once and spell the number out: a draw per character would cost ten times as much."""
    number = secrets.randbelow(len(ALPHABET) ** RANDOM_CHARACTERS)
    characters = []
    for _ in range(RANDOM_CHARACTERS):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)
