"""Bots of the API, made into ours; no dict from the wire goes further in than this folder.

`meeting_url` is a text in requests and an object in answers, recordings may be several or none, and
each medium of a recording may be null or absent.
"""

from datetime import UTC, datetime

from upstream.events import ArtifactLinks
from upstream.fields import Fields
from upstream.port import (
    BotSnapshot,
    BotStatusReport,
    RecordedPart,
    Screenshot,
    TranscriptionReport,
)
from upstream.recall.statuses import TRANSCRIPT_STATES, Story, changes_of
from upstream.states import BotState, TranscriptState

CORRELATION_KEY = "earshot_id"


def correlation_id(metadata: Fields) -> str:
    return metadata.text(CORRELATION_KEY)


def bot_snapshot(data: Fields, *, now: datetime | None = None) -> BotSnapshot:
    """Read a bot from its details or from a list: both tell the same."""
    story = story_of(data, now=now)
    state = story.state()
    recordings = data.items("recordings")
    reason = story.reason() if state == BotState.FAILED else None
    return BotSnapshot(
        bot_id=data.text("id"),
        code=story.code,
        state=state,
        correlation_id=correlation_id(data.inner("metadata")),
        joined_at=story.at("in_call_not_recording", "in_call_recording"),
        exited_at=story.at("call_ended") or (story.at("done", "fatal") if story.is_over else None),
        ended_at=story.at("done", "fatal") if story.is_over else None,
        duration_seconds=_seconds(recordings),
        links=_links(recordings),
        is_data_deleted=_is_deleted(story, recordings),
        error_code=(reason.sub_code or reason.code) if reason else "",
        error_message=reason.message if reason else "",
        left_because=story.left_because(),
        parts=_parts(recordings),
    )


def story_of(data: Fields, *, now: datetime | None = None) -> Story:
    join_at = data.moment("join_at")
    return Story(
        changes=changes_of(data.items("status_changes")),
        outcomes=tuple(_status_of(one) for one in data.items("recordings")),
        is_due_later=join_at is not None and join_at > (now or datetime.now(UTC)),
    )


def bot_status_report(data: Fields) -> BotStatusReport:
    story = story_of(data)
    return BotStatusReport(
        code=story.code,
        state=story.state(),
        transcript_state=_transcript_state(data),
        updated_at=story.changes[-1].at if story.changes else None,
    )


def transcription_report(data: Fields) -> TranscriptionReport:
    """A transcript that was asked for after the call."""
    code = data.inner("status").text("code")
    state = TRANSCRIPT_STATES.get(code, TranscriptState.PENDING)
    if code == "deleted":
        state = TranscriptState.FAILED
    return TranscriptionReport(state, _download(data) or "")


def screenshot(number: int, data: Fields) -> Screenshot:
    return Screenshot(number=number, url=data.text("url"))


def _parts(recordings: tuple[Fields, ...]) -> tuple[RecordedPart, ...]:
    """Those that are whole, the first one first."""
    done = [one for one in recordings if _status_of(one) == "done"]
    return tuple(
        RecordedPart(
            recording_id=one.text("id"),
            started_at=one.moment("started_at", "created_at"),
            duration_seconds=_seconds((one,)),
            links=_links((one,)),
        )
        for one in sorted(done, key=_began_at)
    )


def _links(recordings: tuple[Fields, ...]) -> ArtifactLinks:
    """Addresses of the newest recording that is whole; they are good for some hours.

    Who spoke when is in the transcript, and the chat was told while it was written.
    """
    done = [one for one in recordings if _status_of(one) == "done"]
    if not done:
        return ArtifactLinks()
    media = max(done, key=_began_at).inner("media_shortcuts")
    return ArtifactLinks(
        video=_download(media.inner("video_mixed")),
        audio=_download(media.inner("audio_mixed")),
        transcript=_download(media.inner("transcript")),
    )


def _download(medium: Fields) -> str | None:
    return medium.inner("data").text("download_url") or None


def _status_of(recording: Fields) -> str:
    return recording.inner("status").text("code")


def _began_at(recording: Fields) -> datetime:
    moment = recording.moment("started_at", "created_at")
    return moment or datetime.min.replace(tzinfo=UTC)


def _seconds(recordings: tuple[Fields, ...]) -> float | None:
    """How long it recorded, all recordings together."""
    spans = [(one.moment("started_at"), one.moment("completed_at")) for one in recordings]
    lengths = [(end - start).total_seconds() for start, end in spans if start and end]
    return max(sum(lengths), 0.0) if lengths else None


def _is_deleted(story: Story, recordings: tuple[Fields, ...]) -> bool:
    """Nothing of what it recorded is there any more."""
    if story.code == "media_expired":
        return True
    if not recordings:
        return story.is_over and "in_call_recording" in {one.code for one in story.changes}
    return all(_status_of(one) == "deleted" for one in recordings)


def _transcript_state(data: Fields) -> TranscriptState:
    made = [one.inner("media_shortcuts").inner("transcript") for one in data.items("recordings")]
    codes = [one.inner("status").text("code") for one in made if one]
    for code in ("done", "processing", "failed"):
        if code in codes:
            return TRANSCRIPT_STATES[code]
    is_wanted = bool(data.inner("recording_config").inner("transcript"))
    return TranscriptState.PENDING if is_wanted else TranscriptState.NOT_REQUESTED
