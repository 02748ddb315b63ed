"""Recordings straight into the tables, whole and quickly: rows, transcript, files in storage."""

import base64
import io
import itertools
import random
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Workspace
from bots.models import Bot
from recordings import readings, transcript_store, transcripts
from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording
from tests.bots.factories import usual_end
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState, TranscriptState

PEOPLE = ("Maya Lindqvist", "Jonas Weber", "Inés Duarte", "Sam O'Neill", "Priya Raman")
TALK = (
    "Good morning everybody and thank you for joining so early. Let us begin with the budget for "
    "the spring campaign before we look at hiring. I think we should move the launch by a week, "
    "because the partner is not ready yet. That makes sense to me, but who tells the customer? I "
    "will write to them today and copy you in. Perfect, then we only need the final numbers."
)
WORDS_PER_TURN = 14
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_numbers = itertools.count(1)


def make_account(base_url: str = "http://127.0.0.1:9", api_key: str = "key") -> UpstreamAccount:
    account, _ = UpstreamAccount.objects.update_or_create(
        name="Meeting BaaS",
        provider=ProviderName.MEETINGBAAS_V2,
        defaults={"base_url": base_url, "api_key": api_key},
    )
    return account


def make_finished_bot(workspace: Workspace, **fields: Any) -> Bot:
    """A bot that is back with something."""
    number = next(_numbers)
    starts_at = fields.pop("starts_at", datetime(2026, 3, 4, 15, tzinfo=UTC))
    wanted: dict[str, Any] = {
        "account": fields.pop("account", None) or make_account(),
        "title": "Weekly sync",
        "name": "Earshot for Northwind",
        "platform": "meet",
        "meeting_url": f"https://meet.google.com/abc-{number}",
        "meeting_key": f"meet:abc-{number}",
        "upstream_id": f"up-{number}",
        "ends_at": starts_at + timedelta(minutes=30),
        "joined_at": starts_at,
        "exited_at": starts_at + timedelta(minutes=30),
        "duration_seconds": 1800.0,
        "state": BotState.DONE,
        "outcome": usual_end(fields.get("state", BotState.DONE)),
        "has_media": True,
        "transcript_state": TranscriptState.READY,
        **fields,
    }
    return Bot.objects.create(workspace=workspace, starts_at=starts_at, **wanted)


def make_recording(
    workspace: Workspace,
    *,
    words: int = 60,
    with_media: bool = False,
    seconds: float = 4.0,
    bot: Bot | None = None,
    **fields: Any,
) -> Recording:
    """A recording that is all here; `with_media` makes a film of `seconds` that really plays.

    Without media its video is "absent". `words=0`: a transcript in which nobody spoke.
    """
    bot = bot or make_finished_bot(workspace)
    wanted: dict[str, Any] = {
        "title": bot.title,
        "platform": bot.platform,
        "started_at": bot.starts_at,
        "duration_seconds": bot.duration_seconds,
        **fields,
    }
    recording = Recording.objects.create(workspace=workspace, bot=bot, **wanted)
    for kind in ArtifactKind:
        make_artifact(recording, kind, state=ArtifactState.ABSENT)
    store_transcript(recording, words=words)
    if with_media:
        store_video(recording, seconds=seconds)
    recording.refresh_from_db()
    return recording


def make_artifact(recording: Recording, kind: str, **fields: Any) -> Artifact:
    artifact, _ = Artifact.objects.update_or_create(
        recording=recording, kind=kind, defaults={"next_try_at": None, **fields}
    )
    return artifact


def store_transcript(recording: Recording, *, words: int) -> None:
    """Through the same doors as a real one."""
    document = transcription(words)
    transcript_store.replace(recording, transcripts.parse(document))
    _ready(recording, ArtifactKind.TRANSCRIPT, b"{}", ".json", "application/json")


def store_video(recording: Recording, *, seconds: float = 4.0, is_grainy: bool = False) -> None:
    path = film(seconds, is_grainy)
    reading = readings.read(ArtifactKind.VIDEO, path)
    reading.take_in(recording)
    _ready(recording, ArtifactKind.VIDEO, path.read_bytes(), ".mp4", reading.content_type)


def store_screenshots(recording: Recording, count: int = 1) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(1, count + 1):
            archive.writestr(str(number), PICTURE)
    _ready(recording, ArtifactKind.SCREENSHOTS, content.getvalue(), ".zip", "application/zip")


def transcription(words: int) -> dict[str, Any]:
    """A provider's document: turns of some seconds, people taking turns, words as people speak."""
    spoken = itertools.islice(itertools.cycle(TALK.split()), words)
    utterances, now = [], 0.8
    for index, turn in enumerate(_batched(spoken, WORDS_PER_TURN)):
        timed = []
        for word in turn:
            end = now + 0.12 + 0.03 * len(word)
            timed.append({"word": word, "start": round(now, 3), "end": round(end, 3)})
            now = end + 0.05
        utterances.append(
            {
                "speaker": PEOPLE[index * 7 % 11 % len(PEOPLE)],
                "language": "en",
                "text": " ".join(turn),
                "start": timed[0]["start"],
                "end": timed[-1]["end"],
                "words": timed,
            }
        )
        now += 0.3
    return {"provider": "gladia", "result": {"languages": ["en"], "utterances": utterances}}


@cache
def film(seconds: float = 4.0, is_grainy: bool = False) -> Path:
    """A small MP4 whose brightness tells the time, or a larger one of mere grain; once per run."""
    grain = random.Random(7)
    path = Path(tempfile.mkdtemp(prefix="earshot-film-")) / "film.mp4"
    with av.open(str(path), "w", "mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=4)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "4"}
        for number in range(round(seconds * 4)):
            frame = av.VideoFrame(160, 90, "yuv420p")
            for plane in frame.planes:
                size = plane.buffer_size
                grey = bytes([number * 5 % 200 + 28]) * size
                plane.update(grain.randbytes(size) if is_grainy else grey)
            frame.pts, frame.time_base = number, Fraction(1, 4)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _ready(recording: Recording, kind: str, content: bytes, suffix: str, content_type: str) -> None:
    name = f"recordings/{recording.public_id}/{kind}-{next(_numbers)}{suffix}"
    make_artifact(
        recording,
        kind,
        state=ArtifactState.READY,
        file=default_storage.save(name, ContentFile(content)),
        size=len(content),
        content_type=content_type,
        fetched_at=timezone.now(),
        attempts=1,
    )


def _batched(items: Iterator[str], size: int) -> Iterator[list[str]]:
    while batch := list(itertools.islice(items, size)):
        yield batch
