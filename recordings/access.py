"""Who may see a recording, and who may do what with it besides watching.

Everyone in the workspace sees its recordings. One that is restricted (restricting.py) is seen by
its insiders alone; the owner and the admins are none unless somebody lets them in. To share a
recording, to keep it and to delete it is for the owner and the admins, and for the person the bot
went for; of a restricted one, for its keepers. One whose keepers have all left the workspace is
back with the owner and the admins.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.http import WorkspaceRequest
from accounts.models import Membership, User, Workspace
from accounts.roles import Permission, who_may
from recordings.models import Insider, Recording, RecordingQuerySet

KEEPERS = "insiders__user__memberships"  # to prefetch, where `may_manage` is asked of many


def seen_by(recordings: RecordingQuerySet, membership: Membership) -> RecordingQuerySet:
    """Those of the recordings that this person may see."""
    mine = Insider.objects.filter(user=membership.user_id)
    is_seen = Q(restricted_at=None) | Q(pk__in=mine.values("recording"))
    if membership.may(Permission.KEEP_ANY):
        is_seen |= Q(~Exists(Insider.objects.keepers().filter(recording=OuterRef("pk"))))
    return recordings.filter(is_seen)


def seen(request: WorkspaceRequest) -> RecordingQuerySet:
    """The recordings of the workspace that this person may see."""
    return seen_by(request.workspace.recordings.all(), request.membership)


def seen_also_deleted(request: WorkspaceRequest) -> RecordingQuerySet:
    """The same, with those in the bin and what is left of deleted ones."""
    mine = Recording.everything.filter(workspace=request.workspace)
    return seen_by(mine, request.membership)


def hidden_from(membership: Membership) -> frozenset[int]:
    """The recordings of the workspace that this person may not see: few, as a rule."""
    restricted = membership.workspace.recordings.all().restricted()
    hidden = restricted.exclude(pk__in=seen_by(restricted, membership).values("pk"))
    return frozenset(hidden.values_list("pk", flat=True))


def get_seen(request: WorkspaceRequest, public_id: str) -> Recording:
    """One of those that this person may see; a 404 for any other."""
    return get_object_or_404(seen(request).select_related("bot", "workspace"), public_id=public_id)


def get_hidden(request: WorkspaceRequest, public_id: str) -> Recording | None:
    """A recording of the workspace that this person may not see, if it is one."""
    restricted = request.workspace.recordings.all().restricted().filter(public_id=public_id)
    if seen_by(restricted, request.membership).exists():
        return None
    return restricted.select_related("bot__requested_by", "workspace").first()


def left_behind_by(person: User, workspace: Workspace) -> RecordingQuerySet:
    """Those of the bots that went for this person, but for what somebody else here keeps too."""
    others = Insider.objects.keepers().filter(recording=OuterRef("pk")).exclude(user=person)
    return workspace.recordings.filter(~Exists(others), bot__requested_by=person)


def may_manage(membership: Membership, recording: Recording) -> bool:
    """Of a recording that this person may see: whether they share, keep and delete it."""
    if recording.restricted_at is None:
        sent_by = recording.bot.requested_by_id
        return membership.may_for(sent_by, own=Permission.KEEP_OWN, anybodys=Permission.KEEP_ANY)
    keepers = [one for one in recording.insiders.all() if one.is_keeper]
    if membership.user_id in {one.user_id for one in keepers}:
        return membership.may(Permission.KEEP_OWN)
    return membership.may(Permission.KEEP_ANY) and not any(one.is_here for one in keepers)


def among(people: QuerySet[User], recording: Recording) -> QuerySet[User]:
    """Those of the people of the workspace who are told of it."""
    if recording.restricted_at is None:
        return people
    return people.filter(pk__in=recording.insiders.values("user"))


def title_in_trail(recording: Recording) -> dict[str, str]:
    """The audit trail names a recording, unless it is left to some people."""
    return {} if recording.restricted_at else {"title": recording.title}


def in_charge(recording: Recording) -> list[User]:
    """The people who say who sees it and how long it stays."""
    people = User.objects.filter(is_active=True)
    keepers = people.filter(pk__in=recording.insiders.keepers().values("user"))
    if recording.restricted_at and (found := list(keepers.order_by("name", "email"))):
        return found
    managers = people.filter(
        memberships__workspace=recording.workspace_id,
        memberships__role__in=who_may(Permission.KEEP_ANY),
    )
    sender = recording.bot.requested_by
    others = [sender] if sender and sender.is_active and not recording.restricted_at else []
    return list({one.pk: one for one in [*managers.order_by("name", "email"), *others]}.values())
