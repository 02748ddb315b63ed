"""From a consent to connected calendars, and back.

keep()      after the trip to a platform: a new account, or the same one with a fresh permission
available() the account's calendars, asked of the provider while the person waits
choose()    rows for the ticked ones at once; a task connects each at the provider
disconnect() the provider forgets the calendar, then the platform forgets us; past meetings stay
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User, Workspace
from bots import lifecycle
from bots import queue as bot_queue
from bots.models import Bot
from calendars import health, oauth, oauth_problems, outages, publishing, queue, renewal
from calendars.models import Calendar, Connection, Event, SyncState
from calendars.models.bookings import HOLDS_ITS_BOT
from calendars.oauth_platforms import platforms
from calendars.oauth_problems import ConsentFailed
from calendars.problems import connecting_sentence, twin_sentence
from upstream.errors import Conflict, NotFound, Refused, Retryable
from upstream.models import UpstreamAccount
from upstream.port import AvailableCalendar, CalendarSnapshot
from upstream.registry import open_provider
from upstream.states import BotState, CalendarStatus


@dataclass(frozen=True, slots=True)
class Kept:
    connection: Connection
    is_new: bool


@transaction.atomic
def keep(granted: oauth.Granted, *, workspace: Workspace, user: User) -> Kept:
    """Keep the account. The same account again keeps everything and only renews the permission."""
    # Two answers at once (a double click on Continue) wait for each other here.
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    expected = granted.reconnects
    if expected is not None and expected.subject != granted.identity.subject:
        raise ConsentFailed(oauth_problems.wrong_account(expected.email, granted.identity.email))
    known = workspace.connections.filter(
        platform=granted.platform.name, subject=granted.identity.subject
    ).first()
    if known is not None and expected is None and known.user_id != user.id:
        raise ConsentFailed(oauth_problems.taken(known.user.get_full_name()))
    connection = known or Connection(
        workspace=workspace,
        user=user,
        platform=granted.platform.name,
        subject=granted.identity.subject,
    )
    connection.renew(
        refresh_token=granted.refresh_token, scopes=granted.scopes, email=granted.identity.email
    )
    connection.save()
    for calendar in connection.calendars.connected():
        queue.reconnect(calendar.id)
    return Kept(connection, is_new=known is None)


def available(connection: Connection, account: UpstreamAccount) -> tuple[AvailableCalendar, ...]:
    """The calendars of this account, the primary first. Raises the provider's errors."""
    found = open_provider(account).list_available_calendars(renewal.grant_of(connection))
    return tuple(sorted(found, key=lambda one: (not one.is_primary, one.name.lower())))


def already_here(
    connection: Connection, available: Iterable[AvailableCalendar]
) -> dict[str, Calendar]:
    """Shared calendars that came into this workspace through somebody's account, by raw id."""
    others = connection.workspace.calendars.for_work().exclude(upstream_id="").connected()
    same = others.filter(connection__platform=connection.platform).exclude(connection=connection)
    found = same.filter(raw_id__in=[one.raw_id for one in available])
    return {calendar.raw_id: calendar for calendar in found}


@dataclass(frozen=True, slots=True)
class Cost:
    """What goes with a calendar that is disconnected."""

    calendar: Calendar
    meetings: int
    booked: int


def costs(calendars: Iterable[Calendar]) -> list[Cost]:
    now = timezone.now()
    found = []
    for calendar in calendars:
        ahead = calendar.events.standing().running_or_ahead(now)
        found.append(Cost(calendar, ahead.count(), ahead.filter(will_record=True).count()))
    return found


@transaction.atomic
def choose(
    connection: Connection, account: UpstreamAccount, chosen: Iterable[AvailableCalendar]
) -> list[Calendar]:
    """Make a row for each ticked calendar and have it connected; those connected already stay."""
    started = []
    for one in chosen:
        calendar, _ = Calendar.objects.get_or_create(
            connection=connection,
            raw_id=one.raw_id,
            defaults={"workspace": connection.workspace, "account": account},
        )
        if calendar.upstream_id and not calendar.is_disconnected:
            continue
        calendar.account, calendar.upstream_id, calendar.disconnected_at = account, "", None
        calendar.name, calendar.email = _name_of(one, connection), one.email
        calendar.is_primary = one.is_primary
        calendar.status, calendar.problem = CalendarStatus.ACTIVE, ""
        calendar.sync_state, calendar.read_count = SyncState.CONNECTING, 0
        calendar.save()
        queue.connect(calendar.id)
        started.append(calendar)
    return started


def _name_of(one: AvailableCalendar, connection: Connection) -> str:
    """Microsoft calls everybody's main calendar “Calendar”: among colleagues that tells nothing."""
    is_telling = not one.is_primary or "@" in one.name or not one.name
    return one.name if is_telling else f"{one.name} of {connection.email}"


def connect(calendar: Calendar) -> None:
    """Ask the provider to take this calendar on, then read it. A refusal is noted on the row."""
    if calendar.upstream_id:
        return queue.sync(calendar.id)
    calendar.note_tried()
    provider = open_provider(calendar.account)
    try:
        grant = renewal.grant_of(calendar.connection)
        snapshot = provider.connect_calendar(grant, calendar.raw_id)
    except Conflict as conflict:
        found = _left_behind(calendar)
        return _connected(calendar, found) if found else _failed(calendar, conflict)
    except (Refused, Retryable) as error:
        _failed(calendar, error)
        if isinstance(error, Retryable):
            raise
        return None
    return _connected(calendar, snapshot)


def reconnect(calendar: Calendar) -> None:
    """Hand the fresh permission on; the calendar keeps its id, so bookings and choices stay."""
    if not calendar.upstream_id:
        return connect(calendar)
    provider = open_provider(calendar.account)
    try:
        grant = renewal.grant_of(calendar.connection)
        snapshot = provider.reconnect_calendar(calendar.upstream_id, grant)
    except NotFound:
        calendar.upstream_id = ""
        calendar.save(update_fields=["upstream_id", "updated_at"])
        return connect(calendar)
    except renewal.OursRefused as error:
        return _failed(calendar, error)  # not counted as a try: it heals once staff has mended it
    except Refused as error:
        calendar.note_tried()
        return _failed(calendar, error)
    calendar.note_tried()
    health.take(calendar, snapshot.status, message=snapshot.status_message)
    return queue.sync(calendar.id, is_forced=True)  # what changed while away, at the provider too


@transaction.atomic
def disconnect(calendar: Calendar, *, gives_back: bool = True) -> None:
    """Stop showing and recording its meetings at once; a task tells the provider and the platform.

    `gives_back`: if it was the account's last calendar, the platform is asked to forget us as well.
    """
    calendar.disconnected_at, calendar.gives_back = timezone.now(), gives_back
    calendar.save(update_fields=["disconnected_at", "gives_back", "updated_at"])
    drop_bookings(calendar)
    queue.disconnect(calendar.id)
    publishing.publish_agenda(calendar.workspace)


def finish_disconnecting(calendar: Calendar) -> None:
    """Tell the provider; when it was the account's last calendar, give the permission back too."""
    if calendar.upstream_id:
        with suppress(NotFound):  # already gone, which is what we want
            open_provider(calendar.account).delete_calendar(calendar.upstream_id)
        Calendar.objects.filter(pk=calendar.pk).update(upstream_id="")
    connection = calendar.connection
    if connection.refresh_token and not _is_needed(connection, calendar):
        _give_back(connection, is_asked=calendar.gives_back)


def _is_needed(connection: Connection, calendar: Calendar) -> bool:
    """Others use the permission, or it was given anew after `calendar` was disconnected."""
    is_renewed = (
        calendar.disconnected_at is None or connection.granted_at > calendar.disconnected_at
    )
    return is_renewed or connection.calendars.connected().exists()


def _give_back(connection: Connection, *, is_asked: bool) -> None:
    """Have the platform forget us if the person wants that, then forget the permission ourselves.

    Raises Retryable, keeping it till then.
    """
    platform = platforms()[connection.platform]
    revokes = is_asked and not is_shared(connection)
    if revokes and not oauth.revoke(platform, connection.refresh_token):
        raise Retryable("The platform did not take the permission back.")
    connection.refresh_token = ""
    connection.save(update_fields=["refresh_token", "updated_at"])


def _connected(calendar: Calendar, snapshot: CalendarSnapshot) -> None:
    calendar.upstream_id, calendar.status = snapshot.calendar_id, snapshot.status
    calendar.sync_state, calendar.problem = SyncState.WAITING, ""
    outages.mend(calendar)
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        # Another row of ours has it: two people chose one shared calendar.
        calendar.upstream_id = ""
        return _failed(calendar, Conflict("connected twice"))
    publishing.publish_calendar(calendar)
    return queue.sync(calendar.id)


def _failed(calendar: Calendar, error: Refused | Retryable) -> None:
    twin = calendar.twins().first() if isinstance(error, Conflict) else None
    calendar.problem = (
        twin_sentence(twin) if twin else connecting_sentence(error, calendar.platform_label)
    )
    calendar.sync_state = SyncState.CONNECTING if isinstance(error, Retryable) else SyncState.FAILED
    calendar.save(update_fields=["problem", "sync_state", "updated_at"])
    publishing.publish_calendar(calendar)
    publishing.publish_troubles(calendar.workspace)


def _left_behind(calendar: Calendar) -> CalendarSnapshot | None:
    """The calendar that an earlier call of ours made, whose answer was lost: no row has it."""
    ours = set(
        Calendar.objects.filter(account=calendar.account)
        .exclude(upstream_id="")
        .values_list("upstream_id", flat=True)
    )
    orphans = [
        one
        for one in open_provider(calendar.account).list_calendars()
        if one.calendar_id not in ours and one.email.lower() == calendar.connection.email.lower()
    ]
    return orphans[0] if len(orphans) == 1 else None


def is_shared(connection: Connection) -> bool:
    """Google revokes a person's whole grant: a second team's connection would die with it."""
    same = Connection.objects.filter(platform=connection.platform, subject=connection.subject)
    return same.exclude(pk=connection.pk).exclude(refresh_token="").exists()


def drop_bookings(calendar: Calendar) -> None:
    """The provider cancels what this calendar booked; others may want the meeting too."""
    for event in calendar.events.for_work().filter(ends_at__gt=timezone.now()).exclude(bot=None):
        bot = event.bot
        event.attach(None)
        if bot is None or bot.state != BotState.SCHEDULED:
            continue
        if event.is_booked_by_link:
            _drop_link_booking(event, bot)
        elif not bot.is_by_hand and not bot.events.standing().filter(HOLDS_ITS_BOT).exists():
            lifecycle.cancel(bot)
            for other in Event.objects.filter(bot=bot).for_work():
                other.attach(None)
                queue.schedule(other.id)


def _drop_link_booking(event: Event, bot: Bot) -> None:
    """It hangs on no calendar: a colleague who wants it takes it over, or we call it off."""
    Event.objects.filter(pk=event.pk).update(is_booked_by_link=False)
    if heir := bot.events.standing().filter(will_record=True).first():
        Event.objects.filter(pk=heir.pk).update(is_booked_by_link=True)
    elif bot.ask_to_leave():
        bot_queue.leave(bot.pk)
