"""A person deletes their account: what holds them back, and what becomes of what is theirs.

A workspace of others     stays; their calendars and Zoom accounts there are disconnected, what
                          they recorded stays
A workspace of their own  its calendars are disconnected, its bots called off, and every copy of its
                          recordings deleted, also at the recording service
One they own with others  has to be handed over first

The row of the person stays without anything of theirs, for the tasks that still work on all this
and for the trail, in which they are nobody's name any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import sign_ins
from accounts.models import Invitation, Membership, User, Workspace
from accounts.roles import Role
from bots.models import Bot
from calendars.models import Calendar
from dashboard import departures, own_data
from letters.models import Letter
from notifications.models import Notification, Preference
from recordings import deleting
from recordings.models import Recording

GONE = "Somebody who is no longer here"


@dataclass(frozen=True, slots=True)
class Parting:
    """What the page tells before anybody decides."""

    owned: Sequence[Workspace]  # with others in them: to be handed over first
    alone: Sequence[Workspace]
    shared: Sequence[Workspace]
    recordings: int  # in those of their own
    calendars: int

    @property
    def is_possible(self) -> bool:
        return not self.owned


def parting(person: User) -> Parting:
    """Look at everything `person` has a part in."""
    owned, alone, shared = [], [], []
    for place in person.memberships.select_related("workspace").order_by("id"):
        has_others = place.workspace.memberships.exclude(pk=place.pk).exists()
        if not has_others:
            alone.append(place.workspace)
        elif place.role == Role.OWNER:
            owned.append(place.workspace)
        else:
            shared.append(place.workspace)
    return Parting(
        owned=owned,
        alone=alone,
        shared=shared,
        recordings=Recording.everything.filter(workspace__in=alone).count(),
        calendars=_calendars(person).count(),
    )


@transaction.atomic
def close(person: User) -> bool:
    """Let `person` go for good; False while a workspace of others is theirs."""
    User.objects.select_for_update().get(pk=person.pk)
    found = parting(person)
    if not found.is_possible:
        return False
    for workspace in (*found.alone, *found.shared):
        departures.withdraw(workspace, person)
    for workspace in found.alone:
        _empty(workspace, person)
    departures.call_off(Bot.objects.filter(requested_by=person, is_by_hand=True).unfinished())
    for copy in person.own_data.all():
        own_data.discard(copy)
    _forget(person)
    return True


def _calendars(person: User) -> QuerySet[Calendar]:
    """Theirs everywhere; in a workspace of their own there are no others."""
    return Calendar.objects.for_work().connected().filter(connection__user=person)


def _empty(workspace: Workspace, person: User) -> None:
    departures.call_off(workspace.bots.unfinished())
    for recording in Recording.everything.filter(workspace=workspace):
        deleting.begin(recording, by=person)
    Workspace.objects.filter(pk=workspace.pk).update(name="Deleted workspace")


def _forget(person: User) -> None:
    for model in (EmailAddress, SocialAccount, Authenticator):
        model.objects.filter(user=person).delete()
    for row in person.sign_ins.all():
        sign_ins.end(row)
    Letter.objects.filter(Q(reader=person) | Q(to__iexact=person.email)).delete()
    Notification.objects.filter(person=person).delete()
    Preference.objects.filter(person=person).delete()
    Membership.objects.filter(user=person).delete()
    Invitation.objects.filter(accepted_by=person).delete()
    person.email = f"{person.public_id.lower()}@deleted.invalid"
    person.name, person.time_zone = GONE, ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    person.user_permissions.clear()
    person.groups.clear()
