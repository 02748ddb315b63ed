"""What was promised, whatever broke; each promise that was not kept is one sentence."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bots.models import Bot
from recordings.models import Artifact, ArtifactState, Recording
from recordings.models.artifacts import OF_TRANSCRIPTION
from tests.faults.people import Booked
from tests.sandbox_process import SANDBOX_MEDIA
from tests.soak.test_soak import Soak
from webhooks.models import Delivery, DeliveryState

SETTLED = (DeliveryState.PROCESSED, DeliveryState.IGNORED)


def broken_promises(soak: Soak, booked: Booked, media: Path) -> list[str]:
    return [
        *_what_was_accepted_had_its_effect(soak),
        *_each_bot_ended_as_its_story(soak),
        *_no_bot_was_sent_twice(soak),
        *_every_file_is_whole(soak, media),
        *[f"meeting {public_id} lost its booking" for public_id in booked.unbooked()],
    ]


def _what_was_accepted_had_its_effect(soak: Soak) -> Iterator[str]:
    accepted = {
        message["id"]
        for message in soak.house.sandbox.deliveries()
        if message["kind"] == "webhook"  # a bot's own callback tells the same once more
        and any(200 <= (attempt["status"] or 0) < 300 for attempt in message["attempts"])
    }
    kept = Counter(Delivery.objects.values_list("message_id", flat=True))
    yield from (f"webhook {id} was accepted and is not there" for id in accepted - set(kept))
    for delivery in Delivery.objects.exclude(state__in=SETTLED):
        yield f"webhook {delivery.message_id} is {delivery.state}: {delivery.error[:200]}"
    for bot in Bot.objects.filter(public_id__in=soak.stories).prefetch_related("recordings"):
        if bot.recordings.count() > 1:
            yield f"bot {bot.public_id} has {bot.recordings.count()} recordings"


def _each_bot_ended_as_its_story(soak: Soak) -> Iterator[str]:
    expected = soak.expected()
    for bot in soak.bots():
        if bot.outcome != expected[bot.public_id]:
            story = soak.stories[bot.public_id]
            yield f"bot {bot.public_id} ({story}): {bot.outcome}, not {expected[bot.public_id]}"


def _no_bot_was_sent_twice(soak: Soak) -> Iterator[str]:
    sent = soak.sent()
    for public_id, story in soak.stories.items():
        if sent[public_id] != 1:
            yield f"bot {public_id} ({story}) was made {sent[public_id]} times"


def _every_file_is_whole(soak: Soak, media: Path) -> Iterator[str]:
    """Byte for byte what the provider has; of every recording, and nothing half-done beside it."""
    originals = {_digest(path) for path in SANDBOX_MEDIA.rglob("*") if path.is_file()}
    for artifact in Artifact.objects.select_related("recording__bot"):
        name = f"{artifact.kind} of {artifact.recording.public_id}"
        story = soak.stories[artifact.recording.bot.public_id]
        is_untold = story == "transcription_fails" and artifact.kind in OF_TRANSCRIPTION
        if artifact.state in (ArtifactState.PENDING, ArtifactState.FETCHING):
            yield f"{name} is {artifact.state}: {artifact.error}"
        elif artifact.state == ArtifactState.FAILED and not is_untold:
            yield f"{name} failed ({story}): {artifact.error}"
        elif artifact.file and not _is_whole(media / str(artifact.file.name), originals):
            yield f"{name} is not what the provider has"
    for recording in Recording.objects.filter(artifacts=None):
        yield f"recording {recording.public_id} has no files"
    yield from (f"left behind: {path}" for path in media.glob("partial/*"))


def _is_whole(path: Path, originals: set[str]) -> bool:
    """Texts are written when they are asked for; a document that ends early is none."""
    if path.suffix not in (".json", ".jsonl"):
        return _digest(path) in originals
    text = path.read_text()
    documents = text.splitlines() if path.suffix == ".jsonl" else [text]
    return all(json.loads(document) for document in documents)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
