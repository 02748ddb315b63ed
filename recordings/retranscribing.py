"""Transcribe again: another transcription of the same sound, beside those that are here.

    ask ──► order (the provider takes it) ──► look … look ──► shown, with the corrections over it
                  └► not made, with the reason ◄──┘

The one that was shown stays, packed, and can be shown again. A webhook only makes us look sooner.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from bots.actions import spec_for
from bots.models import Bot
from recordings import fetching, insights, publishing, readings, transcript_store, versions
from recordings.artifacts import TEXT_LIMITS
from recordings.fetching import FetchError
from recordings.ingest import try_again
from recordings.matching import are_same
from recordings.models import (
    OF_TRANSCRIPTION,
    ArtifactKind,
    ArtifactState,
    Recording,
    Transcript,
    Version,
    VersionState,
)
from recordings.transcripts import ParsedTranscript, Unreadable, parse
from upstream.errors import Refused, UpstreamError
from upstream.port import BotSnapshot, Provider
from upstream.registry import capabilities_of, open_provider
from upstream.states import TranscriptState

LOOK_EVERY = timedelta(seconds=20)
SAME_MEANS_OLD = timedelta(minutes=5)  # so long an answer that says the same may be the last one
PATIENCE = timedelta(hours=24)
DELETED = "The provider has deleted the recording."
NO_ANSWER = "The provider did not make it within a day."


class AlreadyAsked(Exception):
    """Another one is being made."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be different this time."""

    language: str = ""
    summary: str = ""
    finds_tasks: bool = False
    finds_names: bool = False


def why_not(recording: Recording) -> str:
    """Why it cannot be transcribed again, for people; empty when it can."""
    capabilities = capabilities_of(recording.bot.account)
    if not capabilities.can_transcribe_again:
        return capabilities.why_not("can_transcribe_again")
    if not recording.bot.upstream_id:
        return "The provider does not know this recording any more."
    return ""


def was_tried(recording: Recording) -> bool:
    """Whether there is a transcript, or should have been one."""
    unmade = recording.artifacts.filter(kind=ArtifactKind.TRANSCRIPT, state=ArtifactState.FAILED)
    return (
        recording.bot.transcript_state == TranscriptState.FAILED
        or Transcript.objects.filter(recording=recording).exists()
        or unmade.exists()
    )


@transaction.atomic
def ask(recording: Recording, wish: Wish, *, by: User) -> Version:
    """Note the wish, and let a task talk to the provider. Raises AlreadyAsked.

    Where none could be made so far, it is laid over an empty one.
    """
    transcript_store.hold(recording)
    transcript, _ = Transcript.objects.get_or_create(recording=recording)
    versions.shown(transcript)
    now = timezone.now()
    wishes = {name: getattr(wish, name) for name in Wish.__slots__}
    try:
        with transaction.atomic():
            version = Version.objects.create(
                transcript=transcript,
                language=wish.language,
                state=VersionState.MAKING,
                wishes=wishes,
                asked_by=by,
                made_at=now,
                next_look_at=now,
            )
    except IntegrityError as error:
        raise AlreadyAsked from error
    call_soon(version)
    return version


def call_soon(version: Version) -> None:
    """By name, as tasks call this module. Rows are the truth: the broker may be down."""
    kwargs = {"version_id": version.pk}
    transaction.on_commit(
        lambda: current_app.send_task("recordings.transcribe_again", kwargs=kwargs, retry=False),
        robust=True,
    )


def hasten(bot: Bot) -> bool:
    """A webhook says that a transcript of `bot` is there; False when none is waited for."""
    waited_for = Version.objects.waiting().filter(transcript__recording__bot=bot)
    waited_for.update(next_look_at=timezone.now())
    for version in waited_for:
        call_soon(version)
    return bool(waited_for)


def bring(version_id: int) -> datetime | None:
    """Order it, or look whether it is there; return when to look again, if ever."""
    now = timezone.now()
    due = Version.objects.waiting().filter(pk=version_id, next_look_at__lte=now)
    if not due.update(next_look_at=now + LOOK_EVERY):  # gone, there, or in another's hands
        return None
    version = Version.objects.select_related(
        "transcript__recording__workspace", "transcript__recording__bot__account"
    ).get(pk=version_id)
    try:
        is_there = _step(version)
    except (Refused, FetchError, Unreadable) as trouble:
        _give_up(version, str(trouble))
        return None
    except UpstreamError:
        is_there = False
    if is_there:
        return None
    if timezone.now() - version.made_at > PATIENCE:
        _give_up(version, NO_ANSWER)
        return None
    return now + LOOK_EVERY


@transaction.atomic
def choose(version: Version) -> bool:
    """Show this one in place of the other, with what people put right over it."""
    recording = version.transcript.recording
    transcript_store.hold(recording)
    chosen = Version.objects.selectable().filter(pk=version.pk).first()
    if chosen is None:
        return False
    transcript = Transcript.objects.select_related("recording__workspace").get(
        pk=version.transcript_id
    )
    _show(transcript, chosen)
    return True


def due(now: datetime) -> list[int]:
    """Those to look for now."""
    waiting = Version.objects.waiting().filter(next_look_at__lte=now).order_by("next_look_at")
    return list(waiting.values_list("pk", flat=True)[:100])


def _step(version: Version) -> bool:
    """One step on its way; True once it is there."""
    bot = version.transcript.recording.bot
    provider = open_provider(bot.account)
    if version.ordered_at is None:
        wish = Wish(**version.wishes)
        wanted = replace(
            spec_for(bot),
            is_transcribed=True,
            language=wish.language,
            with_summary=bool(wish.summary),
            summary_style=wish.summary or "general",
            finds_tasks=wish.finds_tasks,
            finds_names=wish.finds_names,
        )
        recording_id = version.transcript.recording.upstream_id
        version.upstream_id = provider.transcribe_again(
            bot.upstream_id, wanted, recording_id=recording_id
        )
        version.ordered_at = timezone.now()
        version.save(update_fields=["ordered_at", "upstream_id"])
        return False
    if version.upstream_id:
        report = provider.get_transcription(version.upstream_id)
        return _is_ready(report.state) and _take_from_link(version, provider, report.link)
    state = provider.get_bot_status(bot.upstream_id).transcript_state
    if state == TranscriptState.FAILED and _may_be_old(version):
        return False
    return _is_ready(state) and _take_from_bot(version, provider)


def _may_be_old(version: Version) -> bool:
    """Whether the provider may still tell of the transcription before this one."""
    return timezone.now() - (version.ordered_at or version.made_at) < SAME_MEANS_OLD


def _is_ready(state: TranscriptState) -> bool:
    if state == TranscriptState.FAILED:
        raise FetchError("The transcription service could not make it.")
    return state == TranscriptState.READY


def _take_from_link(version: Version, provider: Provider, link: str) -> bool:
    """Fetch one that has an address of its own: there is no mistaking it for the one before."""
    document = provider.read_transcript(_fetched(version, link))
    return _take(version, parse(document), None)


def _take_from_bot(version: Version, provider: Provider) -> bool:
    """Fetch what is there; False while it is still the one before."""
    snapshot = provider.get_bot(version.transcript.recording.bot.upstream_id)
    parsed = _read(version, provider, snapshot)
    came = versions.as_they_came(version.transcript)
    if parsed is None or (_may_be_old(version) and are_same(came, parsed.turns)):
        return False
    return _take(version, parsed, _read_insights(version, snapshot))


def _take(version: Version, parsed: ParsedTranscript, told: insights.Insights | None) -> bool:
    """Show it in place of the one before."""
    recording = version.transcript.recording
    with transaction.atomic():
        transcript_store.hold(recording)
        if not Version.objects.waiting().filter(pk=version.pk).exists():
            return True  # another worker was quicker
        version.content = versions.pack(parsed.turns)
        version.language = parsed.language
        version.provider = parsed.provider
        version.word_count = parsed.word_count
        version.state, version.next_look_at, version.made_at = (
            VersionState.READY, None, timezone.now(),
        )  # fmt: skip
        version.save()
        transcript = Transcript.objects.select_related("recording__workspace").get(
            pk=version.transcript_id
        )
        _show(transcript, version)
        if told:
            readings.note_insights(recording, told)
        for file in recording.artifacts.filter(
            kind__in=OF_TRANSCRIPTION, state=ArtifactState.FAILED
        ):
            try_again(file)  # what was not made at first is there now
    return True


def _read(version: Version, provider: Provider, snapshot: BotSnapshot) -> ParsedTranscript | None:
    if snapshot.is_data_deleted:
        raise FetchError(DELETED)
    if snapshot.transcript is not None:
        return parse(snapshot.transcript)
    if not snapshot.links.transcript:
        return None
    return parse(provider.read_transcript(_fetched(version, snapshot.links.transcript)))


def _read_insights(version: Version, snapshot: BotSnapshot) -> insights.Insights | None:
    """What the provider made of the new text, if it made anything of it."""
    if not snapshot.links.raw_transcript:
        return None
    told = insights.parse(_fetched(version, snapshot.links.raw_transcript))
    return told if told != insights.Insights() else None


def _fetched(version: Version, url: str) -> object:
    path = Path(settings.MEDIA_ROOT) / "partial" / f"version-{version.pk}"
    try:
        fetching.download(url, path, limits=TEXT_LIMITS, keep_going=lambda: True)
        return readings.parse_json(path)
    finally:
        fetching.discard(path)


def _show(transcript: Transcript, version: Version) -> None:
    """Pack what is shown, and put `version` in its place."""
    turns = versions.unpack(bytes(version.content))
    versions.pack_shown(transcript)
    transcript.revision += 1
    transcript.language, transcript.provider = version.language, version.provider
    transcript.word_count = version.word_count
    version.is_shown, version.revision, version.content = True, transcript.revision, b""
    version.save(update_fields=["is_shown", "revision", "content"])
    transcript_store.write(transcript, turns)
    publishing.tell_revision(transcript)


def _give_up(version: Version, reason: str) -> None:
    version.state, version.error, version.next_look_at = VersionState.FAILED, reason, None
    version.save(update_fields=["state", "error", "next_look_at"])
