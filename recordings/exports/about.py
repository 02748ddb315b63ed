"""What stands above an exported transcript: which meeting, when, in which wording, by whom made."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_valid_filename

from recordings.exports.lines import Wording
from recordings.models import Recording, Transcript


@dataclass(frozen=True, slots=True)
class About:
    """A title and some facts, in words; and the same for programs."""

    title: str
    facts: tuple[str, ...]
    data: dict[str, str | float | None]


def about(recording: Recording, transcript: Transcript, wording: str) -> About:
    """Tell what is exported; times are those of the person who asked."""
    began = timezone.localtime(recording.started_at)
    made_by = f", transcribed by {transcript.provider}" if transcript.provider else ""
    facts = [f"{date_format(began, 'j M Y, H:i')} ({began.tzname()})"]
    if recording.platform:
        facts.append(recording.get_platform_display())
    changed = transcript.originals.count() if wording == Wording.CORRECTED else 0
    if changed:
        turns = "1 turn" if changed == 1 else f"{changed} turns"
        facts.append(f"Corrected wording{made_by}, {turns} changed by people")
    else:
        facts.append(f"Original wording{made_by}")
    return About(
        title=recording.title or "Untitled meeting",
        facts=tuple(facts),
        data={
            "title": recording.title,
            "started_at": recording.started_at.isoformat(),
            "duration_seconds": recording.duration_seconds,
            "platform": recording.platform,
            "language": transcript.language,
            "transcribed_by": transcript.provider,
            "version": str(Wording.CORRECTED if changed else Wording.ORIGINAL),
        },
    )


def download_name(recording: Recording) -> str:
    """A file name, without its ending, that every system takes."""
    day = recording.started_at.date().isoformat()
    return get_valid_filename(f"{day} {recording.title or 'Recording'}"[:120])
