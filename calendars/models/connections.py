"""Accounts at Google and Microsoft whose calendars we may read, and the health of each calendar.

A calendar's `status` is the provider's word about the connection; its `sync_state` is how far our
own reading of it has come. A disconnected calendar keeps its row: past meetings hang on it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from accounts.models import Membership, User, WorkspaceOwned
from accounts.public_id import PublicIdField
from accounts.roles import Permission
from upstream.models import UpstreamAccount
from upstream.states import CalendarStatus

STALE_AFTER = timedelta(hours=3)
ERROR_STALE_AFTER = timedelta(minutes=30)
STUCK_AFTER = timedelta(minutes=5)
BROKEN = (CalendarStatus.REVOKED, CalendarStatus.PERMISSION_DENIED)


class CalendarPlatform(models.TextChoices):
    GOOGLE = "google", "Google"
    MICROSOFT = "microsoft", "Microsoft"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def for_list(self) -> ConnectionQuerySet:
        """With the people and the calendars a page shows; the newest account last."""
        shown = Calendar.objects.connected().select_related("account").order_by("name", "id")
        return (
            self.select_related("user")
            .prefetch_related(models.Prefetch("calendars", queryset=shown))
            .order_by("id")
        )

    def manageable_by(self, membership: Membership) -> ConnectionQuerySet:
        """One's own accounts; those who run the workspace may mend or remove anybody's."""
        may_all = membership.may(Permission.MEND_ANY)
        return self if may_all else self.filter(user=membership.user_id)


class Connection(WorkspaceOwned):
    """One account at a platform, known by its stable `subject`: addresses change and are reused."""

    public_id = PublicIdField(prefix="con")
    user = models.ForeignKey(User, models.CASCADE, related_name="connections")
    platform = models.CharField(max_length=12, choices=CalendarPlatform)
    subject = models.CharField(max_length=255, help_text="the platform's stable id of the account")
    email = models.EmailField()
    refresh_token = EncryptedTextField(blank=True)
    scopes = models.TextField(blank=True, help_text="what was granted, space separated")
    status = models.CharField(max_length=20, choices=CalendarStatus, default=CalendarStatus.ACTIVE)
    granted_at = models.DateTimeField(default=timezone.now)
    handed_on_at = models.DateTimeField(
        null=True, blank=True, help_text="the provider was given this very token, or one before it"
    )
    token_refused_at = models.DateTimeField(
        null=True, blank=True, help_text="the platform takes our token no more"
    )

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "platform", "subject"],
                name="one_connection_per_account",
                violation_error_message="This account is already connected in your workspace.",
            ),
            models.CheckConstraint(
                condition=Q(platform__in=CalendarPlatform.values), name="connection_platform_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=CalendarStatus.values), name="connection_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def needs_reconnect(self) -> bool:
        return self.status in BROKEN or self.token_refused_at is not None

    def renew(self, *, refresh_token: str, scopes: str, email: str) -> None:
        """Keep a fresh permission; what was wrong with the old one is over (unsaved)."""
        self.refresh_token, self.scopes, self.email = refresh_token, scopes, email
        self.status, self.granted_at = CalendarStatus.ACTIVE, timezone.now()
        self.handed_on_at = self.token_refused_at = None

    def note_token_refused(self) -> None:
        """Not the calendars' trouble: the provider may still have a copy that works."""
        self.token_refused_at, self.status = timezone.now(), CalendarStatus.REVOKED
        self.save(update_fields=["token_refused_at", "status", "updated_at"])


class SyncState(models.TextChoices):
    """How far our reading of a calendar has come."""

    CONNECTING = "connecting", "Connecting"
    WAITING = "waiting", "Waiting for the first meetings"
    READING = "reading", "Reading meetings"
    READY = "ready", "Up to date"
    FAILED = "failed", "Did not work"


UNDERWAY = (SyncState.CONNECTING, SyncState.WAITING, SyncState.READING)


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def connected(self) -> CalendarQuerySet:
        return self.filter(disconnected_at=None)

    def disconnected(self) -> CalendarQuerySet:
        return self.exclude(disconnected_at=None)

    def left_undeleted(self) -> CalendarQuerySet:
        """Disconnected here, while the provider still reads them or the platform still lets us."""
        others = Calendar.objects.connected().filter(connection=OuterRef("connection"))
        kept = ~Q(connection__refresh_token="") & Q(connection__granted_at__lt=F("disconnected_at"))
        return self.disconnected().filter(~Q(upstream_id="") | (kept & ~Exists(others)))

    def with_owner(self) -> CalendarQuerySet:
        """Deciphering the token of each account would take longer than all the rest."""
        return self.select_related("connection__user").defer("connection__refresh_token")

    def troubled(self, now: datetime) -> CalendarQuerySet:
        """What only a person can mend, each with the number of meetings that hang on it."""
        stuck = Q(upstream_id="", sync_state=SyncState.FAILED)
        at_risk = Subquery(
            apps.get_model("calendars", "Event")
            .objects.filter(calendar=OuterRef("pk"), is_paused=True, gone_at=None, ends_at__gt=now)
            .filter(starts_at__gte=now - timedelta(days=1))
            .values("calendar")
            .annotate(number=Count("id"))
            .values("number")
        )
        return (
            self.connected()
            .filter(Q(status__in=BROKEN) | stuck)
            .annotate(at_risk=Coalesce(at_risk, 0))
            .select_related("connection__user")
            .defer("connection__refresh_token")
            .order_by("name", "id")
        )

    def for_list(self) -> CalendarQuerySet:
        return self.connected().select_related("connection__user").order_by("name", "id")

    def for_work(self) -> CalendarQuerySet:
        return self.connected().select_related("workspace", "account", "connection__user")

    def manageable_by(self, membership: Membership) -> CalendarQuerySet:
        may_all = membership.may(Permission.MEND_ANY)
        return self if may_all else self.filter(connection__user=membership.user_id)

    def named_by(self, account: UpstreamAccount, upstream_id: str) -> Calendar | None:
        """The calendar a webhook of `account` speaks of."""
        ours = self.for_work().filter(account=account).exclude(upstream_id="")
        return ours.filter(upstream_id=upstream_id).first()

    def due_for_sync(self) -> CalendarQuerySet:
        """Connected upstream, not read for long or not at the last try, and not tried just now."""
        now = timezone.now()
        quiet = Q(synced_at=None) | Q(synced_at__lt=now - STALE_AFTER)
        quiet |= Q(synced_at__lt=F("tried_at"))
        quiet |= Q(status=CalendarStatus.ERROR, synced_at__lt=now - ERROR_STALE_AFTER)
        rested = Q(tried_at=None) | Q(tried_at__lt=now - STUCK_AFTER)
        healthy = self.connected().exclude(upstream_id="").exclude(status__in=BROKEN)
        return healthy.filter(quiet, rested)

    def without_details(self) -> CalendarQuerySet:
        """The people of their meetings are not read, and nobody is at it."""
        left = self.connected().filter(details_left__gt=0).exclude(upstream_id="")
        idle = left.filter(updated_at__lt=timezone.now() - STUCK_AFTER)
        return idle.exclude(status__in=BROKEN)

    def stuck_connecting(self) -> CalendarQuerySet:
        long_ago = timezone.now() - STUCK_AFTER
        waiting = self.connected().filter(upstream_id="", sync_state=SyncState.CONNECTING)
        return waiting.filter(Q(tried_at=None) | Q(tried_at__lt=long_ago))

    def to_be_moved(self) -> CalendarQuerySet:
        """Promised to another recording service, and not there yet."""
        return self.connected().exclude(moves_to=None)

    def unrenewed(self) -> CalendarQuerySet:
        """Broken, while the provider has not been told of a permission that was given since."""
        broken = self.connected().filter(status__in=BROKEN).exclude(upstream_id="")
        return broken.filter(connection__granted_at__gt=F("tried_at"))


class Calendar(WorkspaceOwned):
    """One calendar of an account. `upstream_id` is empty until the provider has taken it on."""

    public_id = PublicIdField(prefix="cal")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="calendars")
    account = models.ForeignKey(UpstreamAccount, models.PROTECT, related_name="calendars")
    moves_to = models.ForeignKey(
        UpstreamAccount, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    upstream_id = models.CharField(max_length=64, blank=True)
    raw_id = models.CharField(max_length=255, help_text="the platform's own id of the calendar")
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=255, blank=True)
    is_primary = models.BooleanField(default=False)

    status = models.CharField(max_length=20, choices=CalendarStatus, default=CalendarStatus.ACTIVE)
    status_message = models.TextField(blank=True, help_text="the provider's own words, for support")
    problem = models.TextField(blank=True, help_text="what went wrong last, in a plain sentence")
    sync_state = models.CharField(max_length=12, choices=SyncState, default=SyncState.CONNECTING)
    read_count = models.PositiveIntegerField(default=0, help_text="meetings read so far")
    details_left = models.PositiveIntegerField(default=0, help_text="meetings nobody asked about")
    synced_at = models.DateTimeField(null=True, blank=True, help_text="last complete reading")
    tried_at = models.DateTimeField(null=True, blank=True)
    resubscribed_at = models.DateTimeField(null=True, blank=True)
    gives_back = models.BooleanField(
        default=True, help_text="disconnected with the wish that the platform forgets us, too"
    )
    disconnected_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "raw_id"], name="one_row_per_calendar"),
            models.UniqueConstraint(
                fields=["account", "upstream_id"],
                condition=~Q(upstream_id=""),
                name="one_calendar_per_upstream_id",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CalendarStatus.values), name="calendar_status_known"
            ),
            models.CheckConstraint(
                condition=Q(sync_state__in=SyncState.values), name="calendar_sync_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def name_and_account(self) -> str:
        """Which calendar of which account; a main calendar is often called by the address."""
        name, email = str(self), self.connection.email
        return name if email in name else f"{name} of {email}"

    @property
    def platform_label(self) -> str:
        return self.connection.get_platform_display()

    @property
    def owner(self) -> User:
        return self.connection.user

    @property
    def is_disconnected(self) -> bool:
        return self.disconnected_at is not None

    @property
    def is_broken(self) -> bool:
        """Only the person can mend it: the platform no longer lets us read."""
        return self.status in BROKEN

    @property
    def is_underway(self) -> bool:
        return self.sync_state in UNDERWAY

    @property
    def is_stale(self) -> bool:
        return self.synced_at is not None and self.synced_at < timezone.now() - STALE_AFTER

    @property
    def home_domain(self) -> str:
        """Whoever is of this domain is a colleague."""
        address = self.connection.email
        return address.rpartition("@")[2].lower()

    def twins(self) -> CalendarQuerySet:
        """The same calendar in this workspace, through another account it is shared with."""
        return (
            Calendar.objects.for_work()
            .filter(workspace=self.workspace_id, raw_id=self.raw_id)
            .filter(connection__platform=self.connection.platform)
            .exclude(upstream_id="")
            .exclude(pk=self.pk)
        )

    def note_tried(self) -> None:
        """The provider has been asked, whatever it said."""
        self.tried_at = timezone.now()
        Calendar.objects.filter(pk=self.pk).update(tried_at=self.tried_at)
