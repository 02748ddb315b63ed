"""What can be changed about rules, blocks and own domains: tried on a Policy first, then saved.

    change.applied_to(policy)   the policy as it would be; nothing is written
    change.save()               the same, in the tables

Both end in the same answers; that is what makes a dry run true.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db.models import Max

from accounts.models import Membership
from accounts.roles import Permission
from calendars.models import Block, Calendar, OwnDomain, Rule
from calendars.models.rules import RuleQuerySet
from calendars.policies import Policy

Told = dict[str, Any]  # what the audit trail says of it


def may_change(membership: Membership, calendar: Calendar | None) -> bool:
    """A calendar's rules are its owner's; the workspace's are those who run it."""
    owner = calendar.connection.user_id if calendar else None
    return membership.may_for(owner, own=Permission.CONNECT, anybodys=Permission.RULE)


@dataclass(frozen=True)
class _RuleChange:
    rule: Rule

    @property
    def target(self) -> str:
        return self.rule.public_id

    @property
    def calendar(self) -> Calendar | None:
        """Whose meetings alone it concerns; None: everybody's."""
        return self.rule.calendar

    @property
    def before(self) -> Told:
        return {}

    @property
    def after(self) -> Told:
        return _told(self.rule)

    @property
    def _peers(self) -> RuleQuerySet:
        """The rules of the same calendar, or of the workspace."""
        return Rule.objects.filter(workspace=self.rule.workspace, calendar=self.rule.calendar)


class AddRule(_RuleChange):
    action = "rule.create"

    def applied_to(self, policy: Policy) -> Policy:
        return replace(policy, rules=(*policy.rules, self.rule))

    def save(self) -> None:
        """Last in its list: a new rule takes nothing away from those that are there."""
        last = self._peers.aggregate(last=Max("position"))["last"]
        self.rule.position = 0 if last is None else last + 1
        self.rule.save(force_insert=True)


@dataclass(frozen=True)
class EditRule(_RuleChange):
    """`rule` is what it becomes, `old` what it is. Switching off and locking are edits too."""

    old: Rule
    action: str = "rule.change"

    @property
    def before(self) -> Told:
        return _told(self.old)

    def applied_to(self, policy: Policy) -> Policy:
        rules = (self.rule if one.pk == self.rule.pk else one for one in policy.rules)
        return replace(policy, rules=tuple(rules))

    def save(self) -> None:
        self.rule.version = self.old.version + 1
        self.rule.save()


class RemoveRule(_RuleChange):
    action = "rule.delete"

    @property
    def before(self) -> Told:
        return _told(self.rule)

    @property
    def after(self) -> Told:
        return {}

    def applied_to(self, policy: Policy) -> Policy:
        return replace(policy, rules=tuple(one for one in policy.rules if one.pk != self.rule.pk))

    def save(self) -> None:
        Rule.objects.filter(pk=self.rule.pk).delete()


@dataclass(frozen=True)
class MoveRule(_RuleChange):
    """One place up or down among the rules that are asked together."""

    direction: Literal["up", "down"]
    action = "rule.move"

    @property
    def after(self) -> Told:
        return {**_told(self.rule), "moved": self.direction}

    def applied_to(self, policy: Policy) -> Policy:
        rules = list(policy.rules)
        places = [at for at, one in enumerate(rules) if _list_of(one) == _list_of(self.rule)]
        here = [rules[at].pk for at in places].index(self.rule.pk)
        there = here + (1 if self.direction == "down" else -1)
        if 0 <= there < len(places):
            ours, theirs = places[here], places[there]
            rules[ours], rules[theirs] = rules[theirs], rules[ours]
        return replace(policy, rules=tuple(rules))

    def save(self) -> None:
        moved = self.applied_to(Policy(tuple(self._peers.in_order())))
        for position, rule in enumerate(moved.rules):
            Rule.objects.filter(pk=rule.pk).exclude(position=position).update(position=position)


@dataclass(frozen=True)
class _BlockChange:
    block: Block
    calendar = None

    @property
    def target(self) -> str:
        return self.block.public_id

    @property
    def _told(self) -> Told:
        return {"never recorded": self.block.pattern}


class AddBlock(_BlockChange):
    action = "block.add"
    before: Told = {}

    @property
    def after(self) -> Told:
        return self._told

    def applied_to(self, policy: Policy) -> Policy:
        return replace(policy, blocks=(*policy.blocks, self.block))

    def save(self) -> None:
        self.block.save(force_insert=True)


class RemoveBlock(_BlockChange):
    action = "block.remove"
    after: Told = {}

    @property
    def before(self) -> Told:
        return self._told

    def applied_to(self, policy: Policy) -> Policy:
        blocks = (one for one in policy.blocks if one.pk != self.block.pk)
        return replace(policy, blocks=tuple(blocks))

    def save(self) -> None:
        Block.objects.filter(pk=self.block.pk).delete()


@dataclass(frozen=True)
class _DomainChange:
    own: OwnDomain
    calendar = None

    @property
    def target(self) -> str:
        return self.own.public_id

    @property
    def _told(self) -> Told:
        return {"colleagues": self.own.domain}


class AddDomain(_DomainChange):
    action = "domain.add"
    before: Told = {}

    @property
    def after(self) -> Told:
        return self._told

    def applied_to(self, policy: Policy) -> Policy:
        return replace(policy, homes=policy.homes | {self.own.domain})

    def save(self) -> None:
        self.own.save(force_insert=True)


class RemoveDomain(_DomainChange):
    action = "domain.remove"
    after: Told = {}

    @property
    def before(self) -> Told:
        return self._told

    def applied_to(self, policy: Policy) -> Policy:
        return replace(policy, homes=policy.homes - {self.own.domain})

    def save(self) -> None:
        OwnDomain.objects.filter(pk=self.own.pk).delete()


Change = (
    AddRule | EditRule | RemoveRule | MoveRule | AddBlock | RemoveBlock | AddDomain | RemoveDomain
)


def _list_of(rule: Rule) -> tuple[int | None, bool]:
    return rule.calendar_id, rule.is_locked


def _told(rule: Rule) -> Told:
    told: Told = {"rule": rule.sentence}
    if rule.name:
        told["name"] = rule.name
    if not rule.is_enabled:
        told["switched off"] = True
    if rule.is_locked:
        told["locked"] = True
    return told
