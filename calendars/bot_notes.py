"""What a row says about its bot when the decision alone does not tell what will really happen.

Close to the start a provider no longer changes what is booked: a bot may come for the old time, or
come although it was called off. Before it happens the row says so, and afterwards what was done.
"""

from datetime import datetime, timedelta

from bots.models import SAME_APPOINTMENT, Bot, Surplus
from bots.querysets import SETTING_OUT
from calendars.decisions import Decision
from calendars.models import ChangeKind, Choice, Event
from upstream.registry import capabilities_of
from upstream.states import FINAL, BotState

LEFT_BEHIND = (
    "Too late to move: the first bot will still come; Earshot will send it away when it joins."
)
LINK_IS_LATE = (
    "Too late for its bot to follow the new link: it is called off, and another is sent at once."
)
FIRST_IS_LEAVING = "The bot of the old time came and has been sent away; another comes later."
FIRST_HAS_LEFT = "The bot of the old time came, and Earshot sent it away."
TWIN_IS_LEAVING = "A second bot came; Earshot has sent it away."
TWIN_HAS_LEFT = "A second bot came, and Earshot sent it away."
COMES_AGAIN = "The bot that was sent away is still leaving; another comes as soon as it is gone."
CALLED_BACK = "Too late to move: its bot set out for the old time and is being called back."
IS_LEAVING = "Its bot has been asked to leave."
IS_SAVING = "Its bot has left the meeting; what it recorded is being saved."
SETS_OUT = "It starts in a moment, so a bot is sent at once."
OFF_IS_LATE = "Its bot sets out now; switched off, it may still appear and then leaves at once."
WAY_BACK = "It may be too late to stop its bot: should it appear, it leaves at once."
# After a change: that its bot has followed, that it has not yet, and where that can be seen.
FOLLOWED: dict[str, tuple[str, str, str]] = {
    ChangeKind.MOVED: ("the bot moved too", "the bot is being moved", "starts_at"),
    ChangeKind.LINK_CHANGED: ("the bot goes to the new one", "the bot is told", "meeting_url"),
}


def note_of(event: Event, decision: Decision, choice: Choice | None, now: datetime) -> str:
    """The sentence, or nothing."""
    bot = event.bot
    if bot is None or not event.is_covered:
        is_near = event.starts_at <= now + _window(event)
        return SETS_OUT if decision.will_record and is_near and not event.booking_error else ""
    if bot.is_final:
        return _afterwards(event, bot)
    if decision.will_record:
        return _wanted(event, bot, choice, now)
    return _unwanted(event, bot, now)


def followed(event: Event, kind: str) -> str:
    """Whether its bot has gone along with what happened to the meeting."""
    bot = event.bot
    if kind not in FOLLOWED or bot is None or bot.is_final or bot.left_behind_at:
        return ""  # of a bot that was left behind the note tells what comes of it
    done, underway, place = FOLLOWED[kind]
    if getattr(bot, place) == getattr(event, place):
        return done
    return underway if event.is_bot_elsewhere else ""


def _wanted(event: Event, bot: Bot, choice: Choice | None, now: datetime) -> str:
    if bot.leave_requested_at is not None:
        if event.is_wished_again(choice):
            return COMES_AGAIN if bot.is_leaving else ""
        return CALLED_BACK if _is_of_old_time(event, bot) else IS_LEAVING
    if bot.state == BotState.PROCESSING:
        return IS_SAVING
    if event.is_bot_too_early:
        return CALLED_BACK
    if bot.surplus or bot.left_behind_at:
        return _surplus(bot, now)
    if not (event.is_bot_scheduled or event.is_booked_by_link or bot.is_by_hand):
        return ""
    is_setting_out = bot.state == BotState.SCHEDULED and event.starts_at <= now + _window(event)
    if is_setting_out and event.is_bot_elsewhere and bot.meeting_url != event.meeting_url:
        return LINK_IS_LATE
    return OFF_IS_LATE if is_setting_out else ""


def _unwanted(event: Event, bot: Bot, now: datetime) -> str:
    if bot.leave_requested_at is not None and bot.state != BotState.SCHEDULED:
        return IS_SAVING if bot.state == BotState.PROCESSING else IS_LEAVING
    is_close = bot.starts_at <= now + _window(event)
    return WAY_BACK if is_close or bot.state in SETTING_OUT else ""


def _surplus(bot: Bot, now: datetime) -> str:
    """Of a second bot of the provider's: that it will come, that it is leaving, that it left."""
    is_moved = bot.left_behind_at is not None
    if bot.surplus == Surplus.LEAVING:
        return FIRST_IS_LEAVING if is_moved else TWIN_IS_LEAVING
    if bot.surplus == Surplus.GONE:
        return FIRST_HAS_LEFT if is_moved else TWIN_HAS_LEFT
    is_due = bot.left_behind_at is not None and bot.left_behind_at > now - timedelta(minutes=10)
    return LEFT_BEHIND if is_due else ""


def _afterwards(event: Event, bot: Bot) -> str:
    if event.booking_error or bot.state not in FINAL or bot.surplus != Surplus.GONE:
        return ""
    return FIRST_HAS_LEFT if bot.left_behind_at else TWIN_HAS_LEFT


def _is_of_old_time(event: Event, bot: Bot) -> bool:
    return not bot.is_by_hand and event.starts_at > bot.starts_at + SAME_APPOINTMENT


def _window(event: Event) -> timedelta:
    return timedelta(seconds=capabilities_of(event.calendar.account).lock_window_seconds)
