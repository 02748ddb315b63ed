"""Roles given, and a workspace handed over: what moves between the people of one workspace."""

from django.db import transaction

from accounts.models import Membership
from accounts.roles import Role


def give_role(membership: Membership, role: Role) -> bool:
    """Change a role; False when it was so already. The owner's is changed by handing over only."""
    mine = Membership.objects.filter(pk=membership.pk).exclude(role__in=[Role.OWNER, role])
    return bool(mine.update(role=role))


@transaction.atomic
def hand_over(owner: Membership, to: Membership) -> bool:
    """Make `to` the owner and the owner an admin; False when somebody was quicker."""
    held = Membership.objects.select_for_update().filter(workspace=owner.workspace_id)
    roles = dict(held.filter(pk__in=[owner.pk, to.pk]).order_by("pk").values_list("pk", "role"))
    if roles.get(owner.pk) != Role.OWNER or to.pk not in roles:
        return False
    Membership.objects.filter(pk=owner.pk).update(role=Role.ADMIN)
    Membership.objects.filter(pk=to.pk).update(role=Role.OWNER)
    return True
