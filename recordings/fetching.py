"""Downloads a file to disk: in constant memory, resumed where it was cut off, whole or not at all.

    FetchError            has a sentence for people
    ├── Interrupted       later: connection, time, 5xx; what has arrived is kept, the rest follows
    ├── LinkExpired       401, 403, 404, 410: needs a fresh address
    └── Unfetchable       not by itself: forbidden address, too large, too many redirects

Beside `<name>` lies `<name>.json` while the download is under way: the validator and length that
the source gave, without which nothing is resumed. Two workers never write the same file: it is
locked.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from upstream.addresses import ForbiddenAddress, GuardedTransport

TIMEOUTS = httpx.Timeout(30.0, connect=5.0)
MOST_REDIRECTS = 3
EXPIRED = (401, 403, 404, 410)
RETRYABLE = (408, 425, 429)
NO_ROOM = "There was no room to store the file."


class FetchError(Exception):
    """A download that did not end with a whole file."""


class Interrupted(FetchError):
    """Trying again later may work, and continues."""


class LinkExpired(FetchError):
    """The address is no longer (or not yet) good."""


class Unfetchable(FetchError):
    """Trying the same again would end the same."""


@dataclass(frozen=True, slots=True)
class Limits:
    size: int  # bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Fetched:
    path: Path
    size: int
    content_type: str


def download(
    url: str,
    path: Path,
    *,
    limits: Limits,
    keep_going: Callable[[], bool] = lambda: True,
    transport: httpx.BaseTransport | None = None,
) -> Fetched:
    """Fetch `url` into `path`, from where an earlier attempt left off if the source allows it.

    `keep_going` is asked after each piece; the download is interrupted when it says no.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path) as file, _client(transport) as client, _errors_in_words():
        partial = _Partial(file, path)
        with client.stream("GET", url, headers=partial.request_headers()) as response:
            if not partial.is_whole(response):
                _check(response)
                partial.begin(response, limits)
                _receive(response, file, limits, keep_going)
                partial.check_length()
            os.fsync(file.fileno())
            content_type = response.headers.get("content-type", "").partition(";")[0].strip()
    return Fetched(path, path.stat().st_size, content_type.lower()[:100])


def discard(path: Path) -> None:
    """Forget what was downloaded."""
    path.unlink(missing_ok=True)
    _notes(path).unlink(missing_ok=True)


def disk_trouble(error: OSError) -> str:
    """What went wrong here, for people: the system's own words name our folders."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return NO_ROOM
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "Earshot may not write where it keeps its files."
        case _:
            return "The file could not be stored: our disk had a problem."


class _Partial:
    """What is on disk already, and what the source said about the whole."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._validator, self._total = self._read_notes()
        self._have = file.seek(0, os.SEEK_END) if self._validator else 0

    def request_headers(self) -> dict[str, str]:
        if not self._have:
            return {}
        return {"range": f"bytes={self._have}-", "if-range": self._validator}

    def is_whole(self, response: httpx.Response) -> bool:
        """Whether only the last word was missing: all bytes are here, the source has no more."""
        if response.status_code != 416:
            return False
        size = response.headers.get("content-range", "").rpartition("/")[2]
        if self._have and size == str(self._have):
            return True
        self._start_over()
        raise Interrupted("The file changed while it was being downloaded.")

    def begin(self, response: httpx.Response, limits: Limits) -> None:
        """Make ready for the body: behind what is there, or from the start."""
        if response.status_code == 206:
            begin, total = _content_range(response)
            if begin != self._have or (self._total is not None and total != self._total):
                self._start_over()
                raise Interrupted("The file changed while it was being downloaded.")
            self._total = total
            self._file.seek(begin)
            self._file.truncate()
        else:
            self._start_over()
            self._total = _content_length(response)
            self._write_notes(response)
        if self._total is not None and self._total > limits.size:
            raise Unfetchable("The file is larger than Earshot takes.")

    def check_length(self) -> None:
        size = self._file.seek(0, os.SEEK_END)
        if self._total is not None and size != self._total:
            self._start_over()
            raise Interrupted("The file arrived with another length than was announced.")

    def _start_over(self) -> None:
        self._validator, self._total, self._have = "", None, 0
        self._file.seek(0)
        self._file.truncate()
        _notes(self._path).unlink(missing_ok=True)

    def _read_notes(self) -> tuple[str, int | None]:
        try:
            notes = json.loads(_notes(self._path).read_text())
            return str(notes["validator"]), notes["total"]
        except (OSError, ValueError, KeyError, TypeError):
            return "", None

    def _write_notes(self, response: httpx.Response) -> None:
        """Only what can be asked for again by a strong validator is worth keeping."""
        etag = response.headers.get("etag", "")
        validator = etag if etag.startswith('"') else response.headers.get("last-modified", "")
        if validator and self._total is not None:
            notes = {"validator": validator, "total": self._total}
            _notes(self._path).write_text(json.dumps(notes))


def _receive(
    response: httpx.Response, file: BinaryIO, limits: Limits, keep_going: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + limits.seconds
    for chunk in response.iter_bytes():  # as it comes: what waits for a fuller chunk can get lost
        if file.write(chunk) != len(chunk):
            raise Interrupted(NO_ROOM)
        if file.tell() > limits.size:
            raise Unfetchable("The file is larger than Earshot takes.")
        if time.monotonic() > deadline:
            raise Interrupted("The download took too long.")
        if not keep_going():
            raise Interrupted("The download was handed to another worker.")


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status in (200, 206):
        return
    if status in EXPIRED:
        raise LinkExpired(f"The file's address is no longer good (HTTP {status}).")
    if status >= 500 or status in RETRYABLE:
        raise Interrupted(f"The file's host had a problem (HTTP {status}).")
    raise Unfetchable(f"The file's host refused to hand it out (HTTP {status}).")


def _content_length(response: httpx.Response) -> int | None:
    """Bytes of the whole file; unknown when they are counted compressed."""
    length = response.headers.get("content-length", "")
    is_plain = response.headers.get("content-encoding", "identity") == "identity"
    return int(length) if is_plain and length.isdigit() else None


def _content_range(response: httpx.Response) -> tuple[int, int | None]:
    span, _, total = response.headers.get("content-range", "").removeprefix("bytes ").partition("/")
    begin = span.partition("-")[0]
    if not begin.isdigit():
        raise Interrupted("The file's host answered with a part of it that was not asked for.")
    return int(begin), int(total) if total.isdigit() else None


def _client(transport: httpx.BaseTransport | None) -> httpx.Client:
    return httpx.Client(
        transport=transport or GuardedTransport(),
        timeout=TIMEOUTS,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        headers={"accept-encoding": "identity", "user-agent": "Earshot"},
        trust_env=False,  # through a proxy nobody could tell where the connection ends
    )


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`, for reading and writing, as long as nobody else holds it."""
    with path.open("r+b" if path.exists() else "w+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Interrupted("Another worker is downloading this file.") from error
        yield file


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except ForbiddenAddress as error:
        raise Unfetchable(str(error)) from error
    except httpx.TooManyRedirects as error:
        raise Unfetchable("The file's address redirects too often.") from error
    except httpx.TimeoutException as error:
        raise Interrupted("The file's host did not answer in time.") from error
    except httpx.TransportError as error:
        raise Interrupted("The connection to the file's host broke off.") from error
    except (httpx.InvalidURL, httpx.DecodingError) as error:
        raise Unfetchable("The file's address or content cannot be read.") from error
    except OSError as error:
        raise Interrupted(disk_trouble(error)) from error


def _notes(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
