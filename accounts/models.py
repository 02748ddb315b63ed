"""Users, the workspaces they share, and what each of them changed.

User ──< SignIn              (one per browser)
     ──< OwnData             (a copy of what is theirs, to take along)
User ──< Membership >── Workspace ──< everything else
                             ├──< Departure    (what becomes of what was somebody's)
                             ├──< Invitation   (a place for an address, until it is taken)
                             └──< AuditEntry   (written by people's changes, never rewritten)
"""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.public_id import PublicIdField
from accounts.roles import GRANTS, Permission, Role


class UserManager(BaseUserManager["User"]):
    """Creates people who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; the e-mail address is the name they sign in with."""

    public_id = PublicIdField(prefix="usr")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        help_text="IANA name such as Europe/Stockholm; empty until the browser has told it.",
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email.split("@")[0]


class SignInQuerySet(models.QuerySet["SignIn"]):
    def alive(self) -> "SignInQuerySet":
        """Only those whose session has neither ended nor expired."""
        alive = Session.objects.filter(expire_date__gt=timezone.now())
        return self.filter(session_key__in=alive.values("session_key"))

    def for_list(self) -> "SignInQuerySet":
        return self.alive().order_by("-seen_at", "-id")


class SignIn(models.Model):
    """One browser in which a person is signed in (accounts/sign_ins.py)."""

    LONGEST_AGENT = 400

    public_id = PublicIdField(prefix="sgn")
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, db_index=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=LONGEST_AGENT, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = SignInQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} since {self.began_at:%Y-%m-%d}"


class OwnData(models.Model):
    """A copy of what is a person's own, made on request and kept for some days."""

    public_id = PublicIdField(prefix="own")
    user = models.ForeignKey(User, models.CASCADE, related_name="own_data")
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="own-data/", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ready_at=None), name="one_copy_under_way"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Workspace(models.Model):
    """A team. Every row of the product belongs to one, every query starts from one."""

    public_id = PublicIdField(prefix="ws")
    name = models.CharField(max_length=120)
    time_zone = models.CharField(
        max_length=64, blank=True, help_text="for people who have not said theirs; empty: UTC"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_list(self) -> "MembershipQuerySet":
        """By role, the owner first; within a role by name."""
        rank = models.Case(
            *(models.When(role=role, then=place) for place, role in enumerate(Role)),
            output_field=models.IntegerField(),
        )
        return self.select_related("user").order_by(rank, "user__name", "user__email")


class Membership(models.Model):
    """One person's place in one workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)
    steps_hidden_at = models.DateTimeField(
        null=True, blank=True, help_text="the person wants to see the first steps no more"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=models.Q(role=Role.OWNER),
                name="one_owner_per_workspace",
            ),
        ]

    def may(self, permission: Permission) -> bool:
        """Whether this person's role here allows it (accounts/roles.py)."""
        return permission in GRANTS[Role(self.role)]

    def may_for(self, person_id: int | None, *, own: Permission, anybodys: Permission) -> bool:
        """The same for what belongs to `person_id`: one's own asks less than anybody's."""
        return self.may(anybodys) or (person_id == self.user_id and self.may(own))


class WorkspaceOwned(models.Model):
    """What every row of the product has: its workspace, and when it came and last changed.

    Each model adds `public_id = PublicIdField(prefix=…)` if it appears in an address.
    `workspace.bots`, `workspace.events` … are where queries start.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Neither taken nor taken back; it may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self) -> "InvitationQuerySet":
        """Those whose link lets somebody in now."""
        return self.waiting().filter(expires_at__gt=timezone.now())

    def for_list(self) -> "InvitationQuerySet":
        return self.select_related("invited_by").order_by("email", "id")


class Invitation(WorkspaceOwned):
    """A place in the workspace for whoever reads the mail at `email`.

    The link's token is made with the mail, and only its digest is kept: nobody here can open it.
    """

    public_id = PublicIdField(prefix="inv")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role, default=Role.MEMBER)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField()
    mail_asked_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="one_waiting_invitation_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role for role in Role if role != Role.OWNER]),
                name="nobody_is_invited_as_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def has_run_out(self) -> bool:
        return self.expires_at <= timezone.now()


class Departure(WorkspaceOwned):
    """Somebody who left or was removed, and what is to become of what was theirs.

    The place is gone at once; a task does the rest (dashboard/departures.py).
    """

    class Recordings(models.TextChoices):
        STAY = "stay", "They stay, and the owner and admins look after them"
        HAND = "hand", "Hand them to"
        BIN = "bin", "Put them in the bin, and delete them after two weeks"

    class Bots(models.TextChoices):
        CANCEL = "cancel", "Call them off"
        GO = "go", "Let them go to their meetings"

    person = models.ForeignKey(User, models.CASCADE, related_name="departures")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    recordings = models.CharField(max_length=8, choices=Recordings, default=Recordings.STAY)
    heir = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    bots = models.CharField(max_length=8, choices=Bots, default=Bots.CANCEL)
    closes_links = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recordings__in=["stay", "hand", "bin"])
                & models.Q(bots__in=["cancel", "go"]),
                name="departure_choices_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Departure {self.pk}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def for_list(self, *, older_than: "AuditEntry | None" = None) -> "AuditEntryQuerySet":
        """Newest first, with who did it; only what came before `older_than`, if given."""
        entries = self.select_related("actor").order_by("-at", "-id")
        if older_than is None:
            return entries
        same_moment = models.Q(at=older_than.at, id__lt=older_than.id)
        return entries.filter(models.Q(at__lt=older_than.at) | same_moment)

    def about(
        self,
        *,
        person: User | None = None,
        action: str = "",
        target: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> "AuditEntryQuerySet":
        """Those that fit all that is asked; what is empty narrows nothing."""
        asked = {
            "actor": person,
            "action": action,
            "target": target,
            "at__gte": since,
            "at__lt": until,
        }
        return self.filter(**{name: value for name, value in asked.items() if value})


class AuditEntry(models.Model):
    """Who did what, when, from where, to what, before and after.

    Written once: the database refuses to change or delete one (migration 0002).
    """

    public_id = PublicIdField(prefix="aud")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="audit_entries")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="audit_entries")
    action = models.CharField(max_length=64, help_text="noun.verb, such as event.choose")
    target = models.CharField(max_length=64, blank=True, help_text="the public id of what changed")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True, help_text="what the browser calls itself")
    at = models.DateTimeField(default=timezone.now)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["workspace", "-at", "-id"], name="audit_newest_first")]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
