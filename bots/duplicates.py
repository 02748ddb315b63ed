"""Another bot for the same meeting, looked for before a second one is sent.

The same room around the same time counts, not only the same minute: people start a little early,
and a bot that is inside stays until the meeting ends.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Workspace
from bots.links import same_room
from bots.models import Bot
from bots.querysets import IN_ROOM, MOVING
from upstream.states import BotState

EARLY = timedelta(minutes=10)
USUAL_LENGTH = timedelta(hours=1)
LONGEST = timedelta(days=1)
PRESENT = tuple(state for state in (*MOVING, *IN_ROOM) if state != BotState.PROCESSING)


def find(
    workspace: Workspace, *, meeting_url: str, starts_at: datetime, except_order: str = ""
) -> Bot | None:
    """The bot that would meet this one in the meeting; one that was asked to leave is none."""
    around = Q(starts_at__gt=starts_at - LONGEST, starts_at__lt=starts_at + EARLY)
    there = workspace.bots.filter(
        around, state__in=(BotState.SCHEDULED, *PRESENT), leave_requested_at=None
    ).select_related("requested_by")
    if except_order:
        there = there.exclude(order_id=except_order)
    room = same_room(meeting_url)
    same = (bot for bot in there.order_by("starts_at") if same_room(bot.meeting_url) == room)
    return next((bot for bot in same if _is_there_at(bot, starts_at)), None)


def find_wanted(workspace: Workspace, *, meeting_url: str, starts_at: datetime) -> Any:
    """The event that is to be recorded around then, in this room, and for which no bot is claimed.

    A booking may be under way, or waiting for the recording service to answer again.
    """
    room = same_room(meeting_url)
    around = workspace.events.wanted_around(starts_at, EARLY)
    return next((event for event in around if same_room(event.meeting_url) == room), None)


def _is_there_at(bot: Bot, moment: datetime) -> bool:
    """Planned for then; or inside now, and "then" is now."""
    is_now = moment < timezone.now() + EARLY
    if bot.state in PRESENT and is_now:
        return True
    return moment < (bot.ends_at or bot.starts_at + USUAL_LENGTH)
