"""Can every secret in the database be read, and with which key?"""

from collections import Counter
from collections.abc import Iterator

from django.conf import settings

from operations import encrypted
from operations.doctor.findings import Finding, advice, good, wrong


def secrets_can_be_read() -> Iterator[Finding]:
    found = Counter(_kind(token) for place in encrypted.places() for _, token in place.tokens())
    if found["lost"]:
        yield wrong(
            f"{found['lost']} secrets cannot be read with FIELD_ENCRYPTION_KEYS. Put the key that"
            " they were written with back, behind the newest one."
        )
    if found["old"]:
        yield advice(
            f"{found['old']} secrets still need an older key. Run `manage.py rotate_keys`."
        )
    elif len(settings.FIELD_ENCRYPTION_KEYS) > 1:
        yield advice(
            "All secrets are written with the newest key. The older ones in FIELD_ENCRYPTION_KEYS"
            " are needed for older backups only."
        )
    if not found["lost"]:
        yield good(f"{found.total()} secrets can be read.")


def _kind(token: str) -> str:
    if encrypted.is_newest(token):
        return "newest"
    return "lost" if encrypted.is_lost(token) else "old"
