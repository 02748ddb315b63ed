"""How a person wants to hear of what, said on the settings page or by a click in a mail."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User, Workspace
from notifications.kinds import KINDS, Way
from notifications.models import Preference

Told = dict[str, str]


@transaction.atomic
def choose(person: User, workspace: Workspace, wished: Mapping[str, Way]) -> tuple[Told, Told]:
    """Keep these ways; return what changed, before and after, in the words of the page."""
    before = Preference.objects.of(person, workspace)
    changed = {kind: way for kind, way in wished.items() if way != before[kind]}
    for kind, way in changed.items():
        Preference.objects.update_or_create(
            person=person, workspace=workspace, kind=kind, defaults={"way": way}
        )
    return (
        {KINDS[kind].name.label: before[kind].label for kind in changed},
        {KINDS[kind].name.label: way.label for kind, way in changed.items()},
    )
