"""Invented people for a scenario, signed in without the second that a password takes."""

from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import Membership, User, Workspace
from accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a workspace of their own."""

    user: User
    workspace: Workspace
    session: str

    @property
    def cookie(self) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={self.session}"

    def browser_cookie(self, url: str) -> Any:
        """The same for a browser that is to look at `url`."""
        return {"name": settings.SESSION_COOKIE_NAME, "value": self.session, "url": url}

    def join(self, workspace: Workspace) -> None:
        Membership.objects.create(user=self.user, workspace=workspace, role=Role.MEMBER)


def make_person() -> Person:
    user = User(email=f"{token_hex(6)}@bench.example", name="Bench", time_zone="Europe/London")
    user.set_unusable_password()
    user.save()
    workspace = Workspace.objects.create(name="Bench")
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
    client = Client()
    client.force_login(user)
    return Person(user, workspace, client.cookies[settings.SESSION_COOKIE_NAME].value)


def remove(*people: Person) -> None:
    """With all that is theirs."""
    for person in people:
        person.workspace.delete()
        person.user.delete()
