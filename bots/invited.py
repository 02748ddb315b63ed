"""Who was asked to come to a bot's meeting, for those who know bots and no calendars.

A private entry keeps its guests to itself, as it does its title; whom of the team it concerns can
be told all the same, as they have it in their own calendar.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from bots.models import Bot


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody on the invitation; `name` is empty where the calendar does not tell it."""

    name: str
    email: str


def guests_of(bot: Bot) -> list[Guest]:
    """Everybody on the invitations this bot went for, each once, rooms left out."""
    found: dict[str, Guest] = {}
    for attendees in bot.events.filter(is_private=False).values_list("attendees", flat=True):
        for person in attendees:
            email, name = str(person.get("email") or ""), str(person.get("name") or "")
            key = email.lower() or name
            if key and not _is_room(email) and not (key in found and found[key].name):
                found[key] = Guest(" ".join(name.split()), email)
    return list(found.values())


def concerned(bot: Bot) -> QuerySet[User]:
    """Whom a bot goes for: its person, and every team-mate on the invite."""
    invited = {
        str(person.get("email") or "").lower()
        for attendees in bot.events.values_list("attendees", flat=True)
        for person in attendees
    }
    team = bot.workspace.members.filter(is_active=True).order_by("pk")
    return team.alias(address=Lower("email")).filter(
        Q(pk=bot.requested_by_id) | Q(address__in=invited - {""})
    )


def _is_room(email: str) -> bool:
    return email.lower().endswith("calendar.google.com")
