"""A bot waits to be let in: whoever can do something about it is told, on every page and by mail.

That is the person the bot goes for, and every team-mate who is on the invite. A mail goes out once
per stay in a waiting room, and no person gets a second one within minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot, BotQuerySet
from bots.patience import gives_up_at
from calendars.models import Event
from letters.models import Letter
from letters.writing import Message, one_line, writes
from notifications import telling
from notifications.kinds import KINDS, KindName
from notifications.mails import address, heed_reader, message_to, news_of
from notifications.telling import News
from upstream.states import BotState

MAIL_AT_MOST_EVERY = timedelta(minutes=5)
TELL_WITHIN = timedelta(minutes=10)  # a mail that comes later than that helps nobody


@dataclass(frozen=True, slots=True)
class Waiting:
    """One bot that waits, and until about when."""

    bot: Bot

    @property
    def gives_up_at(self) -> datetime:
        return gives_up_at(self.bot)

    @property
    def minutes_left(self) -> int:
        """Whole minutes, never below one: nobody should give up before the bot does."""
        left = (self.gives_up_at - timezone.now()) / timedelta(minutes=1)
        return max(1, round(left))


def waiting_for(workspace: Workspace, user: User, *, told_here: str = "") -> list[Waiting]:
    """The bots of the workspace that wait and that this person can help; one query when none do.

    The page of one bot tells of its wait by itself: `told_here` is the bot to leave out.
    """
    others = _waiting().filter(workspace=workspace)
    return [Waiting(bot) for bot in others if bot.public_id != told_here and _concerns(bot, user)]


@transaction.atomic
def tell(bot_id: int) -> int:
    """Tell people of a bot that waits, once per stay; return how many."""
    bot = _waiting().filter(pk=bot_id).first()
    if bot is None or not bot.take_lobby_alert():
        return 0
    people = list(_to_tell(bot))
    news = News(
        KindName.WAITING,
        key=f"{bot.public_id} {bot.state_at.isoformat()}",
        title=bot.title or "a meeting",
        note=f"“{bot.name}” waits to be let in. Ask the host.",
        path=reverse("bots:detail", args=[bot.public_id]),
        target=bot.public_id,
    )
    telling.tell(people, bot.workspace, news)
    return len(people)


def untold(now: datetime) -> list[int]:
    """Ids of bots that wait and of which nobody has been told."""
    waiting = Bot.objects.with_untold_wait().filter(state_at__gt=now - TELL_WITHIN)
    return list(waiting.values_list("pk", flat=True))


def settle_over() -> None:
    """Who was told of a wait that is over has nothing to do any more."""
    told = telling.was_told(KindName.WAITING).filter(read_at=None, is_shown=True)
    over = Bot.objects.filter(public_id__in=told).exclude(state=BotState.WAITING_ROOM)
    for public_id in over.values_list("public_id", flat=True):
        telling.settle(KindName.WAITING, public_id)


def _waiting() -> BotQuerySet:
    """With the people on the invites; the second query runs only when there is one."""
    return (
        Bot.objects.filter(state=BotState.WAITING_ROOM)
        .select_related("workspace__bot_defaults", "account")
        .prefetch_related(_invites())
        .order_by("state_at", "pk")
    )


def _invites() -> Prefetch[str]:
    return Prefetch("events", queryset=Event.objects.only("bot_id", "attendees"))


def _to_tell(bot: Bot) -> Iterable[User]:
    """The bot's person and team-mates on the invite, without those who were just told."""
    since = timezone.now() - MAIL_AT_MOST_EVERY
    others = Bot.objects.filter(workspace=bot.workspace_id, lobby_told_at__gt=since)
    just_told = list(others.exclude(pk=bot.pk).prefetch_related(_invites()))
    for person in bot.workspace.members.filter(is_active=True).order_by("pk"):
        if _concerns(bot, person) and not any(_concerns(other, person) for other in just_told):
            yield person


def _concerns(bot: Bot, person: User) -> bool:
    return bot.requested_by_id == person.pk or person.email.lower() in _invited(bot)


def _invited(bot: Bot) -> set[str]:
    return {
        str(one.get("email", "")).lower() for event in bot.events.all() for one in event.attendees
    }


@writes(KindName.WAITING, about=KINDS[KindName.WAITING].about, heed=heed_reader)
def write(letter: Letter) -> Message | None:
    """Of the bots it tells of, those that still wait: a mail that comes too late helps nobody."""
    news = news_of(letter)
    targets = [one.target for one in news]
    still = {bot.public_id: bot for bot in _waiting().filter(public_id__in=targets)}
    told = [(still[one.target], one) for one in news if one.target in still]
    if not told:
        return None
    waits = [
        (one_line(bot.name), gives_up_at(bot), one.title, address(one.path)) for bot, one in told
    ]
    others = f" and {len(told) - 1} more" if len(told) > 1 else ""
    return message_to(
        news,
        subject=f"Waiting to be let in: {waits[0][2]}{others}",
        template="calendars/mail/lobby",
        context={"waits": waits},
    )
