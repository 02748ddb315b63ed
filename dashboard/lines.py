"""A meeting in one sentence, with the one button that is of use: what will happen, or what came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Permission
from bots.models import Bot, Outcome
from bots.templatetags.bot_words import minutes
from calendars.agenda import make_rows
from calendars.ledger import SAVING, WORDS, explain_missing_bot
from calendars.models import Event, Verdict
from calendars.own_time import OwnTime, own_time_of
from calendars.rows import Row, length_of
from upstream.reasons import explain


@dataclass(frozen=True, slots=True)
class Button:
    """Leads to `path`; or, with a verdict, says so about the meeting."""

    label: str
    path: str
    verdict: str = ""
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`status` colours the chip, or the sentence of a line without a chip."""

    event: Event
    status: str
    sentence: str
    button: Button
    word: str = ""

    @property
    def length(self) -> str:
        return length_of(self.event)

    @property
    def own_time(self) -> OwnTime | None:
        return own_time_of(self.event)


def lines_ahead(events: Iterable[Event], membership: Membership, now: datetime) -> list[Line]:
    """What will happen to each, and how to change it."""
    return [
        Line(row.event, _status(row), _sentence(row), _button(row, membership))
        for row in make_rows(events, now)
    ]


def lines_past(events: Iterable[Event], membership: Membership) -> list[Line]:
    """What came of each; the events know it as `came_of_it`."""
    return [_line_past(event, membership) for event in events]


def _status(row: Row) -> str:
    if row.event.waits_for_you:
        return "warn"
    return "good" if row.decision.will_record else "quiet"


def _sentence(row: Row) -> str:
    if row.is_failing:
        return f"Not booked yet: {row.event.booking_error}"
    return f"{row.reason}."


def _button(row: Row, membership: Membership) -> Button:
    event, decision, bot = row.event, row.decision, row.event.bot
    if decision.is_paused:
        return _mend(event, membership)
    if row.is_lost:
        return _choose(event, Verdict.RECORD, "Send a bot again")
    if decision.code == "no_link":
        return _open_calendar(row, "Add a link")
    if bot is not None and bot.is_live:
        return _see_bot(bot, "See the bot")
    if row.is_failing or decision.is_locked_off or not row.can_choose:
        return _see(event)
    if decision.code in ("declined", "unread"):
        return _see(event)
    if decision.will_record:
        return _choose(event, Verdict.NEVER, "Don’t record")
    return _choose(event, Verdict.RECORD, "Record it")


def _line_past(event: Event, membership: Membership) -> Line:
    outcome: str = event.came_of_it  # type: ignore[attr-defined]
    bot = event.bot
    if bot is None or outcome != (bot.outcome or outcome):
        is_broken = event.calendar.is_broken and event.is_paused
        button = _mend(event, membership) if is_broken else _see(event)
        return Line(event, outcome, explain_missing_bot(event), button, word_for(outcome))
    return Line(event, outcome, _told(bot, outcome), _watch_or_see(bot), word_for(outcome))


def _told(bot: Bot, outcome: str) -> str:
    match outcome:
        case Outcome.RECORDED if bot.duration_seconds:
            return f"{minutes(bot.duration_seconds).capitalize()} of recording."
        case Outcome.RECORDED:
            return "What was said is here."
        case Outcome.NOT_NEEDED:
            return "Called off before it began."
        case str() if outcome == SAVING:
            return "The meeting is over; what the bot recorded is being saved."
        case _ if not bot.is_final:
            return "Its bot has said nothing since; nobody can tell how it ended."
        case _:
            return explain(bot.reason).sentence


def _watch_or_see(bot: Bot) -> Button:
    if recordings := list(bot.recordings.all()):
        path = reverse("recordings:recording", args=[recordings[0].public_id])
        return Button("Watch", path)
    return _see_bot(bot, "See what happened")


def _choose(event: Event, verdict: Verdict, label: str) -> Button:
    return Button(label, reverse("calendars:choice", args=[event.public_id]), verdict)


def _see(event: Event) -> Button:
    return Button("See why", reverse("calendars:event", args=[event.public_id]))


def _see_bot(bot: Bot, label: str) -> Button:
    return Button(label, reverse("bots:detail", args=[bot.public_id]))


def _mend(event: Event, membership: Membership) -> Button:
    """Only its owner, or who runs the workspace, can give the permission again."""
    connection = event.calendar.connection
    if membership.may(Permission.MEND_ANY) or connection.user_id == membership.user_id:
        return Button("Reconnect", reverse("calendars:reconnect", args=[connection.public_id]))
    return Button("See the calendar", reverse("calendars:index"))


def _open_calendar(row: Row, label: str) -> Button:
    address = row.calendar_url
    return Button(label, address, is_elsewhere=True) if address else _see(row.event)


def word_for(outcome: str) -> str:
    """As a chip says it."""
    return Outcome(outcome).label if outcome in Outcome.values else WORDS[outcome].capitalize()
