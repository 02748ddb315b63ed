"""One meeting as people see it: its answer, what happened to it, and what can be done about it.

A row holds nothing of the viewer, so the same row can be sent to everybody's open page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from bots.link_flags import sentences
from calendars.bot_notes import followed, note_of
from calendars.days import day_of
from calendars.decisions import Decision
from calendars.models import Choice, Event, EventChange, EventStatus
from calendars.own_time import OwnTime, own_time_of
from calendars.people import address_of, domain_of, is_outside, is_room
from upstream.states import BotState

DOMAINS_NAMED = 2
NO_BOT_CAN_GO = ("over", "cancelled", "gone", "removed", "declined", "unread")
# Why a meeting that is over was not to be recorded, by the code it ended with.
WHY_NOT = {
    "blocked": "somebody on the block list was invited",
    "locked": "a locked rule said no",
    "never": "it was switched off",
    "no_link": "there was no meeting link",
    "rule": "a rule said no",
    "unread": "who was invited was not known in time",
}
NOBODY_ASKED = "nobody asked for it"
DAY_IN_CALENDAR = {
    "google": "https://calendar.google.com/calendar/r/day/{}/{}/{}",
    "microsoft": "https://outlook.office.com/calendar/view/day/{}/{}/{}",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One meeting as the agenda shows it."""

    event: Event
    decision: Decision
    choice: Choice | None
    change: EventChange | None = None  # what happened to it lately
    sharing: tuple[str, ...] = ()  # whose calendars want the same bot
    homes: frozenset[str] = frozenset()  # the workspace's own domains

    @property
    def is_on(self) -> bool:
        """Where the switch stands: what people and rules want, not what is possible."""
        return self.decision.is_wanted

    @property
    def can_choose(self) -> bool:
        return not self.is_struck and self.decision.code not in ("over", "removed")

    @property
    def told_choice(self) -> Choice | None:
        """What somebody chose, unless it was after the meeting."""
        if self.choice and self.is_history and self.choice.chosen_at > self.event.ends_at:
            return None
        return self.choice

    @property
    def chosen_scope(self) -> str:
        """How far what somebody chose reaches: this, later, series, or nothing was chosen."""
        if self.choice is None:
            return ""
        return "series" if self.choice.is_for_whole_series else self.choice.reach

    @property
    def is_recurring(self) -> bool:
        return self.event.is_recurring

    @property
    def calendar_url(self) -> str:
        """The day of the meeting in its own calendar; the provider tells no nearer address."""
        pattern = DAY_IN_CALENDAR.get(self.event.calendar.connection.platform, "")
        day = day_of(self.event)
        return pattern.format(day.year, day.month, day.day)

    @property
    def is_struck(self) -> bool:
        """Not on the calendar any more, or still there with a line through it."""
        is_cancelled = self.event.status == EventStatus.CANCELLED
        return is_cancelled or self.decision.code in ("cancelled", "gone")

    @property
    def is_pending(self) -> bool:
        """Decided, and not yet so at the provider."""
        if self.event.booking_error or not self.can_choose or self.decision.is_paused:
            return False
        bot = self.event.bot
        if self.decision.will_record:
            return not self.event.is_covered
        if bot is None or bot.is_final or self.sharing:
            return False
        return bot.leave_requested_at is None

    @property
    def reason(self) -> str:
        """The decision in a sentence; of the past, what came of it."""
        if self.is_lost:
            return "It was wanted, and its bot came back without a recording"
        if not self.is_history:
            return self.decision.reason
        if self.event.bot is not None:
            return "It is over; the bot’s page tells how it went"
        if self.event.was_intended:
            return "It was wanted, and no bot went"
        return f"Not recorded: {WHY_NOT.get(self.event.decision_code, NOBODY_ASKED)}"

    @property
    def is_history(self) -> bool:
        """Over: what counts is what stood when it ended, not what would be decided today."""
        if self.decision.code == "removed":
            return self.event.ends_at <= timezone.now()
        return self.decision.code == "over"

    @property
    def is_lost(self) -> bool:
        """The meeting is still going on, and its bot failed or was called off."""
        bot = self.event.bot
        return (
            self.decision.will_record
            and self.event.is_covered
            and bot is not None
            and bot.state in (BotState.FAILED, BotState.CANCELLED)
        )

    @property
    def tone(self) -> str:
        """Whether the answer is good news, a warning, or neither."""
        if self.is_lost or self.decision.needs_you:
            return "warn"
        return "good" if self.decision.will_record else "quiet"

    @property
    def is_failing(self) -> bool:
        """The provider would not do what was decided; the row says why."""
        return bool(self.event.booking_error) and self.can_choose and not self.decision.is_paused

    @property
    def note(self) -> str:
        """What will really become of its bot, where the decision alone does not tell."""
        if self.is_history or self.decision.code == "removed":
            return ""
        now = timezone.now()
        return note_of(self.event, self.decision, self.choice, now)

    @property
    def next_try(self) -> datetime | None:
        """When the provider is asked again for what it would not do."""
        return self.event.retry_at if self.is_failing else None

    @property
    def sharing_note(self) -> str:
        """Who else has the bot come, and what switching it off here would do."""
        bot = self.event.bot
        if not self.sharing or bot is None or bot.is_final or not self.can_choose:
            return ""
        others = " and ".join(self.sharing)
        if self.decision.will_record:
            return f"One bot for this calendar and {others}; switching it off here only leaves it."
        return f"{others} still has it recorded."

    @property
    def link_warnings(self) -> list[str]:
        """What is odd about its link, a sentence each, while something can still be done."""
        return sentences(self.event.link_flags) if self.can_choose else []

    @property
    def bot_after_change(self) -> str:
        """After a move or with another link: has the bot followed yet?"""
        if self.change is None or not self.decision.will_record:
            return ""
        return followed(self.event, self.change.kind)

    @property
    def can_send_now(self) -> bool:
        """A bot could be there in a moment, and none is on its way."""
        is_open = self.decision.code not in NO_BOT_CAN_GO and not self.decision.is_locked_off
        bot = self.event.bot
        return is_open and bool(self.event.meeting_url) and (bot is None or bot.is_final)

    @property
    def is_running(self) -> bool:
        return self.event.starts_at <= timezone.now() < self.event.ends_at

    @property
    def ends_a_visit(self) -> bool:
        """Switching it off now takes a bot out of a meeting that is going on."""
        return self.is_on and self.event.bot is not None and self.event.bot.is_live

    @property
    def bot(self) -> object:
        """The bot to show a chip of; one that was only wished for has nothing to say yet."""
        bot = self.event.bot
        return bot if bot is not None and self.event.is_covered else None

    @property
    def length(self) -> str:
        return length_of(self.event)

    @property
    def own_time(self) -> OwnTime | None:
        return own_time_of(self.event)

    @property
    def people(self) -> int:
        return len(self.event.attendees)

    @property
    def outside(self) -> str:
        """The domains of people from outside, the first two by name."""
        homes = (self.event.calendar.home_domain, *self.homes)
        invited = {address_of(person.get("email")) for person in self.event.attendees}
        domains = sorted(
            {domain_of(one) for one in invited if is_outside(one, homes) and not is_room(one)}
        )
        named, more = domains[:DOMAINS_NAMED], len(domains) - DOMAINS_NAMED
        return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def length_of(event: Event) -> str:
    """How long it lasts, as one would say it."""
    if event.is_all_day:
        return "all day"
    minutes = round((event.ends_at - event.starts_at) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} min")
    return " ".join(parts)
