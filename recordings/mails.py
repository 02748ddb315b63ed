"""What mails about recordings say; they lead to pages, never to files."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.models import User, Workspace
from accounts.roles import Permission
from accounts.zones import zone_called
from letters.models import Letter
from letters.writing import Message, heed_address, one_line, writes
from notifications.kinds import KINDS, KindName
from notifications.mails import address, heed, heed_reader, message_to, news_of
from recordings import access
from recordings.keeping import last_day, rule_of
from recordings.models import Recording, RecordingQuerySet, Share, ShareState
from recordings.sharing import address_of

MOST_ITEMS = 50


def heed_guest(letter: Letter, wants_more: bool) -> None:
    """A member's answer is a preference; a guest's is kept by address."""
    share = Share.objects.select_related("workspace").filter(public_id=letter.about).first()
    if letter.reader and share:
        heed(letter.reader, share.workspace, KindName.SHARED, wants_more)
    else:
        heed_address(letter, wants_more)


@writes(KindName.SHARED, about=KINDS[KindName.SHARED].about, heed=heed_guest)
def shared(letter: Letter) -> Message | None:
    """The address is the reader's own; a share that was revoked meanwhile is not told."""
    found = Share.objects.select_related("recording", "made_by").filter(public_id=letter.about)
    share = found.first()
    if share is None or share.state() != ShareState.OPEN:
        return None
    title = one_line(share.recording.title) or "a meeting"
    sender = one_line(share.made_by.get_full_name()) if share.made_by else "Somebody"
    return Message(
        subject=f"A recording for you: {title}",
        template="recordings/mail/shared",
        context={"share": share, "title": title, "sender": sender, "address": address_of(share)},
        zone=zone_called(letter.reader.time_zone) if letter.reader else None,
        reply_to=share.made_by.email if share.made_by else "",
    )


@writes(KindName.RETENTION, about=KINDS[KindName.RETENTION].about, heed=heed_reader)
def retention(letter: Letter) -> Message | None:
    """Of what was announced, that which nobody has kept since, or deleted."""
    news = news_of(letter)
    if not news:
        return None
    workspace = news[0].workspace
    moments = [datetime.fromisoformat(one.key) for one in news]
    rule = rule_of(workspace)
    left = [
        (one, day)
        for one in _announced(news[0].person, workspace, moments)
        if (day := last_day(one, rule))
    ]
    if not left:
        return None
    told = [
        (
            one_line(one.title) or "Untitled meeting",
            one.started_at,
            day,
            address(reverse("recordings:recording", args=[one.public_id])),
        )
        for one, day in left[:MOST_ITEMS]
    ]
    count = len(left)
    return message_to(
        news,
        subject=f"{count} recording{'s' if count != 1 else ''} will be deleted in a week",
        template="recordings/mail/retention",
        context={"recordings": told, "more": count - len(told), "rule": rule},
    )


def _announced(reader: User, workspace: Workspace, moments: list[datetime]) -> RecordingQuerySet:
    """Those who may keep anybody's hear of all that they may see."""
    membership = reader.memberships.filter(workspace=workspace).first()
    if membership is None:
        return Recording.objects.none()
    may_keep_any = membership.may(Permission.KEEP_ANY)
    mine = Q() if may_keep_any else Q(bot__requested_by=reader)
    announced = Recording.objects.filter(mine, workspace=workspace, warned_at__in=moments)
    return access.seen_by(announced, membership).order_by("started_at", "pk")
