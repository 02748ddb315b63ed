"""Many transcripts at once: a ZIP with one file for each, made on disk once it is large."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator

from recordings.exports import formats
from recordings.exports.about import download_name
from recordings.exports.lines import Wishes
from recordings.models import Recording

IN_MEMORY = 2**20
CHUNK = 256 * 1024
OLDEST_YEAR = 1980  # the format cannot tell an earlier one


def zipped(recordings: Iterable[Recording], kind: str) -> Iterator[bytes]:
    """The archive, piece by piece; no two files in it have the same name."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            put_into(archive, recordings, kind)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def put_into(
    archive: zipfile.ZipFile, recordings: Iterable[Recording], kind: str, *, folder: str = ""
) -> None:
    """Write the transcript of each, below `folder`."""
    taken: dict[str, int] = {}
    for recording in recordings:
        name = download_name(recording)
        taken[name] = taken.get(name, 0) + 1
        number = f"_{taken[name]}" if taken[name] > 1 else ""
        entry = _entry(recording, f"{folder}{name}{number}.{formats.FORMATS[kind].suffix}")
        with archive.open(entry, "w") as into:
            for piece in formats.export(recording, recording.transcript, kind, Wishes()):
                into.write(piece)


def _entry(recording: Recording, name: str) -> zipfile.ZipInfo:
    at = recording.started_at
    entry = zipfile.ZipInfo(name, (max(at.year, OLDEST_YEAR), at.month, at.day, at.hour, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
