"""Somebody leaves the workspace: what was theirs here, and what becomes of it.

estate_of   what the page tells before anybody decides
depart      the place is gone at once; what is to become of the rest is kept as a row
carry_out   calendars are disconnected, bots called off, recordings handed over or put in the bin
withdraw    the part of it that nobody is asked about; deleting one's account does it everywhere

Carrying out twice is carrying out once: what is done already is not found again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import live
from accounts.models import Departure, Membership, User, Workspace
from accounts.roles import Role
from bots import queue
from bots.models import Bot
from calendars import connecting
from calendars.models import Calendar
from recordings import access, deleting, restricting, sharing
from recordings.models import Share
from zoom import connecting as zoom_connecting
from zoom.models import ZoomAccount

UNFINISHED_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Estate:
    """What somebody has in a workspace."""

    calendars: list[connecting.Cost]
    bots: int
    recordings: int
    restricted: int  # of these, left to some people
    zoom: int
    links: int

    @property
    def is_empty(self) -> bool:
        return not any((self.calendars, self.zoom, self.bots, self.recordings, self.links))


def estate_of(workspace: Workspace, person: User) -> Estate:
    recordings = access.left_behind_by(person, workspace)
    return Estate(
        calendars=connecting.costs(_calendars(workspace, person)),
        bots=_bots(workspace, person).count(),
        recordings=recordings.count(),
        restricted=recordings.restricted().count(),
        zoom=_zoom_accounts(workspace, person).count(),
        links=len(_links(workspace, person)),
    )


@transaction.atomic
def depart(membership: Membership, departure: Departure) -> bool:
    """End the membership now, and have the rest seen to; False when it ended, or owns by now."""
    held = Membership.objects.select_for_update().filter(pk=membership.pk)
    if held.exclude(role=Role.OWNER).first() is None:
        return False
    departure.workspace, departure.person = membership.workspace, membership.user
    departure.save()
    membership.delete()
    live.recheck(departure.workspace.public_id)
    transaction.on_commit(
        lambda: current_app.send_task(
            "dashboard.carry_out", kwargs={"departure_id": departure.pk}, retry=False
        ),
        robust=True,
    )
    return True


def carry_out(departure: Departure) -> None:
    """Do what was decided; a part at a time, so that what is done stays done."""
    workspace, person = departure.workspace, departure.person
    withdraw(workspace, person)
    if departure.bots == Departure.Bots.CANCEL:
        call_off(_bots(workspace, person))
    by = departure.asked_by or person
    if departure.recordings == Departure.Recordings.HAND:
        if departure.heir:
            left = access.left_behind_by(person, workspace).restricted()
            restricting.hand_over(left, departure.heir, by)
        workspace.bots.filter(requested_by=person).update(requested_by=departure.heir)
    elif departure.recordings == Departure.Recordings.BIN:
        for recording in access.left_behind_by(person, workspace):
            deleting.put_in_bin(recording, by)
    if departure.closes_links:
        sharing.revoke(_links(workspace, person), by)
    Departure.objects.filter(pk=departure.pk).update(done_at=timezone.now())


def withdraw(workspace: Workspace, person: User) -> None:
    """Their calendars and Zoom accounts are disconnected; what these booked does not come."""
    for calendar in _calendars(workspace, person):
        connecting.disconnect(calendar)
    for account in _zoom_accounts(workspace, person):
        zoom_connecting.disconnect(account)


def call_off(bots: Iterable[Bot]) -> None:
    for bot in bots:
        with transaction.atomic():
            if bot.ask_to_leave():
                queue.leave(bot.pk)


def unfinished(now: datetime) -> QuerySet[Departure]:
    """Those nobody carried out: the broker was down, or a worker stopped half way."""
    return Departure.objects.filter(done_at=None, created_at__lt=now - UNFINISHED_FOR)


def _calendars(workspace: Workspace, person: User) -> list[Calendar]:
    mine = workspace.calendars.for_work().connected().filter(connection__user=person)
    return list(mine.order_by("name", "id"))


def _zoom_accounts(workspace: Workspace, person: User) -> QuerySet[ZoomAccount]:
    return ZoomAccount.objects.connected().filter(workspace=workspace, user=person)


def _bots(workspace: Workspace, person: User) -> QuerySet[Bot]:
    """Those they sent by hand; what a calendar booked goes with the calendar."""
    sent = workspace.bots.filter(requested_by=person, is_by_hand=True)
    return sent.unfinished().filter(leave_requested_at=None)


def _links(workspace: Workspace, person: User) -> list[Share]:
    made = Share.objects.filter(workspace=workspace, made_by=person, revoked_at=None)
    return [one for one in made.select_related("recording") if one.state() == "open"]
