"""A bot is one attempt to attend one meeting; what it was told to do, where it is, how it ended.

Bot ──< StatusChange    every step a provider told us, applied or not; the state follows from them
    ──< Sighting        who came into the room and left it, where that is told (bots/told.py)
    ──< ChatMessage     what people wrote in the meeting's chat while it was there (bots/told.py)
    ──< Report          what a person says went wrong with it (bots/reports.py)
BotDefaults            what a workspace's bots do unless somebody says otherwise (bots/setup.py)
BotPicture             what they show in place of a camera (bots/pictures.py)
BotQuerySet            what is asked about many bots (bots/querysets.py)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField
from bots.ends import Outcome, Surplus
from bots.line_models import LiveLine
from bots.pictures import BotPicture
from bots.querysets import BARELY_TOLD, IN_ROOM, BotQuerySet, silence
from bots.reports import Report
from bots.setup import LONGEST_NAME, BotDefaults, BotSetup, View
from bots.stray import Stray
from bots.told import ChatMessage, Sighting, StatusChange
from upstream.models import UpstreamAccount
from upstream.states import FINAL, LIVE, BotState, Platform, TranscriptState

__all__ = [
    "Bot",
    "BotDefaults",
    "BotPicture",
    "BotQuerySet",
    "ChatMessage",
    "LiveLine",
    "Outcome",
    "Report",
    "Sighting",
    "StatusChange",
    "Stray",
    "Surplus",
]

# A bot sent at once starts a little before its meeting; a move by more is another appointment.
SAME_APPOINTMENT = timedelta(minutes=5)
SENT_AWAY = "sent_away_by_earshot"  # our own step, told of one of the provider's bots
REPLACED = "booked_anew_by_earshot"  # the same, when the provider gave it another id
ASKED_AGAIN = "asked_again_by_earshot"  # nobody had answered the first time
SEND_LEASE = timedelta(minutes=2)  # longer than a create call and the look before it may take


class Bot(WorkspaceOwned, BotSetup):
    """`public_id` is what we call it upstream, `upstream_id` its name there, once it is known."""

    public_id = PublicIdField(prefix="bot")
    account = models.ForeignKey(UpstreamAccount, models.PROTECT, related_name="bots")
    moves_to = models.ForeignKey(
        UpstreamAccount, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    upstream_id = models.CharField(max_length=64, blank=True, db_index=True)
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="bots")

    title = models.CharField(max_length=500, blank=True, help_text="what the meeting is called")
    name = models.CharField(max_length=LONGEST_NAME, help_text="what people in the meeting see")
    meeting_url = models.URLField(max_length=2000)
    meeting_key = models.CharField(
        max_length=300, help_text="normalized link + start; one live bot each"
    )
    platform = models.CharField(max_length=8, choices=Platform, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=16, choices=BotState, default=BotState.SCHEDULED)
    state_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=80, blank=True, help_text="the provider's code, untouched")
    reason_message = models.TextField(blank=True, help_text="the provider's own words, for support")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    has_media = models.BooleanField(default=False)
    transcript_state = models.CharField(
        max_length=16, choices=TranscriptState, default=TranscriptState.PENDING
    )
    joined_at = models.DateTimeField(null=True, blank=True)
    exited_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)
    is_by_hand = models.BooleanField(default=False, help_text="a person sent it; no event holds it")
    order_id = models.CharField(max_length=40, blank=True, help_text="one filled-in form, one bot")
    wanted = models.JSONField(default=dict, blank=True, help_text="a change not yet made upstream")
    declined = models.JSONField(
        default=dict, blank=True, help_text="a change that was not made; it fills the form again"
    )
    change_asked_at = models.DateTimeField(null=True, blank=True, help_text="until it is answered")
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="a person ended the recording; the bot stayed"
    )
    booked_at = models.DateTimeField(null=True, blank=True, help_text="the provider said yes")
    send_tried_at = models.DateTimeField(null=True, blank=True, help_text="last create call")
    sending_since = models.DateTimeField(
        null=True, blank=True, help_text="somebody is asking the provider for it"
    )
    leave_requested_at = models.DateTimeField(null=True, blank=True)
    left_behind_at = models.DateTimeField(
        null=True, blank=True, help_text="moved too late: the provider's first bot comes then"
    )
    surplus = models.CharField(max_length=8, choices=Surplus, blank=True)
    notice = models.CharField(
        max_length=300, blank=True, help_text="why the last thing a person asked for did not work"
    )
    looked_at = models.DateTimeField(null=True, blank=True, help_text="last time we asked")
    lobby_told_at = models.DateTimeField(
        null=True, blank=True, help_text="people were told that it waits to be let in"
    )
    heard_at = models.DateTimeField(null=True, blank=True, help_text="last word from the provider")

    objects = BotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BotState.values), name="bot_state_known"),
            models.CheckConstraint(
                condition=Q(surplus__in=("", *Surplus.values)), name="bot_surplus_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, outcome__in=Outcome.values)
                | (~Q(state__in=FINAL) & Q(outcome="")),
                name="bot_ends_in_one_outcome",
            ),
            models.UniqueConstraint(
                fields=["workspace", "meeting_key"],
                condition=~Q(state__in=FINAL),
                name="one_live_bot_per_meeting",
                violation_error_message="A bot is already on its way to this meeting.",
            ),
            models.CheckConstraint(condition=Q(view__in=View.values), name="bot_view_known"),
            models.UniqueConstraint(
                fields=["workspace", "order_id"],
                condition=~Q(order_id=""),
                name="one_bot_per_order",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-starts_at", "-id"], name="bots_newest_first"),
            models.Index(
                fields=["state", "heard_at"], condition=~Q(state__in=FINAL), name="bots_unfinished"
            ),
            models.Index(
                fields=["heard_at"],
                condition=Q(state=BotState.FAILED, outcome__in=BARELY_TOLD),
                name="bots_unexplained",
            ),
            models.Index(
                fields=["id"], condition=Q(surplus="leaving"), name="bots_with_a_surplus_one"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id  # the support console prints it, and a title is content

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_inside(self) -> bool:
        return self.state in IN_ROOM

    @property
    def is_leaving(self) -> bool:
        """It had set out when it was asked to leave, and its end has not been told."""
        has_set_out = self.state != BotState.SCHEDULED and not self.is_final
        return has_set_out and self.leave_requested_at is not None

    def is_replaced(self) -> bool:
        """It had ended, and another was sent to its meeting."""
        same = Bot.objects.unfinished().filter(workspace_id=self.workspace_id)
        return same.filter(meeting_key=self.meeting_key).exclude(pk=self.pk).exists()

    def own(self, story: Iterable[StatusChange]) -> list[StatusChange]:
        """The steps of this story without those of a surplus bot."""
        return [step for step in story if step.upstream_id in ("", self.upstream_id)]

    @property
    def can_leave(self) -> bool:
        """Once asked it is on its way out; a calendar booking is taken back on the event's page."""
        is_ours_to_call = bool(self.upstream_id) or self.is_by_hand
        return is_ours_to_call and not self.is_final and self.leave_requested_at is None

    def mark_booked(self, upstream_id: str = "") -> None:
        """The provider said yes. A calendar booking learns its bot's id from the first webhook."""
        self.booked_at = timezone.now()
        fields = ["booked_at", "updated_at"]
        if upstream_id:
            self.upstream_id = upstream_id
            fields.append("upstream_id")
        self.save(update_fields=fields)

    def take_send_lease(self) -> bool:
        """Claim the talk with the provider; False when somebody else has it."""
        now = timezone.now()
        free = Q(sending_since=None) | Q(sending_since__lt=now - SEND_LEASE)
        return bool(Bot.objects.filter(free, pk=self.pk).update(sending_since=now))

    def release_send_lease(self) -> None:
        Bot.objects.filter(pk=self.pk).update(sending_since=None)

    def note_send_tried(self) -> None:
        self.send_tried_at = timezone.now()
        self.save(update_fields=["send_tried_at", "updated_at"])

    @property
    def is_overdue(self) -> bool:
        """It has left the meeting, and its end should have been told by now."""
        heard_at = self.heard_at or self.state_at
        return self.state == BotState.PROCESSING and heard_at < timezone.now() - silence()

    def ask_to_leave(self) -> bool:
        """Note the wish before the call, so that the end it causes is read as ours."""
        now = timezone.now()
        asked = Bot.objects.unfinished().filter(pk=self.pk, leave_requested_at=None)
        if is_first := bool(asked.update(leave_requested_at=now, notice="")):
            self.leave_requested_at, self.notice = now, ""
        return is_first

    def ask_to_stay(self) -> None:
        """Somebody changed their mind before it set out."""
        self.leave_requested_at = None
        Bot.objects.filter(pk=self.pk).update(leave_requested_at=None)

    def take_lobby_alert(self) -> bool:
        """Claim telling people that it waits; False when they were told of this stay."""
        self.lobby_told_at = timezone.now()
        mine = Bot.objects.with_untold_wait().filter(pk=self.pk)
        return bool(mine.update(lobby_told_at=self.lobby_told_at))

    def mark_looked(self) -> None:
        self.looked_at = timezone.now()
        self.save(update_fields=["looked_at", "updated_at"])

    def mark_heard(self, upstream_id: str) -> None:
        """The provider answered, with nothing new but perhaps its id."""
        self.heard_at = timezone.now()
        self.save(update_fields=["heard_at", "updated_at"])
        if not self.upstream_id:  # nor has a webhook told another in the meantime
            Bot.objects.filter(pk=self.pk, upstream_id="").update(upstream_id=upstream_id)
            self.refresh_from_db(fields=["upstream_id"])

    @cached_property
    def is_left_to_some(self) -> bool:
        """Whether a recording of it, if only one in the bin, is not for the whole workspace."""
        recordings = self.recordings(manager="everything")
        return bool(recordings.exclude(restricted_at=None).exists())

    def note(self, notice: str) -> None:
        self.notice = notice
        self.save(update_fields=["notice", "updated_at"])
