"""What people put over a transcript, and the transcriptions it came from. Nothing here is lost.

Version      one transcription as the provider made it; the one that is shown stands in Utterance
Correction   a layer over it: a name or a text, by whom and when, in force or taken back
Original     what the provider wrote where a layer changed it

All of them go with their transcript.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.public_id import PublicIdField
from recordings.models.transcripts import Transcript


class VersionState(models.TextChoices):
    READY = "ready", "Ready"
    MAKING = "making", "Being made"
    FAILED = "failed", "Not made"


# What another one is laid over where none could be made at first.
NOTHING = models.Q(state=VersionState.READY, provider="", word_count=0)


class VersionQuerySet(models.QuerySet["Version"]):
    def waiting(self) -> "VersionQuerySet":
        """Asked for, and not here yet."""
        return self.filter(state=VersionState.MAKING)

    def selectable(self) -> "VersionQuerySet":
        """Those that can be shown in place of the one that is."""
        return self.filter(state=VersionState.READY, is_shown=False).exclude(NOTHING)

    def for_list(self) -> "VersionQuerySet":
        """The newest first, without their text."""
        told = self.exclude(NOTHING).select_related("asked_by").defer("content")
        return told.order_by("-made_at", "-pk")


class Version(models.Model):
    """One transcription. `content` packs its turns while another one is shown (versions.py)."""

    public_id = PublicIdField(prefix="ver")
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="versions")
    language = models.CharField(max_length=16, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    word_count = models.PositiveIntegerField(default=0)
    is_shown = models.BooleanField(default=False)
    content = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8, choices=VersionState, default=VersionState.READY)
    wishes = models.JSONField(default=dict, blank=True, help_text="what it was asked for with")
    error = models.TextField(blank=True, help_text="why it was not made, in words")
    ordered_at = models.DateTimeField(
        null=True, blank=True, help_text="the provider took the order"
    )
    upstream_id = models.CharField(
        max_length=64, blank=True, help_text="the provider's, where it has one of its own"
    )
    next_look_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(
        default=0, help_text="of the transcript, when it came to be shown"
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transcript"], condition=Q(is_shown=True), name="one_version_is_shown"
            ),
            models.UniqueConstraint(
                fields=["transcript"],
                condition=Q(state=VersionState.MAKING),
                name="one_version_is_being_made",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values), name="version_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_look_at"],
                condition=Q(state=VersionState.MAKING),
                name="versions_to_look_for",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class CorrectionKind(models.TextChoices):
    NAME = "name", "Name"
    TEXT = "text", "Text"


class Reach(models.TextChoices):
    """How far a name goes."""

    HERE = "here", "Only here"
    LATER = "later", "From here on"
    EVERYWHERE = "everywhere", "Everywhere"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def in_force(self) -> "CorrectionQuerySet":
        """Those that count, in the order they were made."""
        return self.filter(undone_at=None).order_by("pk")

    def about(self, index: int) -> "CorrectionQuerySet":
        """Those of one turn of the version that is shown."""
        return self.filter(version__is_shown=True, turns__contains=[index])

    def for_list(self) -> "CorrectionQuerySet":
        """The newest first, with who made them and who took them back."""
        return self.select_related("made_by", "undone_by").order_by("-pk")


class Correction(models.Model):
    """One thing a person put right. `turns` are those of `version` that it is about."""

    public_id = PublicIdField(prefix="cor")
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="corrections")
    version = models.ForeignKey(Version, models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=8, choices=CorrectionKind)
    reach = models.CharField(max_length=12, choices=Reach, default=Reach.HERE)
    turns = ArrayField(models.PositiveIntegerField())
    start_ms = models.PositiveIntegerField(help_text="where it was made")
    before = models.TextField(blank=True, help_text="what stood there")
    after = models.TextField()
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    has_place = models.BooleanField(
        default=True, help_text="the version that is shown has something it is about"
    )
    revision = models.PositiveIntegerField(help_text="of the transcript, when it last changed")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CorrectionKind.values), name="correction_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reach__in=Reach.values), name="correction_reach_known"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id  # what it says is content

    @property
    def is_name(self) -> bool:
        return self.kind == CorrectionKind.NAME


class Original(models.Model):
    """A turn as the provider wrote it, kept where it is shown in another way."""

    pk = models.CompositePrimaryKey("transcript_id", "index")
    transcript = models.ForeignKey(
        Transcript, models.CASCADE, related_name="originals", db_index=False
    )
    index = models.PositiveIntegerField(help_text="of its utterance")
    speaker = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    words = models.TextField(blank=True)
