"""What is asked about many bots: who is under way, silent, unsent, unheeded, or waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bots.ends import Outcome, Surplus
from upstream.models import UpstreamAccount
from upstream.states import FINAL, LIVE, BotState, TranscriptState

if TYPE_CHECKING:
    from bots.models import Bot

HEED_WITHIN = timedelta(minutes=1)
IN_ROOM = (BotState.IN_CALL, BotState.RECORDING, BotState.PAUSED)
SETTING_OUT = (BotState.QUEUED, BotState.JOINING, BotState.WAITING_ROOM, BotState.IN_CALL)
MOVING = (BotState.QUEUED, BotState.JOINING, BotState.WAITING_ROOM, BotState.PROCESSING)
UNSENT = Q(state=BotState.SCHEDULED, is_by_hand=True, upstream_id="", booked_at=None)
STILL_WORTH_SENDING = timedelta(hours=1)
ASK_WHY_FOR = timedelta(days=1)
BARELY_TOLD = (Outcome.UNKNOWN, Outcome.TECHNICAL)


def silence() -> timedelta:
    """How long a bot may say nothing when it should; it is then looked at twice as often."""
    return timedelta(seconds=settings.BOT_SILENCE_SECONDS)


class BotQuerySet(models.QuerySet["Bot"]):
    def live(self) -> BotQuerySet:
        return self.filter(state__in=LIVE)

    def with_account(self) -> BotQuerySet:
        """With all that a call to the provider, and telling its effect, needs."""
        return self.select_related("workspace__bot_defaults", "account", "requested_by")

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

    def unexplained(self, now: datetime) -> BotQuerySet:
        """Failed lately, with no more said than that something broke; asked about once.

        A provider tells first that a bot failed and then why, and the second message may be lost.
        """
        barely_told = self.filter(state=BotState.FAILED, outcome__in=BARELY_TOLD)
        lately = barely_told.filter(heard_at__gt=now - ASK_WHY_FOR, heard_at__lt=now - HEED_WITHIN)
        return lately.filter(Q(looked_at=None) | Q(looked_at__lt=F("heard_at")))

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
        return self.with_account().prefetch_related("changes", "chat_messages", "sightings")

    def for_delivery(
        self, account: UpstreamAccount, *, bot_id: str, correlation_id: str
    ) -> Bot | None:
        """The bot a webhook of `account` speaks of; our own id is surer than the provider's."""
        ours = self.filter(account=account).with_account()
        by_correlation = ours.filter(public_id=correlation_id).first() if correlation_id else None
        return by_correlation or ours.filter(upstream_id=bot_id).exclude(upstream_id="").first()
