"""A meeting that should have been recorded was not: those it concerns are told, and why.

Told is what can be told for good: a bot's end may be corrected a moment later, and a meeting whose
bot never went is over first. Who switches kinds off is left in peace.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.models import User
from bots.invited import concerned
from bots.models import Bot, BotQuerySet, Outcome
from calendars import ledger
from calendars.ledger import explain_missing_bot
from calendars.models import Event
from calendars.models.events import EventQuerySet
from notifications import telling
from notifications.kinds import KindName
from notifications.telling import News
from upstream.reasons import explain

MISSED = (
    Outcome.NEVER_ADMITTED,
    Outcome.REFUSED,
    Outcome.NOBODY_CAME,
    Outcome.TECHNICAL,
    Outcome.UNKNOWN,
)
SETTLED_AFTER = timedelta(minutes=3)
TELL_WITHIN = timedelta(days=1)
AT_ONCE = 200


def tell_new(now: datetime) -> int:
    """Tell of what ended lately and was told to nobody; how many meetings."""
    bots, events = list(_bots(now)[:AT_ONCE]), list(_events(now)[:AT_ONCE])
    for bot in bots:
        tell_of_bot(bot)
    for event in events:
        tell_of_event(event)
    return len(bots) + len(events)


def tell_of_bot(bot: Bot) -> None:
    """Its page says what happened, whose side it was on and what to do next time."""
    news = News(
        KindName.MISSED,
        key=bot.public_id,
        title=bot.title or "Untitled meeting",
        note=f"{bot.get_outcome_display()}: {explain(bot.reason).sentence}",
        path=reverse("bots:detail", args=[bot.public_id]),
        target=bot.public_id,
    )
    telling.tell(concerned(bot), bot.workspace, news)


def tell_of_event(event: Event) -> None:
    """No bot went: the owner of the calendar is told, and team-mates on the invite."""
    news = News(
        KindName.MISSED,
        key=event.public_id,
        title=event.shown_title,
        note=explain_missing_bot(event),
        path=reverse("calendars:event", args=[event.public_id]),
        target=event.public_id,
    )
    telling.tell(_readers(event), event.workspace, news)


def _bots(now: datetime) -> BotQuerySet:
    ended = Bot.objects.filter(
        outcome__in=MISSED, state_at__gt=now - TELL_WITHIN, state_at__lte=now - SETTLED_AFTER
    )
    untold = ended.exclude(public_id__in=telling.was_told(KindName.MISSED))
    return untold.select_related("workspace").order_by("state_at", "pk")


def _events(now: datetime) -> EventQuerySet:
    """Over for a while, counted on, and no bot of any meeting's went."""
    over = Event.objects.filter(
        ends_at__gt=now - TELL_WITHIN,
        ends_at__lte=now - SETTLED_AFTER,
        starts_at__gt=now - 2 * TELL_WITHIN,
        bot=None,
    )
    counted_on = ledger.expected(over.standing(), now)
    untold = counted_on.exclude(public_id__in=telling.was_told(KindName.MISSED))
    return untold.select_related("workspace", "calendar__connection__user").order_by("ends_at")


def _readers(event: Event) -> Iterable[User]:
    invited = {str(one.get("email") or "").lower() for one in event.attendees}
    owner = event.calendar.owner
    for person in event.workspace.members.filter(is_active=True).order_by("pk"):
        if person.pk == owner.pk or person.email.lower() in invited:
            yield person
