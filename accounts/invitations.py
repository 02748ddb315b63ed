"""A place in a workspace for somebody with an address.

invite    a row per address; asking again for one that waits renews it
mail      what the address is written; its link's token is kept as a digest alone
resend    the same once more; the link of before opens nothing any more
revoke    close it
find      the invitation behind a link, whatever became of it
accept    take the place; only with the address that was invited
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_encode

from accounts.models import AuditEntry, Invitation, Membership, User, Workspace
from accounts.roles import Role
from accounts.zones import zone_called
from letters import outbox
from letters.models import Letter
from letters.writing import Message, one_line, writes

MAIL = "invitation"
LASTS = timedelta(days=7)
PAUSE = timedelta(minutes=2)  # between two mails to one address
MAILS_AN_HOUR = 60  # of one workspace
MAILING = ("invitation.send", "invitation.resend")
SESSION_KEY = "invitation"


def mails_left(workspace: Workspace) -> int:
    """How many this workspace may still send this hour; the trail has an entry for each."""
    since = timezone.now() - timedelta(hours=1)
    sent = AuditEntry.objects.filter(workspace=workspace, action__in=MAILING, at__gt=since)
    return max(0, MAILS_AN_HOUR - sent.count())


@transaction.atomic
def invite(
    workspace: Workspace, emails: Iterable[str], role: Role, *, by: User
) -> list[Invitation]:
    """Make a place for each address, and have each written to."""
    # Two admins who invite one person at once wait for each other here.
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    now = timezone.now()
    made = []
    for email in emails:
        waiting = Invitation.objects.filter(workspace=workspace).waiting()
        one = waiting.filter(email__iexact=email).first() or Invitation(
            workspace=workspace, email=email
        )
        one.role, one.invited_by = role, by
        one.expires_at, one.mail_asked_at = now + LASTS, now
        one.save()
        _post(one)
        made.append(one)
    return made


@transaction.atomic
def resend(invitation: Invitation) -> bool:
    """Write again, with a new link and a week's time; False right after the last mail."""
    now = timezone.now()
    quiet = Invitation.objects.waiting().filter(pk=invitation.pk, mail_asked_at__lt=now - PAUSE)
    if not quiet.update(mail_asked_at=now, expires_at=now + LASTS):
        return False
    invitation.refresh_from_db()
    _post(invitation)
    return True


def revoke(invitation: Invitation) -> bool:
    """Close it; False when it was taken or closed already."""
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    return bool(waiting.update(revoked_at=timezone.now()))


@writes(MAIL, about="invitations to a workspace")
def mail(letter: Letter) -> Message | None:
    """Of several asked for, the newest alone leaves: only its link is to work."""
    told = Invitation.objects.open().select_related("workspace", "invited_by")
    invitation = told.filter(public_id=letter.about).first()
    if invitation is None or letter.key != f"{MAIL}:{_key(invitation)}":
        return None
    token = _token(letter)
    Invitation.objects.filter(pk=invitation.pk).update(token_digest=digest(token))
    inviter, workspace = invitation.invited_by, invitation.workspace
    team = one_line(workspace.name)
    sender = one_line(inviter.get_full_name()) if inviter else "Somebody"
    return Message(
        subject=f"An invitation to {team}",
        template="accounts/mail/invitation",
        context={
            "invitation": invitation,
            "team": team,
            "sender": sender,
            "address": settings.PUBLIC_URL + reverse("accounts:invitation", args=[token]),
        },
        zone=zone_called(workspace.time_zone),
        reply_to=inviter.email if inviter else "",
    )


def letters_of(invitations: Sequence[Invitation]) -> dict[Invitation, Letter]:
    """The newest mail of each, which says whether it has arrived."""
    asked = {f"{MAIL}:{_key(one)}": one for one in invitations}
    return {asked[one.key]: one for one in Letter.objects.filter(key__in=asked)}


def digest(token: str) -> str:
    """What finds an invitation and opens none: 256 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Invitation | None:
    known = Invitation.objects.select_related("workspace", "invited_by")
    return known.filter(token_digest=digest(token)).first()


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether this person has proven the address that was invited."""
    proven = EmailAddress.objects.filter(user=user, verified=True)
    return bool(proven.filter(email__iexact=invitation.email).exists())


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership | None:
    """Give `user` the place; None when it was taken, closed or ran out meanwhile."""
    still_open = Invitation.objects.open().filter(pk=invitation.pk)
    if not still_open.update(accepted_at=timezone.now(), accepted_by=user):
        return None
    membership, _ = Membership.objects.get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    return membership


def hold(request: HttpRequest, invitation: Invitation) -> None:
    """Remember in this session that somebody came by the link, for when they have signed up."""
    request.session[SESSION_KEY] = invitation.public_id


def held(request: HttpRequest, email: str) -> Invitation | None:
    """The open invitation for `email` that this session came by."""
    known = Invitation.objects.open().select_related("workspace")
    here = known.filter(public_id=request.session.get(SESSION_KEY, ""))
    return here.filter(email__iexact=email).first()


def proves(request: HttpRequest, email: str) -> bool:
    """Whether this session came by the link that was mailed to `email`."""
    known = Invitation.objects.filter(public_id=request.session.get(SESSION_KEY, ""))
    return known.filter(email__iexact=email).exists()


def _post(invitation: Invitation) -> None:
    outbox.post(MAIL, key=_key(invitation), to=invitation.email, about=invitation.public_id)


def _key(invitation: Invitation) -> str:
    """One mail for each time it was asked for."""
    return f"{invitation.public_id}:{invitation.mail_asked_at.timestamp():.6f}"


def _token(letter: Letter) -> str:
    """The same for each try to send one mail: the first may have arrived after all."""
    secret = salted_hmac("accounts.invitations", letter.code, algorithm="sha256").digest()
    return urlsafe_base64_encode(secret)
