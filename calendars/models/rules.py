"""What a workspace or a calendar says about meetings that nobody chose anything for.

Rule    ordered; all of its conditions must hold, the first rule that matches speaks
Block   a domain or a person whose meetings are never recorded, whoever wishes it
OwnDomain   whoever has an address there is a colleague, and not “someone external”
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Membership, User, WorkspaceOwned
from accounts.public_id import PublicIdField
from accounts.roles import Permission
from calendars.conditions import objection
from calendars.facts import ELSEWHERE, Facts
from calendars.models.connections import Calendar
from calendars.sentences import sentence, short
from upstream.states import Platform

if TYPE_CHECKING:
    from calendars.models.events import Event

PLATFORMS = [*((one, one.label) for one in Platform if one), (ELSEWHERE, "another platform")]


class People(models.TextChoices):
    ANYONE = "", "Anyone"
    EXTERNAL = "external", "Someone external"
    INTERNAL = "internal", "Only colleagues"


class Recurrence(models.TextChoices):
    ANY = "", "Repeating or not"
    RECURRING = "recurring", "Only meetings that repeat"
    ONCE = "once", "Only meetings that do not repeat"


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_order(self) -> RuleQuerySet:
        """As they are asked within one calendar or workspace, with what a page says of them."""
        return self.select_related("locked_by", "calendar__connection__user").order_by(
            "position", "id"
        )

    def manageable_by(self, membership: Membership) -> RuleQuerySet:
        """Those of one's own calendars; those who run the workspace may change all."""
        if membership.may(Permission.RULE):
            return self
        return self.filter(calendar__connection__user=membership.user_id)


class Rule(WorkspaceOwned):
    """A condition that is empty asks nothing; a rule without conditions matches everything."""

    public_id = PublicIdField(prefix="rul")
    calendar = models.ForeignKey(
        Calendar, models.CASCADE, null=True, blank=True, related_name="rules"
    )
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=80, blank=True)
    records = models.BooleanField(default=True)
    is_enabled = models.BooleanField(default=True)
    is_locked = models.BooleanField(default=False)
    locked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="locked_rules"
    )
    version = models.PositiveIntegerField(default=1, help_text="counts its changes")
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="created_rules"
    )

    people = models.CharField(max_length=8, choices=People, blank=True)
    is_own = models.BooleanField(default=False, help_text="the calendar's owner organizes it")
    is_accepted = models.BooleanField(default=False, help_text="the calendar's owner accepted it")
    guests = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    least_people = models.PositiveSmallIntegerField(null=True, blank=True)
    most_people = models.PositiveSmallIntegerField(null=True, blank=True)
    title_has = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    title_lacks = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    platforms = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    only_calendars = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="ids: a calendar that was disconnected keeps its row",
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    starts_from = models.TimeField(null=True, blank=True)
    starts_until = models.TimeField(null=True, blank=True)
    recurrence = models.CharField(max_length=9, choices=Recurrence, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_locked=False) | Q(calendar=None),
                name="only_workspace_rules_are_locked",
            ),
            models.CheckConstraint(condition=Q(people__in=People.values), name="rule_people_known"),
            models.CheckConstraint(
                condition=Q(recurrence__in=Recurrence.values), name="rule_recurrence_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_from=None, starts_until=None)
                | Q(starts_from__isnull=False, starts_until__isnull=False),
                name="rule_hours_have_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(least_people=None)
                | Q(most_people=None)
                | Q(least_people__lte=F("most_people")),
                name="rule_least_people_first",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "position"], name="rules_in_order")]

    def __str__(self) -> str:
        return self.public_id  # a rule may hold names of customers

    def matches(self, event: Event) -> bool:
        """Whether it speaks about this meeting. Pure, as `Facts.of` is."""
        return not objection(self, Facts.of(event))

    @cached_property
    def calendar_names(self) -> dict[int, str]:
        """How to call `only_calendars`; filled in by whoever loads the rule."""
        return {}

    @property
    def sentence(self) -> str:
        """What it means, to be read back."""
        return sentence(self)

    @cached_property
    def label(self) -> str:
        """What it is called in a row and in a trace; once asked for it stays."""
        return self.name or short(self)


class Block(WorkspaceOwned):
    """Nobody's wish can have a meeting recorded that somebody of here is invited to."""

    public_id = PublicIdField(prefix="blk")
    pattern = models.CharField(
        max_length=254, help_text="acme.example with all below it, or ines@acme.example"
    )
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="added_blocks"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "pattern"],
                name="one_block_per_pattern",
                violation_error_message="This is on the block list already.",
            ),
            models.CheckConstraint(condition=~Q(pattern=""), name="block_names_somebody"),
        ]

    def __str__(self) -> str:
        return self.public_id


class OwnDomain(WorkspaceOwned):
    """One more domain of the team's own, beside that of each calendar's account."""

    public_id = PublicIdField(prefix="dom")
    domain = models.CharField(max_length=254, help_text="northwind.example with all below it")
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="added_domains"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "domain"],
                name="one_row_per_own_domain",
                violation_error_message="This domain counts as yours already.",
            ),
            models.CheckConstraint(condition=~Q(domain=""), name="own_domain_is_named"),
        ]

    def __str__(self) -> str:
        return self.public_id
