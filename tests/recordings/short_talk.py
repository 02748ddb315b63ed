"""A short talk, and the changes that people make to it."""

from accounts.models import User, Workspace
from recordings import correcting
from recordings.models import Correction, Reach, Recording
from tests.recordings.factories import make_recording
from tests.recordings.test_search import say

TALK = (
    ("Speaker 1", "Good morning."),
    ("Speaker 2", "We ship the bugdet."),
    ("Speaker 1", "Fine."),
    ("", "Who was that?"),
    ("Speaker 1", "Nobody."),
)


def make_talk(workspace: Workspace) -> Recording:
    recording = make_recording(workspace, title="Weekly sync", words=0)
    say(recording, *TALK)
    recording.refresh_from_db()
    return recording


def rename(recording: Recording, index: int, name: str, reach: Reach, by: User) -> Correction:
    seen = recording.transcript.utterances.get(index=index).speaker
    made = correcting.rename(recording, index, name, reach=reach, seen=seen, by=by)
    assert made is not None
    return made


def edit(recording: Recording, index: int, text: str, by: User) -> Correction:
    seen = recording.transcript.utterances.get(index=index).text
    made = correcting.edit(recording, index, text, seen=seen, by=by)
    assert made is not None
    return made


def said(recording: Recording) -> list[tuple[str, str]]:
    return list(recording.transcript.utterances.values_list("speaker", "text"))


def names(recording: Recording) -> list[str]:
    return [speaker for speaker, _ in said(recording)]
