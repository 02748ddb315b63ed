"""What of an event is about its bot: who covers it, what the provider said, who is at work on it.

bot                  the one that comes to this meeting, which may be a colleague's too
is_bot_scheduled     the provider's word: this event's own booking on the calendar
is_booked_by_link    ours: the bot was asked for by this event's link, and we move it ourselves
booking_error        why the last try failed, with `retry_at`, when there is another
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import WorkspaceOwned
from bots.models import SAME_APPOINTMENT, Bot
from bots.querysets import SETTING_OUT
from calendars.models.choices import Choice, Reach, Verdict
from upstream.errors import RateLimited, Refused, UpstreamError
from upstream.states import FINAL, BotState

if TYPE_CHECKING:
    from calendars.models.connections import Calendar

LEASE = timedelta(minutes=3)  # longer than all calls of one run may take
RETRY_BOOKING_AFTER = timedelta(minutes=2)
RETRY_REFUSED_AFTER = timedelta(minutes=15)
LONGEST_BACKOFF = timedelta(minutes=2)

MOVED_SINCE_ITS_BOT = Q(
    starts_at__gt=F("bot__starts_at") + SAME_APPOINTMENT, bot__state_at__lt=F("starts_at")
)
BOT_IS_HERE = Q(
    bot__starts_at=F("starts_at"), bot__ends_at=F("ends_at"), bot__meeting_url=F("meeting_url")
)
HOLDS_ITS_BOT = Q(is_bot_scheduled=True) | Q(is_booked_by_link=True)


def unsettled(now: datetime) -> Q:
    """Booked otherwise than decided, and due for another look; `Booked` says the same of one."""
    rested = Q(booking_checked_at=None) | Q(booking_checked_at__lt=now - RETRY_BOOKING_AFTER)
    is_due = (Q(retry_at=None) & rested) | Q(retry_at__lte=now)
    return is_due & (_wanted() | _astray(now) | _unwanted(now))


def _wanted() -> Q:
    about_it = Q(reach=Reach.THIS, original_start=OuterRef("original_start")) | Q(
        reach=Reach.LATER, original_start__lte=OuterRef("original_start")
    )
    again = Choice.objects.filter(
        about_it,
        workspace=OuterRef("workspace"),
        identity=OuterRef("identity"),
        verdict=Verdict.RECORD,
        chosen_at__gt=OuterRef("bot__leave_requested_at"),
    )
    is_home = Q(bot__state__in=FINAL)
    return Q(will_record=True) & (
        Q(bot=None)
        | (Q(bot__booked_at=None) & ~is_home)
        | (is_home & (MOVED_SINCE_ITS_BOT | Q(Exists(again))))
    )


def _astray(now: datetime) -> Q:
    waiting = Q(will_record=True, bot__state=BotState.SCHEDULED)
    unseen = Q(
        bot__upstream_id="",
        bot__booked_at__lt=now - RETRY_BOOKING_AFTER,
        is_bot_scheduled=False,
    )
    in_doubt = waiting & (unseen | Q(bot__leave_requested_at__isnull=False))
    elsewhere = waiting & HOLDS_ITS_BOT & ~BOT_IS_HERE
    too_early = MOVED_SINCE_ITS_BOT & Q(
        will_record=True,
        bot__state__in=SETTING_OUT,
        bot__leave_requested_at=None,
        bot__is_by_hand=False,
    )
    return in_doubt | elsewhere | too_early


def _unwanted(now: datetime) -> Q:
    has_bot = Q(bot__isnull=False) & ~Q(bot__state__in=FINAL)
    unasked = Q(bot__leave_requested_at=None) | Q(is_bot_scheduled=True) | ~Q(booking_error="")
    by_others = Q(bot=None, is_bot_scheduled=True, starts_at__gt=now, gone_at=None) & Q(
        calendar__disconnected_at=None
    )
    return Q(will_record=False, is_paused=False) & ((has_bot & unasked) | by_others)


class Booked(WorkspaceOwned):
    """The part of an event that scheduling reads and writes."""

    bot = models.ForeignKey(Bot, models.SET_NULL, null=True, blank=True, related_name="events")
    is_bot_scheduled = models.BooleanField(default=False, help_text="the provider's word")
    is_booked_by_link = models.BooleanField(
        default=False, db_default=False, help_text="its bot was asked for by link: we move it"
    )
    booking_error = models.TextField(blank=True, help_text="why the last wish could not be met")
    booking_tries = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="failed since the last success"
    )
    retry_at = models.DateTimeField(null=True, blank=True, help_text="when it is tried again")
    booking_checked_at = models.DateTimeField(null=True, blank=True)
    working_since = models.DateTimeField(
        null=True, blank=True, help_text="somebody is talking to the provider about it"
    )

    if TYPE_CHECKING:
        calendar: models.ForeignKey[Any, Calendar]
        starts_at: models.DateTimeField[Any, datetime]
        ends_at: models.DateTimeField[Any, datetime]
        meeting_url: models.CharField[Any, str]
        gone_at: models.DateTimeField[Any, datetime | None]

    class Meta:
        abstract = True

    @property
    def is_covered(self) -> bool:
        """A bot is booked, or has been and is done with it; nothing more to ask the provider."""
        if self.bot is None:
            return False
        if not self.bot.is_final:
            return self.bot.booked_at is not None
        return not self._has_moved_since(self.bot)

    def _has_moved_since(self, bot: Bot) -> bool:
        """The bot came home, or never went, and then the meeting was put to a later time."""
        return self.starts_at > max(bot.starts_at + SAME_APPOINTMENT, bot.state_at)

    @property
    def is_bot_elsewhere(self) -> bool:
        """The booking is this event's, and its bot still has the times from before a move.

        The holder alone decides: the same meeting may look different on a colleague's calendar.
        """
        bot, is_holder = self.bot, self.is_bot_scheduled or self.is_booked_by_link
        if bot is None or bot.state != BotState.SCHEDULED:
            return False
        if bot.is_by_hand and bot.booked_at:
            return bot.starts_at != self.starts_at
        if not is_holder:
            return False
        there = bot.starts_at, bot.ends_at, bot.meeting_url
        return there != (self.starts_at, self.ends_at, self.meeting_url)

    @property
    def is_bot_too_early(self) -> bool:
        """Its bot had set out when the meeting was put to a later time, and is still there.

        Not one that a person sent: it is to be there when they said, however early that is.
        """
        bot = self.bot
        if bot is None or bot.state not in SETTING_OUT or bot.is_leaving or bot.is_by_hand:
            return False
        return self._has_moved_since(bot)

    @property
    def is_booked_by_others(self) -> bool:
        """The provider has a bot booked for it, and we know of none."""
        is_open = self.gone_at is None and not self.calendar.is_disconnected
        is_ahead = self.starts_at > timezone.now()
        return self.bot is None and self.is_bot_scheduled and is_open and is_ahead

    def wants_another(self, choice: Choice | None) -> bool:
        """Its bot was sent away, somebody switched it on again since, and now the bot is gone."""
        return self.is_wished_again(choice) and self.bot is not None and self.bot.is_final

    def is_wished_again(self, choice: Choice | None) -> bool:
        """Its bot was sent away, and somebody switched it on again since."""
        asked_at = self.bot.leave_requested_at if self.bot else None
        if choice is None or choice.verdict != Verdict.RECORD or asked_at is None:
            return False
        return choice.chosen_at > asked_at

    def take_lease(self) -> bool:
        """Claim the talk with the provider about this event; False when somebody else has it."""
        now = timezone.now()
        free = Q(working_since=None) | Q(working_since__lt=now - LEASE)
        if not self._row().filter(free).update(working_since=now):
            return False
        self.working_since = now
        return True

    def release_lease(self) -> None:
        """Let others talk again, unless our time was up and one of them does already."""
        ours = self._row().filter(working_since=self.working_since)
        ours.update(working_since=None, booking_checked_at=timezone.now())

    def attach(self, bot: Bot | None) -> None:
        """Let `bot` cover this event (None: nothing covers it)."""
        self.bot = bot
        self._row().update(bot=bot, updated_at=F("updated_at"))

    def note_booking(self, *, is_scheduled: bool, is_by_link: bool | None = None) -> None:
        """Keep what the provider answered when all went well."""
        self.is_bot_scheduled = is_scheduled
        if is_by_link is not None or self.bot is None:
            self.is_booked_by_link = bool(is_by_link)
        self._note(error="", tries=0, retry_at=None)

    def note_trouble(self, sentence: str, trouble: UpstreamError) -> None:
        """Keep why the last try failed, and when there is another: sooner what may heal soon."""
        tries = min(self.booking_tries + 1, 100)
        now = timezone.now()
        if isinstance(trouble, RateLimited):
            wait = timedelta(seconds=trouble.retry_after)
        elif isinstance(trouble, Refused):
            is_near = self.starts_at < now + RETRY_REFUSED_AFTER
            wait = RETRY_BOOKING_AFTER if is_near else RETRY_REFUSED_AFTER
        else:
            wait = min(timedelta(seconds=2 ** min(tries, 10)), LONGEST_BACKOFF)
        self._note(error=sentence, tries=tries, retry_at=now + wait)

    def _note(self, *, error: str, tries: int, retry_at: datetime | None) -> None:
        self.booking_error, self.booking_tries, self.retry_at = error, tries, retry_at
        self.booking_checked_at = timezone.now()
        self.save(
            update_fields=[
                "is_bot_scheduled", "is_booked_by_link", "booking_error", "booking_tries",
                "retry_at", "booking_checked_at", "updated_at",
            ]
        )  # fmt: skip

    def _row(self) -> models.QuerySet[Any]:
        return type(self)._default_manager.filter(pk=self.pk)
