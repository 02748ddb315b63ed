"""A bot is one attempt to attend one meeting; what it was told to do, where it is, how it ended.

Bot ──< StatusChange    every step a provider told us, applied or not; the state follows from them
    ──< ChatMessage     what people wrote in the meeting's chat while it was there
    ──< Report          what a person says went wrong with it (bots/reports.py)
BotDefaults            what a workspace's bots do unless somebody says otherwise (bots/setup.py)
BotPicture             what they show in place of a camera (bots/pictures.py)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField
from bots.line_models import LiveLine as LiveLine
from bots.pictures import BotPicture
from bots.reports import Report
from bots.setup import LONGEST_NAME, BotDefaults, BotSetup, View
from bots.stray import Stray
from upstream.models import UpstreamAccount
from upstream.states import FINAL, LIVE, BotState, Platform, TranscriptState

__all__ = [
    "Bot",
    "BotDefaults",
    "BotPicture",
    "ChatMessage",
    "Outcome",
    "Report",
    "StatusChange",
    "Stray",
]

HEED_WITHIN = timedelta(minutes=1)
# A bot sent at once starts a little before its meeting; a move by more is another appointment.
SAME_APPOINTMENT = timedelta(minutes=5)
SENT_AWAY = "sent_away_by_earshot"  # our own step, told of one of the provider's bots
ASKED_AGAIN = "asked_again_by_earshot"  # nobody had answered the first time
REPLACED = "booked_anew_by_earshot"  # the same, when the provider gave it another id
IN_ROOM = (BotState.IN_CALL, BotState.RECORDING, BotState.PAUSED)
SETTING_OUT = (BotState.QUEUED, BotState.JOINING, BotState.WAITING_ROOM, BotState.IN_CALL)
MOVING = (BotState.QUEUED, BotState.JOINING, BotState.WAITING_ROOM, BotState.PROCESSING)
UNSENT = Q(state=BotState.SCHEDULED, is_by_hand=True, upstream_id="", booked_at=None)
STILL_WORTH_SENDING = timedelta(hours=1)
SEND_LEASE = timedelta(minutes=2)  # longer than a create call and the look before it may take


def silence() -> timedelta:
    """How long a bot may say nothing when it should; it is then looked at twice as often."""
    return timedelta(seconds=settings.BOT_SILENCE_SECONDS)


class Outcome(models.TextChoices):
    """How an intended recording ended; empty until it has."""

    RECORDED = "recorded", "Recorded"
    PARTLY_RECORDED = "partly_recorded", "Partly recorded"
    NOT_NEEDED = "not_needed", "Not needed"
    REFUSED = "refused", "Refused"
    NEVER_ADMITTED = "never_admitted", "Never admitted"
    NOBODY_CAME = "nobody_came", "Nobody came"
    TECHNICAL = "technical", "Technical problem"
    UNKNOWN = "unknown", "Unknown"


class Surplus(models.TextChoices):
    """A second bot of the provider's for this one of ours; empty if there was none."""

    LEAVING = "leaving", "Sent away"
    GONE = "gone", "Has left"


class BotQuerySet(models.QuerySet["Bot"]):
    def live(self) -> BotQuerySet:
        return self.filter(state__in=LIVE)

    def with_account(self) -> BotQuerySet:
        """With all that a call to the provider, and telling its effect, needs."""
        return self.select_related("workspace", "account", "requested_by")

    def unfinished(self) -> BotQuerySet:
        return self.exclude(state__in=FINAL)

    def with_untold_wait(self) -> BotQuerySet:
        """In a waiting room, and nobody was told of this stay there."""
        untold = Q(lobby_told_at=None) | Q(lobby_told_at__lt=F("state_at"))
        return self.filter(untold, state=BotState.WAITING_ROOM)

    def locked(self, bot: Bot) -> Bot:
        """The same bot, as it is now, held until the transaction ends."""
        return self.with_account().select_for_update(of=("self",)).get(pk=bot.pk)

    def unsent(self) -> BotQuerySet:
        """Promised to a person, unknown to the provider: no booking and no id yet."""
        return self.filter(UNSENT)

    def silent(self, now: datetime) -> BotQuerySet:
        """Unfinished, and nothing heard for ten minutes after something was due.

        What was due is the start for a bot that has not set out, the next step for one that has.
        A meeting may last: a bot in the room counts as silent only from its end. Only our own
        clock is asked, never the provider's.
        """
        late = now - silence()
        waiting = Q(state=BotState.SCHEDULED, starts_at__lt=late)
        in_room = Q(state__in=IN_ROOM) & (Q(ends_at=None) | Q(ends_at__lt=late))
        moving = Q(state__in=MOVING) & (Q(heard_at__lt=late) | Q(state_at__lt=late))
        quiet = Q(heard_at=None) | Q(heard_at__lt=late)
        # The end was told, yet not whether there is a recording without its transcript.
        open_end = Q(state=BotState.PROCESSING, transcript_state=TranscriptState.FAILED)
        due = ((waiting | in_room | moving) & quiet) | open_end
        heard_of = self.filter(due, Q(looked_at=None) | Q(looked_at__lt=now - silence() / 2))
        # What was never sent has nothing to say; it is sent again instead, for a while.
        return heard_of.exclude(UNSENT & Q(starts_at__gt=now - STILL_WORTH_SENDING))

    def unheeded(self, now: datetime) -> BotQuerySet:
        """Asked to leave a minute ago, and by all we know still on its way or in the room."""
        asked = self.unfinished().exclude(state=BotState.PROCESSING).exclude(upstream_id="")
        return asked.filter(leave_requested_at__lt=now - HEED_WITHIN)

    def with_surplus(self) -> BotQuerySet:
        """Those of which a second one is in the meeting, or on its way there."""
        return self.filter(surplus=Surplus.LEAVING)

    def for_list(self) -> BotQuerySet:
        """The latest start first, with all that a row shows."""
        return self.select_related("requested_by").order_by("-starts_at", "-id")

    def for_page(self) -> BotQuerySet:
        """With all the page of one bot shows."""
        return self.with_account().prefetch_related("changes", "chat_messages")

    def for_delivery(
        self, account: UpstreamAccount, *, bot_id: str, correlation_id: str
    ) -> Bot | None:
        """The bot a webhook of `account` speaks of; our own id is surer than the provider's."""
        ours = self.filter(account=account).with_account()
        by_correlation = ours.filter(public_id=correlation_id).first() if correlation_id else None
        return by_correlation or ours.filter(upstream_id=bot_id).exclude(upstream_id="").first()


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

    def give_back_lobby_alert(self) -> None:
        """Nobody could be told; let somebody else try."""
        Bot.objects.filter(pk=self.pk, lobby_told_at=self.lobby_told_at).update(lobby_told_at=None)

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

    def note(self, notice: str) -> None:
        self.notice = notice
        self.save(update_fields=["notice", "updated_at"])


class StatusChange(models.Model):
    """One step as the provider told it, or as we took it ourselves. Told twice, it is one row.

    A final message is a step too, so that these rows alone say where the bot is. `upstream_id` is
    the provider's bot that took it, empty for a step of ours that is about none of them.
    """

    bot = models.ForeignKey(Bot, models.CASCADE, related_name="changes")
    upstream_id = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=80, help_text="the provider's word")
    state = models.CharField(max_length=16, choices=BotState, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    message = models.TextField(blank=True)
    is_reason = models.BooleanField(default=False)
    is_retry = models.BooleanField(default=False)
    has_media = models.BooleanField(default=False)
    attempt = models.PositiveSmallIntegerField(null=True, blank=True)
    max_attempts = models.PositiveSmallIntegerField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True, help_text="told at the end only")
    exited_at = models.DateTimeField(null=True, blank=True, help_text="told at the end only")
    duration_seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bot", "upstream_id", "code", "happened_at", "state", "has_media"],
                name="one_row_per_step",
            ),
        ]

    def is_same_as(self, other: StatusChange) -> bool:
        return self._facts() == other._facts()

    def _facts(self) -> tuple[str, str, datetime, str, bool]:
        return self.upstream_id, self.code, self.happened_at, self.state, self.has_media


class ChatMessage(models.Model):
    """Hostile text from inside the meeting."""

    bot = models.ForeignKey(Bot, models.CASCADE, related_name="chat_messages")
    message_id = models.CharField(max_length=120)
    sender_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "message_id"], name="one_row_per_chat_message"),
        ]
