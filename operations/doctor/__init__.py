"""What is wrong with this installation, each thing in a sentence that says what to do.

examine() asks everything there is to ask: the settings, the database, the broker and its workers,
the storage, the keys, the own address as others see it, the clock, providers, and who signs people
in. Each examination stands alone, so that one that fails hides no other; those that read tables
wait until there are some.
"""

from collections.abc import Callable, Iterator

from operations import health
from operations.doctor import keys, outside, providers, servers, set_up, sign_ins
from operations.doctor.findings import Finding, Level, wrong

__all__ = ["EXAMINATIONS", "Finding", "Level", "examine"]

EXAMINATIONS: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
    ("Settings", set_up.settings_fit),
    ("Database", servers.database),
    ("Broker", servers.broker),
    ("Workers", servers.workers),
    ("Storage", servers.storage),
    ("Keys", keys.secrets_can_be_read),
    ("Public address", outside.public_address),
    ("Clock", outside.clock),
    ("Recording service", providers.accounts),
    ("Google", sign_ins.google),
    ("Microsoft", sign_ins.microsoft),
    ("Zoom", sign_ins.zoom),
)
READ_TABLES = (keys.secrets_can_be_read, outside.clock, providers.accounts)


def examine() -> Iterator[tuple[str, Finding]]:
    """Yield what each examination found, as it is found."""
    has_tables = set(health.examine_database().values()) == {health.FINE}
    for subject, look in EXAMINATIONS:
        if has_tables or look not in READ_TABLES:
            for finding in look():
                yield subject, finding
        else:
            yield subject, wrong("Cannot be examined before the database is mended.")
