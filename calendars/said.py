"""What people have said, as it stands in one workspace, to be thought over and written back.

take_turns ─► standing ─► (a copy is changed) ─► write

    as_json, read    the same words kept with an undo
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import Workspace
from calendars.models import Choice

Key = tuple[str, str, datetime]  # identity, reach, original start
Said = dict[Key, Choice]


def take_turns(workspace_id: int) -> None:
    """One change of choices per workspace at a time, so that the last click is the one that holds
    and an undo knows what really stood before it."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)


def standing(workspace_id: int, identities: Collection[str]) -> Said:
    """Every word about these meetings and their series."""
    found = Choice.objects.filter(workspace=workspace_id, identity__in=identities)
    return {(one.identity, one.reach, one.original_start): one for one in found}


def write(before: Mapping[Key, Choice], after: Mapping[Key, Choice]) -> list[Key]:
    """Make the table say `after`, in two statements; return the keys that differ."""
    gone = [before[key].pk for key in before.keys() - after.keys()]
    fresh = [choice for key, choice in after.items() if choice is not before.get(key)]
    if gone:
        Choice.objects.filter(pk__in=gone).delete()
    if fresh:
        Choice.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["workspace", "identity", "original_start", "reach"],
            update_fields=["verdict", "chosen_by", "chosen_at", "updated_at"],
        )
    keys = before.keys() | after.keys()
    return sorted(key for key in keys if before.get(key) is not after.get(key))


def as_json(choice: Choice) -> dict[str, Any]:
    """As an undo keeps it."""
    return {
        "identity": choice.identity,
        "reach": str(choice.reach),
        "original_start": choice.original_start.isoformat(),
        "verdict": str(choice.verdict),
        "chosen_by": choice.chosen_by_id,
        "chosen_at": choice.chosen_at.isoformat(),
    }


def read(workspace_id: int, kept: Iterable[Mapping[str, Any]]) -> Said:
    """The choices as `as_json` wrote them."""
    said: Said = {}
    for one in kept:
        choice = Choice(
            workspace_id=workspace_id,
            identity=one["identity"],
            reach=one["reach"],
            original_start=datetime.fromisoformat(one["original_start"]),
            verdict=one["verdict"],
            chosen_by_id=one["chosen_by"],
            chosen_at=datetime.fromisoformat(one["chosen_at"]),
        )
        said[choice.identity, choice.reach, choice.original_start] = choice
    return said
