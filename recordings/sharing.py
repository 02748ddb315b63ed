"""The verbs of sharing: make an address, find what is behind it, close it, open it again.

share      a token of chance goes out, its digest stays
find       by that digest; what may be seen is for `Share.state` to say
unlock     the passcode, a few tries at a time
note_visit who looked
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from letters import outbox
from letters.models import Letter
from notifications import telling
from notifications.kinds import KindName, Way
from notifications.telling import News
from recordings import access, knocks
from recordings.models import ClipState, Recording, Share, Visit

TOKEN_BYTES = 24
MOST_TRIES = 5
TRIES_WITHIN = timedelta(minutes=10)
MOST_TRIES_OF_ALL = 60  # by everybody together: many addresses must not mean many guesses
OF_ALL_WITHIN = timedelta(hours=1)
SAME_VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shared, with whom and for how long."""

    emails: tuple[str, ...] = ()
    start_ms: int | None = None
    end_ms: int | None = None
    is_text_only: bool = False
    can_download: bool = False
    expires_at: datetime | None = None
    passcode: str = ""


@transaction.atomic
def share(recording: Recording, by: User, wish: Wish) -> list[Share]:
    """Make an address for anyone, or one for each person, who is then written to."""
    made = [_make(recording, by, wish, email) for email in wish.emails or ("",)]
    for one in made:
        if one.email:
            _tell(one)
        if one.clip_state:
            _wake_cutter(one)
    return made


def _make(recording: Recording, by: User, wish: Wish, email: str) -> Share:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    needs_clip = wish.start_ms is not None and not wish.is_text_only
    one = Share(
        workspace=recording.workspace,
        recording=recording,
        made_by=by,
        email=email,
        token=token,
        token_digest=digest(token),
        start_ms=wish.start_ms,
        end_ms=wish.end_ms,
        is_text_only=wish.is_text_only,
        can_download=wish.can_download,
        expires_at=wish.expires_at,
        clip_state=ClipState.PENDING if needs_clip else "",
    )
    one.lock_with(wish.passcode)
    one.save()
    return one


def _tell(share: Share) -> None:
    """A guest is written to; a member of the workspace hears of it as they like to."""
    members = share.workspace.members.filter(email__iexact=share.email, is_active=True)
    reader = members.first()
    if reader is not None:
        sender = share.made_by.get_full_name() if share.made_by else "Somebody"
        page = reverse("recordings:recording", args=[share.recording.public_id])
        is_theirs = access.among(members, share.recording).exists()
        news = News(
            KindName.SHARED,
            key=share.public_id,
            title=share.recording.title or "Untitled meeting",
            note=f"{sender} shared {'a part of it' if share.is_part else 'it'} with you.",
            path=page if is_theirs else reverse("shared:page", args=[share.token]),
            target=share.recording.public_id,
            is_mailed=False,
        )
        telling.tell([reader], share.workspace, news)
    if reader is None or telling.way_of(reader, share.workspace, KindName.SHARED) == Way.EMAIL:
        to = reader.email if reader else share.email
        outbox.post(
            KindName.SHARED, key=share.public_id, to=to, reader=reader, about=share.public_id
        )


def mailed(shares: list[Share]) -> int:
    """How many of them a mail was made for."""
    return Letter.objects.filter(about__in=[one.public_id for one in shares]).count()


def digest(token: str) -> str:
    """What finds a share and opens none: 192 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Share | None:
    """The share behind an address, whatever became of it."""
    found = Share.objects.select_related("recording__transcript", "recording__workspace", "made_by")
    return found.defer("recording__transcript__fragment").filter(token_digest=digest(token)).first()


def address_of(share: Share) -> str:
    return f"{settings.PUBLIC_URL}{reverse('shared:page', args=[share.token])}"


def revoke(shares: list[Share], by: User) -> list[Share]:
    """Close these addresses now; returns those that were open until now."""
    now = timezone.now()
    still_open = Share.objects.filter(revoked_at=None)
    return [
        one for one in shares if still_open.filter(pk=one.pk).update(revoked_at=now, revoked_by=by)
    ]


def reopen(share: Share) -> bool:
    """Take a revocation back; False when there was none."""
    revoked = Share.objects.filter(pk=share.pk).exclude(revoked_at=None)
    return bool(revoked.update(revoked_at=None, revoked_by=None))


def is_guessing(share: Share, address: str) -> bool:
    """Count one try at the passcode; True when there were too many, and this one counts not."""
    if knocks.is_too_many(
        "passcode", share.public_id, address, most=MOST_TRIES, within=TRIES_WITHIN
    ):
        return True
    return knocks.is_too_many(
        "passcode", share.public_id, most=MOST_TRIES_OF_ALL, within=OF_ALL_WITHIN
    )


def is_right(share: Share, passcode: str) -> bool:
    return check_password(passcode, share.passcode)


def note_visit(share: Share, visitor: str, user: User | None) -> None:
    """Remember who looked; looking again within half an hour is the same visit."""
    now = timezone.now()
    visit, is_new = Visit.objects.get_or_create(
        share=share, visitor=visitor, defaults={"user": user}
    )
    if is_new:
        return
    again = 1 if visit.last_at < now - SAME_VISIT else 0
    Visit.objects.filter(pk=visit.pk).update(
        last_at=now, times=F("times") + again, user=user or visit.user
    )


def forget_copies(recording: Recording, by: User | None) -> int:
    """Close every share of a recording for good: its files and its visitors go; how many."""
    shares = list(recording.shares.select_related("recording"))
    now = timezone.now()
    for one in shares:
        if one.clip:
            default_storage.delete(str(one.clip.name))
    Visit.objects.filter(share__in=shares).delete()
    outbox.forget(one.public_id for one in shares)
    recording.shares.filter(revoked_at=None).update(revoked_at=now, revoked_by=by)
    recording.shares.update(clip="", clip_state="", email="", token="", passcode="")
    return len(shares)


def _wake_cutter(share: Share) -> None:
    """By name, as tasks call this module. Rows are the truth: the broker may be down."""
    kwargs = {"share_id": share.pk}
    transaction.on_commit(
        lambda: current_app.send_task("recordings.cut_clip", kwargs=kwargs, retry=False),
        robust=True,
    )
