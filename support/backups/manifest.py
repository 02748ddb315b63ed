"""What belongs to a backup, and whether all of it is there, whole."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from recordings.storages import Readable

DATABASE, FILES, MANIFEST = "database.dump", "files", "manifest.json"
PIECE = 2**20


class Trouble(Exception):
    """Why it cannot be done, in a sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Entry:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: str
    key_check: str  # encrypted: whoever can read it has the right keys
    database: Entry
    files: dict[str, Entry]

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1))


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises Trouble where there is none."""
    try:
        told = json.loads((folder / MANIFEST).read_text())
        files = {name: Entry(**entry) for name, entry in told.pop("files").items()}
        return Manifest(database=Entry(**told.pop("database")), files=files, **told)
    except FileNotFoundError as error:
        raise Trouble(f"{folder} is not a finished backup: it has no {MANIFEST}.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Trouble(f"The {MANIFEST} in {folder} cannot be read.") from error


def check(folder: Path, manifest: Manifest) -> None:
    """Raise Trouble unless every file is there with every byte it had."""
    wanted = {DATABASE: manifest.database}
    wanted |= {f"{FILES}/{name}": entry for name, entry in manifest.files.items()}
    for name, entry in wanted.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Trouble(f"The backup names a file outside its folder: {name}.")
        if not path.is_file():
            raise Trouble(f"The backup is not whole: {name} is missing.")
        with path.open("rb") as file:
            if measure(file) != entry:
                raise Trouble(f"The backup is not whole: {name} has changed.")


def measure(file: Readable) -> Entry:
    digest, size = hashlib.sha256(), 0
    for piece in pieces(file):
        digest.update(piece)
        size += len(piece)
    return Entry(size, digest.hexdigest())


def copy(source: Readable, path: Path) -> Entry:
    """Write all of `source` to `path`; what it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces(source):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(size, digest.hexdigest())


def pieces(file: Readable) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
