"""The pictures a bot took while it was in the room: fetched one by one, kept as one archive.

    <partial>.d/1, 2, 3 …    each whole or resumed, as any download
    <partial>                a ZIP of them, not compressed: pictures are already

An archive holds nothing but pictures that a browser shows; what they are is told by their first
bytes, not by where they came from.
"""

import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from django.core.files.storage import default_storage

from recordings import fetching
from recordings.fetching import Limits
from recordings.models import Artifact
from recordings.transcripts import Unreadable
from upstream.port import Screenshot

MOST = 500
LIMITS = Limits(size=10 * 2**20, seconds=60)
TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def collect(shots: Sequence[Screenshot], path: Path, keep_going: Callable[[], bool]) -> None:
    """Fetch all of them and write their archive to `path`."""
    folder = _folder(path)
    for shot in shots[:MOST]:
        fetching.download(shot.url, folder / str(shot.number), limits=LIMITS, keep_going=keep_going)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for shot in shots[:MOST]:
            archive.write(folder / str(shot.number), arcname=str(shot.number))


def check(path: Path) -> None:
    """Raise Unreadable when one of them is no picture."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                content_type(file.read(16))


def discard(path: Path) -> None:
    """Forget what was fetched for an archive."""
    shutil.rmtree(_folder(path), ignore_errors=True)


def numbers(artifact: Artifact) -> list[int]:
    """Which pictures there are, in the order they were taken."""
    with default_storage.open(str(artifact.file.name)) as file, zipfile.ZipFile(file) as archive:
        return sorted(int(name) for name in archive.namelist())


def one(artifact: Artifact, number: int) -> bytes | None:
    """One picture; None when there is no such."""
    with default_storage.open(str(artifact.file.name)) as file, zipfile.ZipFile(file) as archive:
        return archive.read(str(number)) if str(number) in archive.namelist() else None


def content_type(picture: bytes) -> str:
    """What a browser is told it is."""
    for begin, name in TYPES.items():
        if picture.startswith(begin):
            return name
    raise Unreadable("Something among the screenshots is no picture.")


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.d")
