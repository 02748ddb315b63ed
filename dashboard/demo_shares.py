"""What Maya has shared when the demo begins: links in each state, and a recording left to some.

Harborlight   a link with a passcode, one of its beginning as text, and one that was revoked
Hiring        left to Maya; Aisha asks to see it
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from recordings import restricting, sharing
from recordings.models import Recording
from recordings.sharing import Wish

PASSCODE = "harbor"
MONTH = timedelta(days=30)


def share_some(recordings: Iterable[Recording], maya: User) -> None:
    """Share and restrict those of the recordings that are meant for it."""
    for recording in recordings:
        if recording.title.startswith("Harborlight"):
            _links(recording, maya)
        elif recording.title.startswith("Hiring"):
            _leave_to_some(recording, maya)


def _links(recording: Recording, maya: User) -> None:
    until = timezone.now() + MONTH
    sharing.share(recording, maya, Wish(passcode=PASSCODE, can_download=True, expires_at=until))
    opening = Wish(start_ms=0, end_ms=60_000, is_text_only=True, expires_at=until)
    sharing.share(recording, maya, opening)
    sharing.revoke(sharing.share(recording, maya, Wish()), maya)


def _leave_to_some(recording: Recording, maya: User) -> None:
    restricting.restrict(recording, [], maya)
    for aisha in recording.workspace.members.filter(name__startswith="Aisha"):
        restricting.ask(recording, aisha)
