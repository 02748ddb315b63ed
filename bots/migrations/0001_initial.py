import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.public_id


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("upstream", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "view",
                    models.CharField(
                        choices=[
                            ("speaker_view", "Whoever is speaking"),
                            ("gallery_view", "Everyone, in a grid"),
                            ("audio_only", "Sound only, no picture"),
                        ],
                        default="speaker_view",
                        max_length=16,
                        verbose_name="what to record",
                    ),
                ),
                (
                    "entry_message",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="message to the chat"
                    ),
                ),
                (
                    "is_transcribed",
                    models.BooleanField(default=True, verbose_name="make a transcript"),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Recognize it"),
                            ("cs", "Czech"),
                            ("da", "Danish"),
                            ("de", "German"),
                            ("el", "Greek"),
                            ("en", "English"),
                            ("es", "Spanish"),
                            ("fi", "Finnish"),
                            ("fr", "French"),
                            ("he", "Hebrew"),
                            ("hi", "Hindi"),
                            ("hu", "Hungarian"),
                            ("it", "Italian"),
                            ("ja", "Japanese"),
                            ("ko", "Korean"),
                            ("nl", "Dutch"),
                            ("no", "Norwegian"),
                            ("pl", "Polish"),
                            ("pt", "Portuguese"),
                            ("ro", "Romanian"),
                            ("ru", "Russian"),
                            ("sv", "Swedish"),
                            ("tr", "Turkish"),
                            ("uk", "Ukrainian"),
                            ("zh", "Chinese"),
                        ],
                        max_length=8,
                        verbose_name="language of the meeting",
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="bot")),
                ("upstream_id", models.CharField(blank=True, db_index=True, max_length=64)),
                (
                    "title",
                    models.CharField(
                        blank=True, help_text="what the meeting is called", max_length=500
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="what people in the meeting see", max_length=255),
                ),
                ("meeting_url", models.URLField(max_length=2000)),
                (
                    "meeting_key",
                    models.CharField(
                        help_text="normalized link + start; one live bot each", max_length=300
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("queued", "Getting ready"),
                            ("joining", "Joining"),
                            ("waiting_room", "Waiting to be let in"),
                            ("in_call", "In the meeting"),
                            ("recording", "Recording"),
                            ("paused", "Paused"),
                            ("processing", "Processing"),
                            ("done", "Ready"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="scheduled",
                        max_length=16,
                    ),
                ),
                ("state_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="the provider's code, untouched", max_length=80
                    ),
                ),
                (
                    "reason_message",
                    models.TextField(blank=True, help_text="the provider's own words, for support"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("recorded", "Recorded"),
                            ("partly_recorded", "Partly recorded"),
                            ("not_needed", "Not needed"),
                            ("refused", "Refused"),
                            ("never_admitted", "Never admitted"),
                            ("nobody_came", "Nobody came"),
                            ("technical", "Technical problem"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=16,
                    ),
                ),
                ("has_media", models.BooleanField(default=False)),
                (
                    "transcript_state",
                    models.CharField(
                        choices=[
                            ("not_requested", "Not asked for"),
                            ("pending", "On its way"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                ("exited_at", models.DateTimeField(blank=True, null=True)),
                ("duration_seconds", models.FloatField(blank=True, null=True)),
                (
                    "is_by_hand",
                    models.BooleanField(
                        default=False, help_text="a person sent it; no event holds it"
                    ),
                ),
                (
                    "order_id",
                    models.CharField(
                        blank=True, help_text="one filled-in form, one bot", max_length=40
                    ),
                ),
                (
                    "wanted",
                    models.JSONField(
                        blank=True, default=dict, help_text="a change not yet made upstream"
                    ),
                ),
                (
                    "declined",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="a change that was not made; it fills the form again",
                    ),
                ),
                (
                    "change_asked_at",
                    models.DateTimeField(blank=True, help_text="until it is answered", null=True),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="a person ended the recording; the bot stayed",
                        null=True,
                    ),
                ),
                (
                    "booked_at",
                    models.DateTimeField(blank=True, help_text="the provider said yes", null=True),
                ),
                (
                    "send_tried_at",
                    models.DateTimeField(blank=True, help_text="last create call", null=True),
                ),
                (
                    "sending_since",
                    models.DateTimeField(
                        blank=True, help_text="somebody is asking the provider for it", null=True
                    ),
                ),
                ("leave_requested_at", models.DateTimeField(blank=True, null=True)),
                (
                    "left_behind_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="moved too late: the provider's first bot comes then",
                        null=True,
                    ),
                ),
                (
                    "surplus",
                    models.CharField(
                        blank=True,
                        choices=[("leaving", "Sent away"), ("gone", "Has left")],
                        max_length=8,
                    ),
                ),
                (
                    "notice",
                    models.CharField(
                        blank=True,
                        help_text="why the last thing a person asked for did not work",
                        max_length=300,
                    ),
                ),
                (
                    "looked_at",
                    models.DateTimeField(blank=True, help_text="last time we asked", null=True),
                ),
                (
                    "lobby_told_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="people were told that it waits to be let in",
                        null=True,
                    ),
                ),
                (
                    "heard_at",
                    models.DateTimeField(
                        blank=True, help_text="last word from the provider", null=True
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bots",
                        to="upstream.upstreamaccount",
                    ),
                ),
                (
                    "moves_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="upstream.upstreamaccount",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bots",
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
                        fields=["workspace", "-starts_at", "-id"], name="bots_newest_first"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("done", "failed", "cancelled")), _negated=True
                        ),
                        fields=["state", "heard_at"],
                        name="bots_unfinished",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("outcome__in", ("unknown", "technical")), ("state", "failed")
                        ),
                        fields=["heard_at"],
                        name="bots_unexplained",
                    ),
                    models.Index(
                        condition=models.Q(("surplus", "leaving")),
                        fields=["id"],
                        name="bots_with_a_surplus_one",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "scheduled",
                                    "queued",
                                    "joining",
                                    "waiting_room",
                                    "in_call",
                                    "recording",
                                    "paused",
                                    "processing",
                                    "done",
                                    "failed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="bot_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("surplus__in", ("", "leaving", "gone"))),
                        name="bot_surplus_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "outcome__in",
                                    [
                                        "recorded",
                                        "partly_recorded",
                                        "not_needed",
                                        "refused",
                                        "never_admitted",
                                        "nobody_came",
                                        "technical",
                                        "unknown",
                                    ],
                                ),
                                ("state__in", ("done", "failed", "cancelled")),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("done", "failed", "cancelled")), _negated=True
                                ),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="bot_ends_in_one_outcome",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("done", "failed", "cancelled")), _negated=True
                        ),
                        fields=("workspace", "meeting_key"),
                        name="one_live_bot_per_meeting",
                        violation_error_message="A bot is already on its way to this meeting.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("view__in", ["speaker_view", "gallery_view", "audio_only"])
                        ),
                        name="bot_view_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("order_id", ""), _negated=True),
                        fields=("workspace", "order_id"),
                        name="one_bot_per_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BotDefaults",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "view",
                    models.CharField(
                        choices=[
                            ("speaker_view", "Whoever is speaking"),
                            ("gallery_view", "Everyone, in a grid"),
                            ("audio_only", "Sound only, no picture"),
                        ],
                        default="speaker_view",
                        max_length=16,
                        verbose_name="what to record",
                    ),
                ),
                (
                    "entry_message",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="message to the chat"
                    ),
                ),
                (
                    "is_transcribed",
                    models.BooleanField(default=True, verbose_name="make a transcript"),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Recognize it"),
                            ("cs", "Czech"),
                            ("da", "Danish"),
                            ("de", "German"),
                            ("el", "Greek"),
                            ("en", "English"),
                            ("es", "Spanish"),
                            ("fi", "Finnish"),
                            ("fr", "French"),
                            ("he", "Hebrew"),
                            ("hi", "Hindi"),
                            ("hu", "Hungarian"),
                            ("it", "Italian"),
                            ("ja", "Japanese"),
                            ("ko", "Korean"),
                            ("nl", "Dutch"),
                            ("no", "Norwegian"),
                            ("pl", "Polish"),
                            ("pt", "Portuguese"),
                            ("ro", "Romanian"),
                            ("ru", "Russian"),
                            ("sv", "Swedish"),
                            ("tr", "Turkish"),
                            ("uk", "Ukrainian"),
                            ("zh", "Chinese"),
                        ],
                        max_length=8,
                        verbose_name="language of the meeting",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=255, verbose_name="bot name")),
                ("waiting_room_minutes", models.PositiveSmallIntegerField(default=10)),
                ("nobody_joined_minutes", models.PositiveSmallIntegerField(default=10)),
                ("everyone_left_seconds", models.PositiveSmallIntegerField(default=2)),
                ("silence_minutes", models.PositiveSmallIntegerField(default=10)),
                (
                    "longest_recording_minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                (
                    "starts_on",
                    models.CharField(
                        choices=[
                            ("participant_join", "When the first person has joined"),
                            ("call_join", "As soon as the bot is let in"),
                            ("participant_speak", "When somebody begins to speak"),
                        ],
                        default="participant_join",
                        max_length=20,
                    ),
                ),
                (
                    "transcriber",
                    models.CharField(
                        blank=True,
                        help_text="a word of the provider's; empty: its usual one",
                        max_length=40,
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No summary"),
                            ("general", "A summary in a few paragraphs, and chapters"),
                            ("bullet_points", "The main points as a list, and chapters"),
                            ("concise", "A summary in a few sentences, and chapters"),
                        ],
                        default="general",
                        max_length=16,
                    ),
                ),
                ("finds_tasks", models.BooleanField(default=False)),
                ("finds_names", models.BooleanField(default=False)),
                ("parts_voices", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bot_defaults",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "bot defaults",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("view__in", ["speaker_view", "gallery_view", "audio_only"])
                        ),
                        name="bot_defaults_view",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BotPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="pic")),
                ("jpeg", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bot_picture",
                        to="accounts.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChatMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=120)),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("sent_at", models.DateTimeField()),
                (
                    "bot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chat_messages",
                        to="bots.bot",
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bot", "message_id"), name="one_row_per_chat_message"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("speaker_id", models.CharField(blank=True, max_length=64)),
                ("speaker_name", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                (
                    "start_ms",
                    models.PositiveIntegerField(help_text="since the recording began", null=True),
                ),
                ("is_final", models.BooleanField()),
                ("said_at", models.DateTimeField()),
                (
                    "bot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="live_lines",
                        to="bots.bot",
                    ),
                ),
            ],
            options={
                "ordering": ["said_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_final", False)),
                        fields=("bot", "speaker_id"),
                        name="one_open_line_per_speaker",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_final", True)),
                        fields=("bot", "speaker_id", "start_ms"),
                        name="one_row_per_live_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("text", models.TextField(max_length=4000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("queued", "Getting ready"),
                            ("joining", "Joining"),
                            ("waiting_room", "Waiting to be let in"),
                            ("in_call", "In the meeting"),
                            ("recording", "Recording"),
                            ("paused", "Paused"),
                            ("processing", "Processing"),
                            ("done", "Ready"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        help_text="of the bot at that moment",
                        max_length=16,
                    ),
                ),
                (
                    "bot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="bots.bot",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
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
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person_id",
                    models.CharField(
                        help_text="the provider's, of this meeting alone", max_length=64
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("is_here", models.BooleanField(help_text="came, else left")),
                ("seen_at", models.DateTimeField()),
                (
                    "bot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="bots.bot",
                    ),
                ),
            ],
            options={
                "ordering": ["seen_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bot", "person_id", "seen_at", "is_here"),
                        name="one_row_per_sighting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upstream_id", models.CharField(blank=True, max_length=64)),
                ("code", models.CharField(help_text="the provider's word", max_length=80)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("queued", "Getting ready"),
                            ("joining", "Joining"),
                            ("waiting_room", "Waiting to be let in"),
                            ("in_call", "In the meeting"),
                            ("recording", "Recording"),
                            ("paused", "Paused"),
                            ("processing", "Processing"),
                            ("done", "Ready"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("message", models.TextField(blank=True)),
                ("is_reason", models.BooleanField(default=False)),
                ("is_retry", models.BooleanField(default=False)),
                ("has_media", models.BooleanField(default=False)),
                ("attempt", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("max_attempts", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "joined_at",
                    models.DateTimeField(blank=True, help_text="told at the end only", null=True),
                ),
                (
                    "exited_at",
                    models.DateTimeField(blank=True, help_text="told at the end only", null=True),
                ),
                ("duration_seconds", models.FloatField(blank=True, null=True)),
                (
                    "bot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="bots.bot",
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bot", "upstream_id", "code", "happened_at", "state", "has_media"),
                        name="one_row_per_step",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stray",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upstream_id", models.CharField(max_length=64)),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="its status in their words", max_length=80
                    ),
                ),
                (
                    "correlation_id",
                    models.CharField(blank=True, help_text="what it says it is", max_length=120),
                ),
                ("first_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(help_text="in the last complete listing")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="strays",
                        to="upstream.upstreamaccount",
                    ),
                ),
            ],
            options={
                "ordering": ["-first_seen_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "upstream_id"), name="one_row_per_stray"
                    )
                ],
            },
        ),
    ]
