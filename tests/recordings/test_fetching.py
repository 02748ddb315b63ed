"""Downloads: whole or not at all, resumed where possible, never from where they must not."""

import errno
import fcntl
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django.fixtures import Settings

from recordings import fetching
from recordings.fetching import (
    FetchError,
    Interrupted,
    Limits,
    LinkExpired,
    Unfetchable,
    disk_trouble,
)
from tests.recordings.file_host import FileHost, run_file_host
from upstream.addresses import ForbiddenAddress, GuardedTransport, checked

LIMITS = Limits(size=50_000_000, seconds=30)
CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def host() -> Iterator[FileHost]:
    with run_file_host() as running:
        running.content = CONTENT
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "partial" / "7"


def fetch(url: str, path: Path, limits: Limits = LIMITS) -> fetching.Fetched:
    return fetching.download(url, path, limits=limits)


def test_a_file_arrives_whole(host: FileHost, path: Path) -> None:
    fetched = fetch(host.url, path)
    assert path.read_bytes() == CONTENT
    assert (fetched.size, fetched.content_type) == (len(CONTENT), "video/mp4")
    assert not {"authorization", "cookie", "x-meeting-baas-api-key"} & set(host.headers[0])


def test_a_download_that_was_cut_off_goes_on_where_it_ended(host: FileHost, path: Path) -> None:
    host.cut_after = [300_000, 200_000]
    for _ in range(2):
        with pytest.raises(Interrupted):
            fetch(host.url, path)
    fetch(host.url, path)
    assert path.read_bytes() == CONTENT
    assert host.requests == ["", "bytes=300000-", "bytes=500000-"]


def test_a_whole_file_is_not_downloaded_again(host: FileHost, path: Path) -> None:
    fetch(host.url, path)
    fetch(host.url, path)
    assert path.read_bytes() == CONTENT
    assert host.requests == ["", f"bytes={len(CONTENT)}-"]


def test_another_file_under_the_same_address_begins_anew(host: FileHost, path: Path) -> None:
    host.cut_after = [300_000]
    with pytest.raises(Interrupted):
        fetch(host.url, path)
    host.content, host.etag = b"new" * 200_000, '"v2"'
    fetch(host.url, path)
    assert path.read_bytes() == host.content


@pytest.mark.parametrize("trait", ["has_ranges", "etag"])
def test_without_ranges_or_validator_it_begins_anew(host: FileHost, path: Path, trait: str) -> None:
    setattr(host, trait, False if trait == "has_ranges" else "")
    host.cut_after = [300_000]
    with pytest.raises(Interrupted):
        fetch(host.url, path)
    fetch(host.url, path)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, LinkExpired),
        (404, LinkExpired),
        (410, LinkExpired),
        (429, Interrupted),
        (503, Interrupted),
        (400, Unfetchable),
    ],
)
def test_a_refusal_says_whether_to_try_again(
    host: FileHost, path: Path, status: int, error: type[FetchError]
) -> None:
    host.statuses = [status]
    with pytest.raises(error):
        fetch(host.url, path)


@pytest.mark.parametrize("has_length", [True, False])
def test_a_file_that_is_too_large_is_not_taken(
    host: FileHost, path: Path, has_length: bool
) -> None:
    host.has_length = has_length
    with pytest.raises(Unfetchable, match="larger"):
        fetch(host.url, path, Limits(size=1000, seconds=30))


def test_a_download_that_takes_too_long_ends(host: FileHost, path: Path) -> None:
    with pytest.raises(Interrupted, match="too long"):
        fetch(host.url, path, Limits(size=50_000_000, seconds=0))


def test_a_download_stops_when_it_is_not_wanted_any_more(host: FileHost, path: Path) -> None:
    with pytest.raises(Interrupted, match="another worker"):
        fetching.download(host.url, path, limits=LIMITS, keep_going=lambda: False)


def test_two_workers_never_write_one_file(host: FileHost, path: Path) -> None:
    path.parent.mkdir()
    with path.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Interrupted, match="Another worker"):
            fetch(host.url, path)


def test_memory_stays_small(host: FileHost, path: Path) -> None:
    host.content = bytes(40_000_000)
    tracemalloc.start()
    fetch(host.url, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size == 40_000_000
    assert peak < 45_000_000  # the host in this process holds 40 MB of it, allocated before


def test_discarding_leaves_nothing(host: FileHost, path: Path) -> None:
    fetch(host.url, path)
    fetching.discard(path)
    assert list(path.parent.iterdir()) == []


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 (an address to refuse, not to bind)
        "224.0.0.1",
        "240.0.0.1",
        "127.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_addresses_that_are_not_public_are_refused(settings: Settings, address: str) -> None:
    settings.ALLOW_LOOPBACK_FETCH = False
    with pytest.raises(ForbiddenAddress):
        checked(httpx.URL("https://files.example/a"), lambda host, port: ["8.8.8.8", address])


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/a",
        "ftp://files.example/a",
        "https://me:pw@files.example/a",
        "file:///x",
    ],
)
def test_only_plain_https_addresses_are_fetched(settings: Settings, url: str) -> None:
    settings.ALLOW_LOOPBACK_FETCH = False
    with pytest.raises(ForbiddenAddress):
        checked(httpx.URL(url), lambda host, port: ["8.8.8.8"])


def test_loopback_is_admitted_only_when_set(settings: Settings, host: FileHost) -> None:
    assert checked(httpx.URL(host.url))
    settings.ALLOW_LOOPBACK_FETCH = False
    with pytest.raises(ForbiddenAddress):
        checked(httpx.URL(host.url))


def test_other_private_addresses_stay_closed_when_loopback_is_open() -> None:
    with pytest.raises(ForbiddenAddress):
        checked(httpx.URL("https://files.example/a"), lambda host, port: ["127.0.0.1", "10.0.0.1"])


def test_the_connection_goes_to_the_address_that_was_checked(path: Path) -> None:
    seen: list[httpx.Request] = []

    def wire(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"x")

    guard = GuardedTransport(
        resolver=lambda host, port: ["8.8.8.8"], wire=httpx.MockTransport(wire)
    )
    fetching.download("https://files.example/a?sig=1", path, limits=LIMITS, transport=guard)
    (request,) = seen
    assert str(request.url) == "https://8.8.8.8/a?sig=1"
    assert request.headers["host"] == "files.example"
    assert request.extensions["sni_hostname"] == "files.example"


def test_a_name_that_moves_inside_after_it_was_checked_leads_nowhere(path: Path) -> None:
    """DNS rebinding: each connection uses what was checked, and each redirect is checked anew."""
    answers = [["8.8.8.8"], ["10.0.0.1"]]
    asked: list[str] = []

    def wire(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://files.example/again"})

    guard = GuardedTransport(
        resolver=lambda host, port: answers.pop(0), wire=httpx.MockTransport(wire)
    )
    with pytest.raises(Unfetchable, match="private network"):
        fetching.download("https://files.example/a", path, limits=LIMITS, transport=guard)
    assert asked == ["8.8.8.8"]


def test_a_redirect_into_a_private_network_is_not_followed(path: Path) -> None:
    answers = {"files.example": "8.8.8.8", "inside.example": "10.0.0.1"}

    def wire(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "https://inside.example/secret"})

    guard = GuardedTransport(
        resolver=lambda host, port: [answers[host]], wire=httpx.MockTransport(wire)
    )
    with pytest.raises(Unfetchable, match="private network"):
        fetching.download("https://files.example/a", path, limits=LIMITS, transport=guard)


def test_redirects_are_followed_three_times(host: FileHost, path: Path) -> None:
    host.redirect_to = host.url
    with pytest.raises(Unfetchable, match="redirects"):
        fetch(host.url, path)
    assert len(host.requests) == 4


def test_a_host_that_is_not_there_is_tried_later(path: Path) -> None:
    with pytest.raises(Interrupted):
        fetch("http://127.0.0.1:9/a", path)
    with pytest.raises(Interrupted):
        fetch("https://does-not-exist.invalid/a", path)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "There was no room to store the file."),
        (errno.EDQUOT, "There was no room to store the file."),
        (errno.EROFS, "Earshot may not write where it keeps its files."),
        (errno.EIO, "The file could not be stored: our disk had a problem."),
    ],
)
def test_each_trouble_of_our_disk_has_its_own_words(number: int, sentence: str) -> None:
    assert disk_trouble(OSError(number, "/srv/ours")) == sentence
