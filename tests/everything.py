"""One of everything that has an address, all of one workspace, all carrying one secret word."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Invitation, OwnData, SignIn, User, Workspace
from accounts.people import create_person
from bots.models import Bot
from calendars.models import Block, Calendar, Connection, Event, OwnDomain, Rule, Undo
from recordings import correcting, deleting, sharing
from recordings.models import AccessRequest
from support.models import Grant
from tests.notifications.factories import make_news
from tests.recordings.factories import make_recording, store_screenshots
from upstream.models import ProviderName, UpstreamAccount
from zoom.models import ZoomAccount

SECRET_WORD = "Zanzibarquartz"

# Parts of an address that choose among a few known words and name no row.
CHOICES = {
    "platform": "google",
    "kind": "video",
    "cause": "not-admitted",
    "index": "0",
    "number": "1",
}


@dataclass(frozen=True)
class Everything:
    """Ids by the package, and by the address where a package has several kinds of rows."""

    ids: dict[str, str]
    secret_word: str = SECRET_WORD

    def fill(self, name: str, parts: frozenset[str]) -> dict[str, str]:
        """What to put into the address called `name`; a KeyError asks you to add it here."""
        filled = {part: CHOICES[part] for part in parts if part in CHOICES}
        for part in parts - set(CHOICES):
            if part in self.ids:
                filled[part] = self.ids[part]
                continue
            assert part == "public_id", f"{name} has a part this test does not know: {part}"
            filled[part] = self.ids[name] if name in self.ids else self.ids[name.split(":")[0]]
        return filled


def make_everything(workspace: Workspace, user: User) -> Everything:
    mate = create_person(email="mate@northwind.example", password="mate", workspace=workspace)
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=f"{SECRET_WORD.lower()}@fabrikam.example",
        invited_by=user,
        expires_at=timezone.now() + timedelta(days=7),
        mail_asked_at=timezone.now() - timedelta(hours=1),
    )
    account, _ = UpstreamAccount.objects.get_or_create(
        name="provider",
        provider=ProviderName.MEETINGBAAS_V2,
        defaults={"base_url": "https://provider.example", "api_key": "key"},
    )
    put_away = UpstreamAccount.objects.create(
        workspace=workspace,
        name=SECRET_WORD,
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="https://provider.example",
        api_key="key",
        is_active=False,
    )
    connection = Connection.objects.create(
        workspace=workspace,
        user=user,
        platform="google",
        subject="1048",
        email=f"{SECRET_WORD.lower()}@northwind.example",
        refresh_token="token",
    )
    calendar = Calendar.objects.create(
        workspace=workspace,
        connection=connection,
        account=account,
        upstream_id="c-1",
        raw_id="primary",
        name=SECRET_WORD,
        synced_at=timezone.now(),
    )
    bot = make_bot(workspace, account)
    event = make_event(calendar, bot)
    zoom = ZoomAccount.objects.create(
        workspace=workspace,
        user=user,
        account=account,
        zoom_user_id="z-1",
        credential_id="c-1",
        email=f"{SECRET_WORD.lower()}@northwind.example",
    )
    rule = Rule.objects.create(workspace=workspace, name=SECRET_WORD)
    block = Block.objects.create(workspace=workspace, pattern=f"{SECRET_WORD.lower()}.example")
    own = OwnDomain.objects.create(workspace=workspace, domain=f"{SECRET_WORD.lower()}.example")
    undo = Undo.objects.create(workspace=workspace, chosen_by=user, before=[], after=[])
    recording = make_recording(workspace, bot=bot, title=SECRET_WORD, with_media=True)
    store_screenshots(recording)
    correction = correcting.edit(
        recording, 1, SECRET_WORD, seen=recording.transcript.utterances.get(index=1).text, by=user
    )
    assert correction is not None
    in_bin, deleted = (
        make_recording(workspace, bot=make_bot(workspace, account, number), words=1)
        for number in (1, 2)
    )
    deleting.put_in_bin(in_bin, user)
    gone = deleting.begin(deleted, by=user)
    grant = Grant.objects.create(
        workspace=workspace,
        user=user,
        reason=SECRET_WORD,
        until=timezone.now() + timedelta(hours=1),
    )
    question = AccessRequest.objects.create(recording=recording, user=user)
    (share,) = sharing.share(recording, user, sharing.Wish())
    told = make_news(user, workspace, title=SECRET_WORD, note=SECRET_WORD)
    return Everything(
        {
            "accounts:session_end": make_sign_in(user).public_id,
            "dashboard:own_data_file": make_own_data(user).public_id,
            "bots": bot.public_id,
            "recordings:restoration": in_bin.public_id,
            "recordings:receipt": gone.public_id,
            "recordings:receipt_file": gone.public_id,
            "recordings:deletion_attempt": gone.public_id,
            "recordings:share_revocation": share.public_id,
            "recordings:share_restoration": share.public_id,
            "recordings": recording.public_id,
            "request_id": question.public_id,
            "correction_id": correction.public_id,
            "version_id": correction.version.public_id,
            "dashboard:invitation_sending": invitation.public_id,
            "dashboard:invitation_revocation": invitation.public_id,
            "dashboard:person": mate.public_id,
            "dashboard:role": mate.public_id,
            "dashboard:removal": mate.public_id,
            "dashboard:entry": workspace.public_id,
            "notifications": told.public_id,
            "dashboard:service_change": put_away.public_id,
            "dashboard:zoom_reconnect": zoom.public_id,
            "dashboard:zoom_check": zoom.public_id,
            "dashboard:zoom_away": zoom.public_id,
            "calendars:event": event.public_id,
            "calendars:choice": event.public_id,
            "calendars:undo": undo.public_id,
            "calendars:sending": event.public_id,
            "calendars:rule": rule.public_id,
            "calendars:rule_place": rule.public_id,
            "calendars:rule_state": rule.public_id,
            "calendars:rule_removal": rule.public_id,
            "calendars:block_removal": block.public_id,
            "calendars:colleague_removal": own.public_id,
            "calendars:account": connection.public_id,
            "calendars:reconnect": connection.public_id,
            "calendars:reconnection": connection.public_id,
            "calendars:sync": calendar.public_id,
            "calendars:disconnection": calendar.public_id,
            "support:revocation": grant.public_id,
        }
    )


def make_sign_in(user: User, number: int = 0) -> SignIn:
    """A browser in which `user` is signed in."""
    session = SessionStore()
    session.create()
    now = timezone.now()
    return SignIn.objects.create(
        user=user,
        session_key=session.session_key or "",
        ip_address="203.0.113.7",
        user_agent=f"Mozilla/5.0 (Windows NT 10.0) Firefox/{number} {SECRET_WORD}",
        began_at=now,
        seen_at=now,
    )


def make_own_data(user: User) -> OwnData:
    """A copy of what is theirs, ready to be fetched."""
    now = timezone.now()
    copy = OwnData(user=user, ready_at=now, expires_at=now + timedelta(days=7))
    copy.file.save("copy.zip", ContentFile(SECRET_WORD.encode()))
    return copy


def make_bot(workspace: Workspace, account: UpstreamAccount, number: int = 0) -> Bot:
    """A bot in a meeting that began an hour ago."""
    starts_at = timezone.now() - timedelta(hours=1 + number)
    return Bot.objects.create(
        workspace=workspace,
        account=account,
        title=f"{SECRET_WORD} {number}",
        name="Earshot",
        meeting_url="https://meet.google.com/abc-defg-hij",
        meeting_key=f"meeting {number}",
        platform="meet",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
    )


def make_event(calendar: Calendar, bot: Bot | None = None, number: int = 0) -> Event:
    """A meeting of tomorrow with a link."""
    starts_at = timezone.now() + timedelta(days=1, minutes=number)
    return Event.objects.create(
        workspace=calendar.workspace,
        calendar=calendar,
        upstream_id=f"e-{number}",
        identity=f"uid-{number}",
        original_start=starts_at,
        title=f"{SECRET_WORD} {number}",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        meeting_url="https://meet.google.com/abc-defg-hij",
        platform="meet",
        bot=bot,
    )
