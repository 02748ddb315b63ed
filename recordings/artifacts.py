"""Brings one file home. Killed at any point, it loses nothing and does nothing twice:

    claim ──► fresh address ──► download ──► read ──► store ──► take in + ready (one transaction)
                  │ none            │ cut off: kept, resumed        │ claim lost: stored file goes
                  ▼                 ▼
            absent, or later    later, with the reason in words

A stored file that no row names (killed just before the last step) is removed by the next success.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from bots.models import Bot
from recordings import announcing, fetching, ingest, pictures, publishing, readings
from recordings.fetching import FetchError, Interrupted, Limits, Unfetchable
from recordings.models import (
    MOST_TRIES,
    OF_TRANSCRIPTION,
    Artifact,
    ArtifactKind,
    ArtifactState,
    Participant,
    Recording,
)
from recordings.probing import NotMedia
from recordings.transcripts import Unreadable
from upstream.errors import NotFound, RateLimited, UpstreamError
from upstream.port import BotSnapshot, Provider, Screenshot, TranscriptDocument
from upstream.registry import open_provider
from upstream.states import FINAL, TranscriptState

logger = logging.getLogger(__name__)

MEDIA_LIMITS = Limits(size=20 * 2**30, seconds=3600)
TEXT_LIMITS = Limits(size=128 * 2**20, seconds=300)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=2)
LONGEST_LOOK = timedelta(minutes=5)  # between two looks at what is still being made
LONGEST_PATIENCE = timedelta(hours=24)
TRIES_BEFORE_FAILED = 6
RENEW_EVERY = timedelta(seconds=15)

# An address, the transcript itself, or the addresses of many pictures.
Source = str | TranscriptDocument | tuple[Screenshot, ...]


class NotYet(Exception):
    """The provider has not made the file yet."""


class NeverMade(Exception):
    """The provider has no such file and will not have it; the message may be empty."""


def bring(artifact_id: int) -> datetime | None:
    """Fetch one artifact if it is due; return when to try again, if ever."""
    artifact = Artifact.objects.claim(artifact_id, timezone.now())
    return fetch(artifact) if artifact else None


def fetch(artifact: Artifact) -> datetime | None:
    """Fetch one that we hold; return when to try again, if ever."""
    publishing.tell(artifact.recording)
    try:
        _fetch(artifact)
        next_try_at = None
    except NotYet as reason:
        next_try_at = _wait(artifact, str(reason))
    except NeverMade as reason:
        artifact.settle(ArtifactState.ABSENT, error=str(reason))
        next_try_at = None
    except (UpstreamError, FetchError, Unreadable, NotMedia, OSError) as trouble:
        next_try_at = _note_failure(artifact, trouble)
    publishing.tell(artifact.recording)
    announcing.tell_if_ready(artifact.recording)
    return next_try_at


def _fetch(artifact: Artifact) -> None:
    source = _source(artifact)
    path = partial_path(artifact)
    try:
        if isinstance(source, str):
            _download(artifact, source, path)
        elif isinstance(source, tuple):
            pictures.collect(source, path, _heartbeat(artifact))
        else:
            _write(path, source)
        reading = readings.read(artifact.kind, path)
    except (Unfetchable, Unreadable, NotMedia):
        fetching.discard(path)  # what is on disk is of no use to the next attempt
        pictures.discard(path)
        raise
    artifact.renew_claim()
    size = path.stat().st_size
    name = _store(artifact, path, reading.suffix)
    with transaction.atomic():
        is_ours = artifact.settle(
            ArtifactState.READY,
            file=name,
            size=size,
            content_type=reading.content_type,
            width=reading.width,
            height=reading.height,
            fetched_at=timezone.now(),
        )
        if is_ours:
            reading.take_in(artifact.recording)
    if is_ours:
        _tidy(artifact, keep=name)
    else:
        default_storage.delete(name)


def _download(artifact: Artifact, url: str, path: Path) -> None:
    is_media = artifact.kind in (ArtifactKind.VIDEO, ArtifactKind.AUDIO)
    limits = MEDIA_LIMITS if is_media else TEXT_LIMITS
    fetching.download(url, path, limits=limits, keep_going=_heartbeat(artifact))
    if artifact.kind == ArtifactKind.TRANSCRIPT:
        provider = open_provider(artifact.recording.bot.account)
        as_it_came = readings.parse_json(path)
        if (document := provider.read_transcript(as_it_came)) is not as_it_came:
            fetching.discard(path)  # nothing that is fetched could be added to this
            _write(path, document)


def _write(path: Path, document: TranscriptDocument) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def _source(artifact: Artifact) -> Source:
    """Ask the provider for an address that is good now, or for what it hands out itself."""
    bot = artifact.recording.bot
    provider = open_provider(bot.account)
    snapshot = _look(provider, bot)
    _note_people(artifact.recording, bot, snapshot)
    part = ingest.sort_out(artifact.recording, snapshot.parts)
    if artifact.kind == ArtifactKind.SCREENSHOTS:
        return _screenshots(provider, snapshot)
    url: str | None = getattr(part.links if part else snapshot.links, artifact.kind)
    if url:
        return url
    if artifact.kind == ArtifactKind.TRANSCRIPT and snapshot.transcript is not None:
        return snapshot.transcript
    if snapshot.is_data_deleted:
        raise NeverMade("The provider has deleted it.")
    if snapshot.state not in FINAL:
        raise NotYet("The provider is still working on it.")
    if artifact.kind in OF_TRANSCRIPTION:
        _judge_transcription(provider.get_bot_status(snapshot.bot_id).transcript_state)
    raise NeverMade("")


def _screenshots(provider: Provider, snapshot: BotSnapshot) -> tuple[Screenshot, ...]:
    """All of them, as soon as no more are taken; their addresses are good now."""
    if snapshot.state not in FINAL:
        raise NotYet("The provider is still working on it.")
    if snapshot.is_data_deleted or not provider.capabilities.can_screenshot:
        raise NeverMade("")
    try:
        shots = tuple(provider.list_screenshots(snapshot.bot_id))
    except NotFound:
        shots = ()
    if not shots:
        raise NeverMade("")
    return shots


def _judge_transcription(state: TranscriptState) -> None:
    if state == TranscriptState.PENDING:
        raise NotYet("The transcript is still being made.")
    if state == TranscriptState.FAILED:
        raise NotMade("The transcription service could not make one.")


class NotMade(FetchError):
    """The provider tried to make it and could not."""


def _look(provider: Provider, bot: Bot) -> BotSnapshot:
    if bot.upstream_id:
        return provider.get_bot(bot.upstream_id)
    found = provider.find_bot(bot.public_id)
    if found is None:
        raise NotFound("The provider does not know this bot.")
    return provider.get_bot(found.bot_id)  # a listing does not tell where the files are


def _note_people(recording: Recording, bot: Bot, snapshot: BotSnapshot) -> None:
    """Who was there; how long they spoke comes with the transcript."""
    names = dict.fromkeys(
        person.name[:200]
        for person in (*snapshot.participants, *snapshot.speakers)
        if person.name and person.name != bot.name
    )
    Participant.objects.bulk_create(
        [Participant(recording=recording, name=name) for name in names], ignore_conflicts=True
    )


def _heartbeat(artifact: Artifact) -> Callable[[], bool]:
    """Renew the claim now and then while the download goes on."""
    last = timezone.now()

    def keep_going() -> bool:
        nonlocal last
        if timezone.now() - last < RENEW_EVERY:
            return True
        last = timezone.now()
        return artifact.renew_claim()

    return keep_going


class _WholeFile(File):  # type: ignore[type-arg]
    """Moved into place by a folder (atomically), read by a bucket as long as it is wanted."""

    def __init__(self, file: BinaryIO, path: Path, keep_going: Callable[[], bool]) -> None:
        super().__init__(file, name=str(path))
        self._source = file
        self._keep_going = keep_going

    def temporary_file_path(self) -> str:
        return str(self.name)

    def read(self, size: int = -1) -> bytes:
        if not self._keep_going():
            raise Interrupted("The file was handed to another worker.")
        return self._source.read(size)


def _store(artifact: Artifact, path: Path, suffix: str) -> str:
    name = f"{_folder(artifact)}/{artifact.kind}-{artifact.claim}{suffix}"
    with path.open("rb") as file:
        whole = _WholeFile(file, path, _heartbeat(artifact))
        return default_storage.save(name, whole)


def _tidy(artifact: Artifact, *, keep: str) -> None:
    """Remove every other file of this artifact: what it replaces, and what a killed worker left."""
    fetching.discard(partial_path(artifact))
    pictures.discard(partial_path(artifact))
    folder = _folder(artifact)
    _, names = default_storage.listdir(folder)
    for name in names:
        if name.startswith(f"{artifact.kind}-") and f"{folder}/{name}" != keep:
            default_storage.delete(f"{folder}/{name}")


def _wait(artifact: Artifact, reason: str) -> datetime | None:
    """Nothing went wrong, it is just not there; after a day it is not going to be."""
    now = timezone.now()
    if now - artifact.created_at > LONGEST_PATIENCE:
        artifact.settle(ArtifactState.FAILED, error=f"It never came. {reason}")
        return None
    waited = now - artifact.created_at
    next_try_at = now + min(max(waited / 4, FIRST_WAIT), LONGEST_LOOK)
    artifact.settle(ArtifactState.PENDING, error=reason, next_try_at=next_try_at, attempts=0)
    return next_try_at


def _note_failure(artifact: Artifact, trouble: Exception) -> datetime | None:
    logger.info("artifact %s of %s: %s", artifact.kind, artifact.recording.public_id, trouble)
    is_hopeless = isinstance(trouble, NotFound | NotMade) or artifact.attempts >= MOST_TRIES
    wait = min(FIRST_WAIT * (1 << min(artifact.attempts - 1, 12)), LONGEST_WAIT)
    if isinstance(trouble, RateLimited):
        wait = max(wait, timedelta(seconds=trouble.retry_after))
    next_try_at = None if is_hopeless else timezone.now() + wait
    has_failed = is_hopeless or artifact.attempts >= TRIES_BEFORE_FAILED
    artifact.settle(
        ArtifactState.FAILED if has_failed else ArtifactState.PENDING,
        error=fetching.disk_trouble(trouble) if isinstance(trouble, OSError) else str(trouble),
        next_try_at=next_try_at,
    )
    return next_try_at


def partial_path(artifact: Artifact) -> Path:
    """On this machine's disk, whatever the storage is; the same for every attempt."""
    return Path(settings.MEDIA_ROOT) / "partial" / str(artifact.pk)


def _folder(artifact: Artifact) -> str:
    return f"recordings/{artifact.recording.public_id}"
