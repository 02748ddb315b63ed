"""Who the storm befalls: a person with a calendar whose meetings stay booked whatever breaks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import httpx
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from accounts.roles import Role
from calendars import connecting
from calendars.models import Calendar, Connection, Event
from tests.calendars.world import CALENDAR_SCOPE
from tests.faults.machine import wait_for
from tests.sandbox_process import Sandbox
from upstream.models import UpstreamAccount

MEETINGS = 10
LATER = timedelta(days=3)  # long after the storm
READ_WITHIN = 120


@dataclass(frozen=True)
class Person:
    user: User
    workspace: Workspace


def make_person() -> Person:
    user = User(email="maya@northwind.example", name="Maya", time_zone="Europe/London")
    user.set_unusable_password()
    user.save()
    workspace = Workspace.objects.create(name="Northwind")
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
    return Person(user, workspace)


@dataclass(frozen=True)
class Booked:
    """Meetings days away that somebody wants recorded."""

    sandbox: Sandbox
    events: list[str]  # public ids

    @classmethod
    def book(cls, person: Person, sandbox: Sandbox, browser: httpx.Client) -> Self:
        connection = Connection.objects.create(
            workspace=person.workspace,
            user=person.user,
            platform="google",
            subject="104817264500112233401",
            email=person.user.email,
            refresh_token=sandbox.refresh_token(person.user.email),
            scopes=CALENDAR_SCOPE,
        )
        account = UpstreamAccount.objects.get()
        connecting.choose(connection, account, connecting.available(connection, account)[:1])
        calendar = Calendar.objects.get()
        far = calendar.events.exclude(meeting_url="").filter(
            starts_at__gt=timezone.now() + LATER, gone_at=None
        )
        wait_for(lambda: far.count() >= MEETINGS, READ_WITHIN)
        events = list(far.order_by("starts_at").values_list("public_id", flat=True)[:MEETINGS])
        for public_id in events:
            browser.post(f"/events/{public_id}/choice/", data={"verdict": "record"})
        booked = cls(sandbox, events)
        wait_for(lambda: not booked.unbooked(), READ_WITHIN)
        return booked

    def unbooked(self) -> list[str]:
        """Meetings that have not exactly one bot booked at the provider."""
        there = [
            booking["event_id"]
            for booking in self.sandbox.state()["bookings"]
            if booking["status"] != "cancelled"
        ]
        wanted = Event.objects.filter(public_id__in=self.events)
        return [event.public_id for event in wanted if there.count(event.upstream_id) != 1]
