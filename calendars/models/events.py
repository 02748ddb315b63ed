"""Meetings on the connected calendars; each instance of a recurring one is a row of its own.

`will_record`, `needs_you` and `decision_code` are the last answer of `decisions.decide`, kept on
the row so that counting and filtering need not decide thousands of meetings again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.public_id import PublicIdField
from bots.models import Bot
from calendars.models.bookings import LEASE, Booked, unsettled
from calendars.models.choices import Choice, Reach, Verdict
from calendars.models.connections import Calendar
from calendars.models.series import Series
from upstream.models import UpstreamAccount
from upstream.port import EventRef
from upstream.states import BotState, Platform

WINDOW = timedelta(days=30)
ACCOUNT_SECRETS = tuple(
    f"calendar__account__{name}" for name in ("api_key", "webhook_secret", "callback_secret")
)
# Reading a meeting takes longer than deciding it: where there are thousands, no more is read.
ASKED_TO_DECIDE = (
    "workspace_id", "calendar_id", "public_id", "identity", "original_start", "title", "starts_at",
    "ends_at", "time_zone", "is_all_day", "status", "meeting_url", "platform", "organizer",
    "attendees", "is_private", "details_at", "gone_at", "series__is_recurring", "bot__state",
    "bot__state_at", "bot__starts_at", "bot__booked_at",
)  # fmt: skip
CANCELLED_SHOWN_FOR = timedelta(hours=24)

# A bot that came back with nothing while its meeting still runs: somebody may want to act.
BOT_FAILED = Q(bot__state__in=(BotState.FAILED, BotState.CANCELLED))
# Every meeting is one of three: recorded, not recorded, or waiting for a person. A wish that the
# provider would not meet is no recording; it waits.
RECORDED = Q(will_record=True, needs_you=False, booking_error="") & ~BOT_FAILED
NOT_RECORDED = Q(will_record=False, needs_you=False)
NEEDS_YOU = Q(needs_you=True) | (Q(will_record=True) & (~Q(booking_error="") | BOT_FAILED))
# Somebody counted on it, and a meeting that is over keeps these answers as they were at its end.
INTENDED = Q(will_record=True) | Q(needs_you=True)
# What scheduling looks at; the planner finds the index by it only where a query says just this.
CONCERNS_A_BOT = Q(will_record=True) | Q(bot__isnull=False) | Q(is_bot_scheduled=True)


class EventStatus(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    TENTATIVE = "tentative", "Tentative"
    CANCELLED = "cancelled", "Cancelled"


class LinkSource(models.TextChoices):
    """Who told the meeting link: only what the provider knows can be booked on its calendar."""

    PROVIDER = "provider", "The provider"
    FOUND = "found", "Found in the invitation"


class EventQuerySet(models.QuerySet["Event"]):
    def bot_for(self, account: UpstreamAccount, upstream_event_id: str) -> Bot | None:
        """The bot of the event a webhook names; a calendar booking tells us no bot id."""
        if not upstream_event_id:
            return None
        named = self.filter(calendar__account=account, upstream_id=upstream_event_id)
        event = named.exclude(bot=None).select_related("bot__workspace", "bot__account").first()
        return event.bot if event else None

    def standing(self) -> EventQuerySet:
        """On a connected calendar, neither cancelled nor gone from it."""
        return self.filter(gone_at=None, calendar__disconnected_at=None)

    def meetings(self) -> EventQuerySet:
        """What could be recorded at all: all-day notes without a link are no meetings."""
        return self.exclude(is_all_day=True, meeting_url="")

    def between(self, start: datetime, end: datetime) -> EventQuerySet:
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def running_or_ahead(self, now: datetime) -> EventQuerySet:
        """What runs now or starts within the window; `starts_at` has the index and bounds it."""
        return self.filter(
            starts_at__gte=now - timedelta(days=1), starts_at__lt=now + WINDOW, ends_at__gt=now
        )

    def for_list(self) -> EventQuerySet:
        """With all that a row shows, in the order of the agenda."""
        shown = self.select_related(
            "bot", "series", "calendar__connection__user", "calendar__account"
        )
        # Deciphering secrets once per row would take longer than all the rest of a row.
        without_secrets = shown.defer("calendar__connection__refresh_token", *ACCOUNT_SECRETS)
        return without_secrets.order_by("starts_at", "public_id")

    def shown(self, now: datetime) -> EventQuerySet:
        """What the agenda lists: standing meetings, and for a day those just cancelled.

        A calendar that was connected again has new rows for the meetings of the old ones.
        """
        again = Event.objects.filter(
            calendar=OuterRef("calendar"),
            workspace=OuterRef("workspace"),
            identity=OuterRef("identity"),
            original_start=OuterRef("original_start"),
            gone_at=None,
        )
        visible = Q(gone_at=None) | (Q(gone_at__gt=now - CANCELLED_SHOWN_FOR) & ~Exists(again))
        return self.meetings().filter(visible, calendar__disconnected_at=None)

    def to_decide(self) -> EventQuerySet:
        """With what rules ask and no more; but the calendar: few meetings have one of their own."""
        asked = self.select_related("series", "bot").only(*ASKED_TO_DECIDE)
        return asked.order_by("starts_at", "public_id")

    def wanted_around(self, moment: datetime, early: timedelta) -> EventQuerySet:
        """To be recorded then, and nobody has claimed a bot for them yet."""
        then = self.filter(
            starts_at__gt=moment - timedelta(days=1),
            starts_at__lt=moment + early,
            ends_at__gt=moment,
        )
        wanted = then.standing().filter(will_record=True, needs_you=False, bot=None)
        return wanted.select_related("calendar__connection__user").order_by("starts_at", "pk")

    def over(self, now: datetime) -> EventQuerySet:
        return self.filter(starts_at__lt=now, ends_at__lte=now)

    def intended(self) -> EventQuerySet:
        """Those that were to be recorded, as it stood when they ended."""
        return self.filter(INTENDED)

    def answered(self, show: str) -> EventQuerySet:
        """Those the numbers of the coverage line stand for."""
        match show:
            case "yes":
                return self.filter(RECORDED)
            case "no":
                return self.filter(NOT_RECORDED)
            case "you":
                return self.filter(NEEDS_YOU)
            case "settled":
                return self.filter(RECORDED | NOT_RECORDED)
            case _:
                return self

    def from_place(
        self, place: tuple[datetime, str] | None, *, is_reversed: bool = False
    ) -> EventQuerySet:
        """The rows that follow `place` in the agenda (or in the past, the newest first).

        "From its start on, but not it": of an OR the planner expects so few rows that it reads and
        sorts all that follow instead of the one page.
        """
        ordered = self.order_by("-starts_at", "-public_id") if is_reversed else self
        if place is None:
            return ordered
        starts_at, public_id = place
        if is_reversed:
            not_after = ordered.filter(starts_at__lte=starts_at)
            return not_after.exclude(starts_at=starts_at, public_id__gte=public_id)
        not_before = ordered.filter(starts_at__gte=starts_at)
        return not_before.exclude(starts_at=starts_at, public_id__lte=public_id)

    def up_to_place(self, place: tuple[datetime, str], *, is_reversed: bool) -> EventQuerySet:
        """The rows of the agenda as far as `place`, that one too."""
        starts_at, public_id = place
        if is_reversed:
            earlier = self.filter(starts_at__gte=starts_at)
            return earlier.exclude(starts_at=starts_at, public_id__lt=public_id)
        return self.filter(starts_at__lte=starts_at).exclude(
            starts_at=starts_at, public_id__gt=public_id
        )

    def for_work(self) -> EventQuerySet:
        return self.select_related(
            "workspace", "calendar__account", "calendar__connection__user", "bot__account", "series"
        )

    def unsettled(self, now: datetime) -> EventQuerySet:
        """Running or ahead, and booked otherwise than decided."""
        return self.running_or_ahead(now).filter(CONCERNS_A_BOT, unsettled(now))

    def at_work(self) -> EventQuerySet:
        """Those a worker is talking to the provider about."""
        return self.filter(working_since__gte=timezone.now() - LEASE)

    def concerned(self) -> EventQuerySet:
        """Those a person or a rule wants, and those that have a bot."""
        return self.filter(Q(will_record=True) | Q(bot__isnull=False))

    def without_details(self) -> EventQuerySet:
        """Ahead, and nobody has asked the provider who comes, and where if not by its link."""
        return self.standing().filter(ends_at__gt=timezone.now(), details_at=None)


class Event(Booked):
    """One meeting on one calendar, with the bot that covers it."""

    public_id = PublicIdField(prefix="evt")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="events")
    series = models.ForeignKey(Series, models.SET_NULL, null=True, related_name="events")
    upstream_id = models.CharField(max_length=64)
    identity = models.CharField(max_length=255, help_text="iCal UID, else the provider's series id")
    original_start = models.DateTimeField(help_text="the start the series gave it")

    title = models.CharField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, blank=True)
    is_all_day = models.BooleanField(default=False)
    is_exception = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=EventStatus, default=EventStatus.CONFIRMED)
    meeting_url = models.CharField(max_length=2000, blank=True)
    platform = models.CharField(max_length=8, choices=Platform, blank=True)
    link_source = models.CharField(max_length=8, choices=LinkSource, blank=True)
    link_flags = models.JSONField(default=list, blank=True, help_text="what is odd about the link")
    is_private = models.BooleanField(default=False)
    organizer = models.JSONField(default=dict, blank=True, help_text="email, name")
    attendees = models.JSONField(
        default=list, blank=True, help_text="email, name, response, is_organizer, is_self"
    )
    details_at = models.DateTimeField(null=True, blank=True, help_text="people and zone were read")
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text="cancelled, or a complete reading did not have it any more"
    )

    will_record = models.BooleanField(default=False)
    needs_you = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    decision_code = models.CharField(max_length=20, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "upstream_id"], name="one_row_per_event"),
            models.CheckConstraint(
                condition=Q(status__in=EventStatus.values), name="event_status_known"
            ),
            models.CheckConstraint(
                condition=Q(link_source__in=("", *LinkSource.values)),
                name="event_link_source_known",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "starts_at", "public_id"], name="events_agenda"),
            models.Index(fields=["workspace", "identity"], name="events_by_identity"),
            models.Index(
                fields=["starts_at"],
                condition=CONCERNS_A_BOT,
                name="events_to_reconcile",
            ),
            models.Index(
                fields=["workspace", "starts_at", "public_id"],
                condition=INTENDED,
                name="events_intended",
            ),
            models.Index(
                fields=["calendar", "starts_at"],
                condition=Q(details_at=None),
                name="events_without_details",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id  # the support console prints it, and a title is content

    @property
    def was_intended(self) -> bool:
        """Of a meeting that is over: somebody counted on a recording."""
        return self.will_record or self.needs_you

    @property
    def shown_title(self) -> str:
        """What people read for a title; a private meeting may come without one."""
        return self.title or ("Busy (title hidden)" if self.is_private else "Untitled meeting")

    @property
    def title_for_bot(self) -> str:
        """A bot and its recording are shown without their event; of a hidden one they say so."""
        return self.shown_title if self.is_private else self.title

    @property
    def waits_for_you(self) -> bool:
        """What NEEDS_YOU says of a row."""
        is_lost = self.bot is not None and self.bot.state in (BotState.FAILED, BotState.CANCELLED)
        is_stuck = self.will_record and (bool(self.booking_error) or is_lost)
        return self.needs_you or is_stuck

    @property
    def choice_key(self) -> tuple[int, str, datetime]:
        return (self.workspace_id, self.identity, self.original_start)

    @property
    def ref(self) -> EventRef:
        """How the provider knows this instance."""
        series_id = self.series.upstream_id if self.series else ""
        return EventRef(self.calendar.upstream_id, series_id, self.upstream_id)

    @property
    def is_recurring(self) -> bool:
        return self.series is not None and self.series.is_recurring

    @property
    def is_declined(self) -> bool:
        """The calendar's owner said no to the invitation."""
        return any(
            person.get("is_self") and person.get("response") == "declined"
            for person in self.attendees
        )

    def choose(self, verdict: Verdict | None, *, by: User, at: datetime) -> None:
        """Keep what a person said about this meeting alone; `choosing` does all that follows."""
        key: dict[str, Any] = {
            "workspace_id": self.workspace_id,
            "identity": self.identity,
            "original_start": self.original_start,
            "reach": Reach.THIS,
        }
        if verdict is None:
            Choice.objects.filter(**key).delete()
        else:
            said = {"verdict": verdict, "chosen_by": by, "chosen_at": at}
            Choice.objects.update_or_create(**key, defaults=said)
