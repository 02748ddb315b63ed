"""All that speaks about a workspace's meetings apart from people's own choices.

    load({1, 2})  →  {1: Policy, 2: Policy}     a fixed number of queries, however many events

A Policy is a value: what would be, as well as what is.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Value

from calendars.facts import Facts
from calendars.models import Block, Calendar, Event, OwnDomain, Rule
from calendars.people import names_of


@dataclass(frozen=True)
class Policy:
    """Rules in the order of their lists, switched-off ones too; the block list; own domains."""

    rules: tuple[Rule, ...] = ()
    blocks: tuple[Block, ...] = ()
    homes: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.rules and not self.blocks

    @property
    def fingerprint(self) -> str:
        """Tells whether it is still what somebody looked at."""
        rules = [(one.public_id, one.version, one.is_enabled, one.is_locked) for one in self.rules]
        blocks = sorted(one.pattern for one in self.blocks)
        told = (rules, blocks, sorted(self.homes))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @cached_property
    def locked(self) -> list[Rule]:
        """What nobody's choice overrules, except “don't record”."""
        return [rule for rule in self.rules if rule.is_locked]

    def asked(self, calendar_id: int) -> list[Rule]:
        """What is asked when nobody chose: the calendar's own rules, then the workspace's."""
        return self._by_calendar.get(calendar_id, []) + self._by_calendar.get(None, [])

    def block_of(self, facts: Facts) -> Block | None:
        """The block that somebody on the invite falls under."""
        if not self.blocks:
            return None
        names = (name for address in sorted(facts.invited) for name in names_of(address))
        return next((self._by_pattern[name] for name in names if name in self._by_pattern), None)

    @cached_property
    def _by_calendar(self) -> dict[int | None, list[Rule]]:
        found: dict[int | None, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            if not rule.is_locked:
                found[rule.calendar_id].append(rule)
        return dict(found)

    @cached_property
    def _by_pattern(self) -> dict[str, Block]:
        return {block.pattern: block for block in self.blocks}


def load(workspace_ids: Collection[int]) -> dict[int, Policy]:
    """The policies of these workspaces, in three queries at most."""
    rules = list(Rule.objects.filter(workspace__in=workspace_ids).in_order())
    blocks, homes = _blocks_and_homes(workspace_ids)
    name_calendars(rules)
    return {
        workspace_id: Policy(
            tuple(rule for rule in rules if rule.workspace_id == workspace_id),
            tuple(block for block in blocks if block.workspace_id == workspace_id),
            frozenset(domain for owner, domain in homes if owner == workspace_id),
        )
        for workspace_id in workspace_ids
    }


def _blocks_and_homes(
    workspace_ids: Collection[int],
) -> tuple[list[Block], list[tuple[int, str]]]:
    """Two lists of names in one query, for every page with meetings asks for them."""
    ours = {"workspace__in": workspace_ids}
    columns = ("workspace_id", "pk", "public_id")
    blocked = Block.objects.filter(**ours).values_list(*columns, "pattern", Value(True))
    own = OwnDomain.objects.filter(**ours).values_list(*columns, "domain", Value(False))
    blocks, homes = [], []
    for workspace_id, pk, public_id, name, is_block in blocked.union(own, all=True):
        if is_block:
            known = {"pk": pk, "workspace_id": workspace_id, "public_id": public_id}
            blocks.append(Block(**known, pattern=name))
        else:
            homes.append((workspace_id, name))
    return sorted(blocks, key=lambda block: block.pattern), homes


def for_events(events: Iterable[Event]) -> dict[int, Policy]:
    """The policy of each of these events by its workspace."""
    return load({event.workspace_id for event in events})


def name_calendars(rules: Iterable[Rule]) -> None:
    """Tell rules that ask for calendars what those are called."""
    asking = [rule for rule in rules if rule.only_calendars]
    if not asking:
        return
    ids = {pk for rule in asking for pk in rule.only_calendars}
    named = {one.pk: str(one) for one in Calendar.objects.filter(pk__in=ids)}
    for rule in asking:
        rule.calendar_names = {pk: named[pk] for pk in rule.only_calendars if pk in named}
