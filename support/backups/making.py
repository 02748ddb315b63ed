"""Writes a backup while Earshot goes on working."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.encryption import encrypt
from support.backups import manifest
from support.backups.manifest import DATABASE, FILES, Entry, Manifest, Trouble
from support.backups.postgres import Server

NOT_FINISHED = "partial"  # downloads under way: they begin again
KNOWN_WORDS = "earshot"


def make(folder: Path) -> Manifest:
    """Write all there is into a new `folder`. Raises Trouble; then that folder is not there."""
    if folder.exists():
        raise Trouble(f"{folder} is there already.")
    unfinished = folder.with_name(folder.name + ".unfinished")
    try:
        unfinished.mkdir(parents=True, mode=0o700)
    except FileExistsError as error:
        raise Trouble(f"{unfinished} is left from a backup that was cut off: delete it.") from error
    Server().run("pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                 f"--file={unfinished / DATABASE}")  # fmt: skip
    with (unfinished / DATABASE).open("rb") as dump:
        database = manifest.measure(dump)
    made = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        key_check=encrypt(KNOWN_WORDS),
        database=database,
        files=dict(_copied(unfinished / FILES)),
    )
    made.write(unfinished)
    os.replace(unfinished, folder)
    return made


def stored_names(folder: str = "") -> Iterator[str]:
    """Every file in the storage, whatever it is; without what is still being fetched."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    for name in sorted(names):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        if folder or name != NOT_FINISHED:
            yield from stored_names(f"{folder}/{name}" if folder else name)


def _copied(target: Path) -> Iterator[tuple[str, Entry]]:
    for name in stored_names():
        try:
            with default_storage.open(name) as file:
                yield name, manifest.copy(file, target / name)
        except FileNotFoundError:
            continue  # somebody deleted it since it was listed, and meant to
