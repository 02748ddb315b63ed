import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.encryption
import accounts.public_id


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("bots", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Knock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        help_text="a digest; holds no address", max_length=64, unique=True
                    ),
                ),
                ("since", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="rec")),
                (
                    "upstream_id",
                    models.CharField(
                        blank=True,
                        help_text="the provider's, where a bot may make several",
                        max_length=64,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=500)),
                (
                    "calendar_title",
                    models.CharField(
                        blank=True,
                        help_text="what it was called before somebody gave it a title",
                        max_length=500,
                    ),
                ),
                (
                    "titled_at",
                    models.DateTimeField(
                        blank=True, help_text="somebody gave it a title", null=True
                    ),
                ),
                (
                    "platform",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("meet", "Google Meet"),
                            ("zoom", "Zoom"),
                            ("teams", "Microsoft Teams"),
                            ("", "Unknown"),
                        ],
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("duration_seconds", models.FloatField(blank=True, null=True)),
                ("summary", models.TextField(blank=True)),
                ("poster", models.FileField(blank=True, upload_to="posters/")),
                (
                    "is_sample",
                    models.BooleanField(
                        default=False, help_text="made up by Earshot, to show what a recording is"
                    ),
                ),
                (
                    "restricted_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="only its insiders see it (recordings/access.py)",
                        null=True,
                    ),
                ),
                (
                    "binned_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="deleted; for two weeks it can be brought back",
                        null=True,
                    ),
                ),
                (
                    "kept_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="somebody wants it kept, whatever the workspace's rule",
                        null=True,
                    ),
                ),
                (
                    "warned_at",
                    models.DateTimeField(
                        blank=True, help_text="people were told of the day it is deleted", null=True
                    ),
                ),
                (
                    "binned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recordings",
                        to="bots.bot",
                    ),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "restricted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "titled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "-started_at", "-id"], name="recordings_newest_first"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("title", config="simple"),
                        name="recordings_by_title_words",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bot", "started_at"), name="one_recording_per_start"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("binned_at", None), ("is_sample", True)),
                        fields=("workspace",),
                        name="one_sample_per_workspace",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("has_spoken", models.BooleanField(default=False)),
                ("talk_seconds", models.FloatField(default=0)),
                (
                    "is_given",
                    models.BooleanField(default=False, help_text="known by a correction alone"),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("name", config="simple"),
                        name="participants_by_name_words",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "name"), name="one_participant_per_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("category", models.CharField(blank=True, max_length=60)),
                (
                    "start_ms",
                    models.PositiveIntegerField(blank=True, help_text="the first time", null=True),
                ),
                ("count", models.PositiveIntegerField(default=1)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "ordering": ["category", "id"],
            },
        ),
        migrations.CreateModel(
            name="Insider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_keeper", models.BooleanField(default=False)),
                ("let_in_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "let_in_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="insiders",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "user"), name="one_insider_per_recording_and_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="del")),
                (
                    "cause",
                    models.CharField(
                        choices=[("hand", "Somebody deleted it"), ("rule", "The workspace's rule")],
                        max_length=8,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        blank=True, help_text="the rule, as it read then", max_length=120
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
                (
                    "recording",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deletion",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["next_try_at"],
                        name="deletions_to_finish",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["hand", "rule"])),
                        name="deletion_cause_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Chapter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start_ms", models.PositiveIntegerField()),
                ("end_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("headline", models.CharField(max_length=300)),
                ("summary", models.TextField(blank=True)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chapters",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "ordering": ["start_ms"],
            },
        ),
        migrations.CreateModel(
            name="Artifact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("video", "Video"),
                            ("audio", "Audio"),
                            ("transcript", "Transcript"),
                            ("raw_transcript", "Raw transcript"),
                            ("diarization", "Speaker times"),
                            ("chat", "Chat"),
                            ("screenshots", "Screenshots"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("fetching", "Downloading"),
                            ("ready", "Ready"),
                            ("absent", "Not made"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("file", models.FileField(blank=True, max_length=300, upload_to="")),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.BigIntegerField(blank=True, help_text="bytes", null=True)),
                (
                    "width",
                    models.PositiveIntegerField(
                        blank=True, help_text="pixels, of a video", null=True
                    ),
                ),
                (
                    "height",
                    models.PositiveIntegerField(
                        blank=True, help_text="pixels, of a video", null=True
                    ),
                ),
                ("error", models.TextField(blank=True, help_text="the last failure, in words")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "next_try_at",
                    models.DateTimeField(
                        blank=True,
                        default=django.utils.timezone.now,
                        help_text="empty: not by itself any more",
                        null=True,
                    ),
                ),
                ("claim", models.CharField(blank=True, editable=False, max_length=32)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                (
                    "late_at",
                    models.DateTimeField(
                        blank=True, help_text="when it was found to be late", null=True
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="artifacts",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("pending", "fetching", "failed"))),
                        fields=["next_try_at"],
                        name="artifacts_to_fetch",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "kind"), name="one_artifact_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "fetching", "ready", "absent", "failed"])
                        ),
                        name="artifact_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(("file", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ready_means_stored",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="action_items",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="acr")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("is_granted", models.BooleanField(default=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_requests",
                        to="recordings.recording",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "user"), name="one_question_per_recording_and_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_granted", False), ("answered_at__isnull", False), _connector="OR"
                        ),
                        name="what_is_granted_was_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "days",
                    models.PositiveIntegerField(blank=True, help_text="empty: never", null=True),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retention",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days", None), ("days__gte", 1), _connector="OR"),
                        name="retention_is_at_least_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="shr")),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="whom it was sent to; empty: anyone", max_length=254
                    ),
                ),
                ("token", accounts.encryption.EncryptedTextField()),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("passcode", models.CharField(blank=True, help_text="hashed", max_length=256)),
                ("start_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("end_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("is_text_only", models.BooleanField(default=False)),
                ("can_download", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("clip", models.FileField(blank=True, max_length=300, upload_to="")),
                (
                    "clip_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pending", "Being cut"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("clip_type", models.CharField(blank=True, max_length=100)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="recordings.recording",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_ms", None), ("start_ms", None)),
                            ("end_ms__gt", models.F("start_ms")),
                            _connector="OR",
                        ),
                        name="share_part_has_a_length",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpokenLanguage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stemmer", models.CharField(max_length=20)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spoken_languages",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "stemmer"), name="one_row_per_spoken_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transcript",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=16)),
                ("provider", models.CharField(blank=True, max_length=40)),
                ("word_count", models.PositiveIntegerField(default=0)),
                (
                    "fragment",
                    models.BinaryField(default=bytes, help_text="gzip of the utterances' HTML"),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="goes up with every change people make"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "recording",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="transcript",
                        to="recordings.recording",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transcript_id",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("index", models.PositiveIntegerField(help_text="of its utterance")),
                ("said_at", models.DateTimeField()),
                ("search", django.contrib.postgres.search.SearchVectorField()),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="accounts.workspace",
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="recordings.transcript",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "-said_at"], name="passages_newest_first"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search"], name="passages_by_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Original",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transcript_id",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("index", models.PositiveIntegerField(help_text="of its utterance")),
                ("speaker", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("words", models.TextField(blank=True)),
                (
                    "transcript",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="originals",
                        to="recordings.transcript",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Utterance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.PositiveIntegerField()),
                ("speaker", models.CharField(blank=True, max_length=200)),
                ("start_ms", models.PositiveIntegerField()),
                ("end_ms", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("words", models.TextField(blank=True)),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="utterances",
                        to="recordings.transcript",
                    ),
                ),
            ],
            options={
                "ordering": ["index"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transcript", "index"), name="one_utterance_per_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="ver")),
                ("language", models.CharField(blank=True, max_length=16)),
                ("provider", models.CharField(blank=True, max_length=40)),
                ("word_count", models.PositiveIntegerField(default=0)),
                ("is_shown", models.BooleanField(default=False)),
                ("content", models.BinaryField(default=bytes)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("making", "Being made"),
                            ("failed", "Not made"),
                        ],
                        default="ready",
                        max_length=8,
                    ),
                ),
                (
                    "wishes",
                    models.JSONField(
                        blank=True, default=dict, help_text="what it was asked for with"
                    ),
                ),
                ("error", models.TextField(blank=True, help_text="why it was not made, in words")),
                (
                    "ordered_at",
                    models.DateTimeField(
                        blank=True, help_text="the provider took the order", null=True
                    ),
                ),
                (
                    "upstream_id",
                    models.CharField(
                        blank=True,
                        help_text="the provider's, where it has one of its own",
                        max_length=64,
                    ),
                ),
                ("next_look_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="of the transcript, when it came to be shown"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="recordings.transcript",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "making")),
                        fields=["next_look_at"],
                        name="versions_to_look_for",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_shown", True)),
                        fields=("transcript",),
                        name="one_version_is_shown",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "making")),
                        fields=("transcript",),
                        name="one_version_is_being_made",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ready", "making", "failed"])),
                        name="version_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="cor")),
                (
                    "kind",
                    models.CharField(choices=[("name", "Name"), ("text", "Text")], max_length=8),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[
                            ("here", "Only here"),
                            ("later", "From here on"),
                            ("everywhere", "Everywhere"),
                        ],
                        default="here",
                        max_length=12,
                    ),
                ),
                (
                    "turns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                ("start_ms", models.PositiveIntegerField(help_text="where it was made")),
                ("before", models.TextField(blank=True, help_text="what stood there")),
                ("after", models.TextField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "has_place",
                    models.BooleanField(
                        default=True,
                        help_text="the version that is shown has something it is about",
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        help_text="of the transcript, when it last changed"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="recordings.transcript",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="recordings.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["name", "text"])),
                        name="correction_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reach__in", ["here", "later", "everywhere"])),
                        name="correction_reach_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "visitor",
                    models.CharField(help_text="drawn by chance for a browser", max_length=32),
                ),
                ("first_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="recordings.share",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-last_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("share", "visitor"), name="one_row_per_visitor")
                ],
            },
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("media", "Picture and sound"),
                            ("poster", "Still picture"),
                            ("text", "Transcript, summary, chapters and people"),
                            ("index", "Search index"),
                            ("chat", "Chat and live words of the meeting"),
                            ("messages", "What the recording service told us of it"),
                            ("shares", "Links and what was cut for them"),
                            ("exports", "Exported files"),
                            ("provider_media", "Picture and sound at the recording service"),
                            (
                                "provider_text",
                                "Transcript at the recording and transcription service",
                            ),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Still there"),
                            ("gone", "Deleted"),
                            ("none", "There was none"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                (
                    "result",
                    models.CharField(blank=True, help_text="in words, for people", max_length=300),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deletion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="recordings.deletion",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deletion", "place"), name="one_copy_per_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                [
                                    "media",
                                    "poster",
                                    "text",
                                    "index",
                                    "chat",
                                    "messages",
                                    "shares",
                                    "exports",
                                    "provider_media",
                                    "provider_text",
                                ],
                            ),
                            ("state__in", ["pending", "gone", "none"]),
                        ),
                        name="copy_place_and_state_known",
                    ),
                ],
            },
        ),
    ]
