"""News for one person, and how each person wants to hear of which kind.

    told ──► shown in the product until read        (is_shown)
      └────► mail_due_at ──► letter                 (several news may share a letter)

The row is also what keeps news from being told twice: one per person, kind and key, also when the
person wants to hear nothing of it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import User, Workspace, WorkspaceOwned
from accounts.public_id import PublicIdField
from letters.models import Letter
from notifications.kinds import KINDS, Kind, KindName, Way

LONGEST_TITLE = 300
LONGEST_NOTE = 500


class NotificationQuerySet(models.QuerySet["Notification"]):
    def shown_to(self, person: User, workspace: Workspace) -> NotificationQuerySet:
        return self.filter(person=person, workspace=workspace, is_shown=True)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def for_list(self, *, older_than: Notification | None = None) -> NotificationQuerySet:
        """Newest first; only what came before `older_than`, if given."""
        ordered = self.order_by("-created_at", "-id")
        if older_than is None:
            return ordered
        same_moment = Q(created_at=older_than.created_at, id__lt=older_than.id)
        return ordered.filter(Q(created_at__lt=older_than.created_at) | same_moment)

    def to_mail(self) -> NotificationQuerySet:
        return self.exclude(mail_due_at=None)

    def mail_due(self, now: datetime) -> NotificationQuerySet:
        return self.filter(mail_due_at__lte=now)


class Notification(WorkspaceOwned):
    """`title` and `note` are content; the support console shows neither."""

    public_id = PublicIdField(prefix="ntf")
    person = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=12, choices=KindName)
    key = models.CharField(max_length=120, help_text="what it tells; told once to each person")
    target = models.CharField(max_length=64, blank=True, help_text="the public id of what it tells")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    path = models.CharField(max_length=200, blank=True, help_text="the page it leads to")
    is_shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(
        Letter, models.SET_NULL, null=True, blank=True, related_name="notifications"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "workspace", "kind", "key"], name="told_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=KindName.values), name="notification_kind_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "workspace", "-created_at", "-id"],
                condition=Q(is_shown=True),
                name="notifications_newest_first",
            ),
            models.Index(
                fields=["person", "workspace"],
                condition=Q(is_shown=True, read_at=None),
                name="notifications_unread",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="notifications_to_mail",
            ),
            models.Index(fields=["kind", "target"], name="notifications_by_target"),
        ]

    def __str__(self) -> str:
        return self.public_id  # a title is content

    @property
    def kind_of(self) -> Kind:
        return KINDS[self.kind]

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def of(self, person: User, workspace: Workspace) -> dict[str, Way]:
        """How this person hears of each kind here; what was not said is the default."""
        said = self.filter(person=person, workspace=workspace).values_list("kind", "way")
        return {name: kind.default for name, kind in KINDS.items()} | {
            kind: Way(way) for kind, way in said
        }


class Preference(models.Model):
    """What a person said about one kind, for one workspace."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=KindName)
    way = models.CharField(max_length=8, choices=Way)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "workspace", "kind"], name="one_preference_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=KindName.values, way__in=Way.values),
                name="preference_kind_and_way_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.way}"
