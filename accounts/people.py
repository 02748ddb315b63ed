"""People and their places: everyone who comes in has a proven address and a workspace.

`create_person` is for those who need no proof by mail: the seed, the tests, the support console.
Sign-up goes through allauth (accounts/adapter.py) and meets it in `settle`.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from accounts import audit, invitations
from accounts.middleware import enter
from accounts.models import Membership, User, Workspace
from accounts.roles import Role


@transaction.atomic
def create_person(
    *,
    email: str,
    password: str | None = None,
    name: str = "",
    workspace: Workspace | None = None,
    role: Role = Role.MEMBER,
    time_zone: str = "",
    **flags: Any,
) -> User:
    """Create a person with a verified address, and their place in `workspace` if one is given.

    Without a password they sign in by other ways only, or ask for a new one.
    """
    user = User.objects.create_user(email, password, name=name, time_zone=time_zone, **flags)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if workspace is not None:
        Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


def settle(request: HttpRequest, newcomer: User) -> None:
    """Give a new person their place: where they were invited to, else a workspace of their own."""
    invitation = invitations.held(request, newcomer.email)
    membership = invitations.accept(invitation, newcomer) if invitation else None
    if invitation is None or membership is None:
        found_workspace(newcomer)
        return
    enter(request, membership.workspace)
    audit.record(
        workspace=membership.workspace,
        actor=newcomer,
        action="invitation.accept",
        target=invitation.public_id,
        after={"email": invitation.email, "role": membership.role},
        **audit.whence(request),
    )


@transaction.atomic
def found_workspace(owner: User, name: str = "", time_zone: str = "") -> Workspace:
    """Create a workspace that `owner` owns; a new person's is named after them."""
    given = name or f"{owner.get_short_name()}'s workspace"[:120]
    workspace = Workspace.objects.create(name=given, time_zone=time_zone or owner.time_zone)
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    return workspace
