"""A made-up meeting, so that a new workspace can see what a recording is before it has one.

meeting.mp4        a minute of three people talking (drawn by the sandbox)
transcript.json    what they say, as a recording service would tell it

It is a recording like any other, played, searched, shared and deleted in the same way, and marked
as a sample. No recording service knows of it. A workspace has one at a time.
"""

from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot, Outcome
from recordings import publishing, readings
from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording
from upstream.models import UpstreamAccount
from upstream.states import BotState, Platform, TranscriptState

FOLDER = Path(__file__).parent
FILES = {ArtifactKind.VIDEO: "meeting.mp4", ArtifactKind.TRANSCRIPT: "transcript.json"}
TITLE = "A sample meeting"
SUMMARY = "Three people who do not exist talk for a minute, to show what a recording looks like."
LENGTH = timedelta(minutes=1)
ADDRESS = "https://meet.google.com/sam-ples-amp"


def make(workspace: Workspace, by: User) -> Recording | None:
    """Make it whole, or nothing; the one that is there, if there is one.

    None where no recording service is set up: a bot belongs to one, also one that never went.
    """
    account = _account(workspace)
    if account is None:
        return None
    try:
        with transaction.atomic():
            recording = _make(workspace, account, by)
    except IntegrityError:
        recording = Recording.objects.get(workspace=workspace, is_sample=True)
    return recording


def _account(workspace: Workspace) -> UpstreamAccount | None:
    return UpstreamAccount.objects.for_workspace(workspace)


def _make(workspace: Workspace, account: UpstreamAccount, by: User) -> Recording:
    ended_at = timezone.now()
    began_at = ended_at - LENGTH
    bot = Bot.objects.create(
        workspace=workspace,
        account=account,
        requested_by=by,
        is_by_hand=True,
        title=TITLE,
        name="Earshot",
        platform=Platform.MEET,
        meeting_url=ADDRESS,
        meeting_key=f"sample {began_at.isoformat()}",
        starts_at=began_at,
        ends_at=ended_at,
        joined_at=began_at,
        exited_at=ended_at,
        duration_seconds=LENGTH.total_seconds(),
        state=BotState.DONE,
        outcome=Outcome.RECORDED,
        has_media=True,
        transcript_state=TranscriptState.READY,
    )
    recording = Recording.objects.create(
        workspace=workspace,
        bot=bot,
        title=TITLE,
        platform=bot.platform,
        started_at=began_at,
        summary=SUMMARY,
        is_sample=True,
    )
    for kind in ArtifactKind:
        _keep(recording, kind)
    publishing.tell(recording)
    return recording


def _keep(recording: Recording, kind: ArtifactKind) -> None:
    if kind not in FILES:
        absent = ArtifactState.ABSENT
        Artifact.objects.create(recording=recording, kind=kind, state=absent, next_try_at=None)
        return
    path = FOLDER / FILES[kind]
    reading = readings.read(kind, path)
    with path.open("rb") as file:
        name = f"recordings/{recording.public_id}/{kind}{reading.suffix}"
        stored = default_storage.save(name, File(file))
    Artifact.objects.create(
        recording=recording,
        kind=kind,
        state=ArtifactState.READY,
        file=stored,
        size=path.stat().st_size,
        content_type=reading.content_type,
        width=reading.width,
        height=reading.height,
        fetched_at=timezone.now(),
        next_try_at=None,
    )
    reading.take_in(recording)
