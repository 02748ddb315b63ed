"""Every secret at rest, wherever it lies: which key reads it, and how it gets the newest one."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, TextField
from django.db.models.functions import Cast

from accounts.encryption import EncryptedTextField, decrypt, encrypt


class Column:
    """An encrypted column of one of our tables."""

    def __init__(self, model: type[Model], name: str) -> None:
        self._name = name
        rows = model._default_manager.annotate(stored=Cast(name, TextField()))
        self._rows = rows.exclude(stored="").order_by()

    def tokens(self) -> Iterator[tuple[Any, str]]:
        """(primary key, what the database holds) of all that is not empty."""
        yield from self._rows.values_list("pk", "stored").iterator()

    def replace(self, pk: Any, token: str, text: str) -> int:
        """Write `text` with the newest key, unless the row has changed meanwhile."""
        return self._rows.filter(pk=pk, stored=token).update(**{self._name: text})


class SecondSteps:
    """What apps that make codes share with us; allauth keeps it inside of JSON."""

    def __init__(self, kind: Authenticator.Type, name: str) -> None:
        self._name = name
        self._rows = Authenticator.objects.filter(type=kind, data__has_key=name).order_by()

    def tokens(self) -> Iterator[tuple[Any, str]]:
        yield from self._rows.values_list("pk", f"data__{self._name}").iterator()

    @transaction.atomic
    def replace(self, pk: Any, token: str, text: str) -> int:
        same = self._rows.select_for_update().filter(pk=pk, **{f"data__{self._name}": token})
        for row in same:
            row.data[self._name] = encrypt(text)
            row.save(update_fields=["data"])
        return len(same)


Place = Column | SecondSteps


def places() -> Iterator[Place]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield Column(model, field.name)
    yield SecondSteps(Authenticator.Type.TOTP, "secret")
    yield SecondSteps(Authenticator.Type.RECOVERY_CODES, "seed")


def is_newest(token: str) -> bool:
    """Whether the first of FIELD_ENCRYPTION_KEYS wrote it."""
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def is_lost(token: str) -> bool:
    """Whether none of FIELD_ENCRYPTION_KEYS reads it."""
    try:
        decrypt(token)
    except InvalidToken:
        return True
    return False


def write_anew(place: Place) -> tuple[int, int]:
    """Give all secrets of a place the newest key; return how many were written and are lost."""
    written = lost = 0
    for pk, token in place.tokens():
        if is_newest(token):
            continue
        if is_lost(token):
            lost += 1
            continue
        written += place.replace(pk, token, decrypt(token))
    return written, lost
