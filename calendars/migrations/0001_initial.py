import django.contrib.postgres.fields
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
        ("upstream", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="con")),
                (
                    "platform",
                    models.CharField(
                        choices=[("google", "Google"), ("microsoft", "Microsoft")], max_length=12
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        help_text="the platform's stable id of the account", max_length=255
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("refresh_token", accounts.encryption.EncryptedTextField(blank=True)),
                (
                    "scopes",
                    models.TextField(blank=True, help_text="what was granted, space separated"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Connected"),
                            ("error", "Temporary trouble"),
                            ("revoked", "Access withdrawn"),
                            ("permission_denied", "Permission missing"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "handed_on_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="the provider was given this very token, or one before it",
                        null=True,
                    ),
                ),
                (
                    "token_refused_at",
                    models.DateTimeField(
                        blank=True, help_text="the platform takes our token no more", null=True
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connections",
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
                    models.UniqueConstraint(
                        fields=("workspace", "platform", "subject"),
                        name="one_connection_per_account",
                        violation_error_message="This account is already connected in your workspace.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("platform__in", ["google", "microsoft"])),
                        name="connection_platform_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "error", "revoked", "permission_denied"])
                        ),
                        name="connection_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Calendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="cal")),
                ("upstream_id", models.CharField(blank=True, max_length=64)),
                (
                    "raw_id",
                    models.CharField(
                        help_text="the platform's own id of the calendar", max_length=255
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=255)),
                ("email", models.CharField(blank=True, max_length=255)),
                ("is_primary", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Connected"),
                            ("error", "Temporary trouble"),
                            ("revoked", "Access withdrawn"),
                            ("permission_denied", "Permission missing"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                (
                    "status_message",
                    models.TextField(blank=True, help_text="the provider's own words, for support"),
                ),
                (
                    "problem",
                    models.TextField(
                        blank=True, help_text="what went wrong last, in a plain sentence"
                    ),
                ),
                (
                    "sync_state",
                    models.CharField(
                        choices=[
                            ("connecting", "Connecting"),
                            ("waiting", "Waiting for the first meetings"),
                            ("reading", "Reading meetings"),
                            ("ready", "Up to date"),
                            ("failed", "Did not work"),
                        ],
                        default="connecting",
                        max_length=12,
                    ),
                ),
                (
                    "read_count",
                    models.PositiveIntegerField(default=0, help_text="meetings read so far"),
                ),
                (
                    "details_left",
                    models.PositiveIntegerField(default=0, help_text="meetings nobody asked about"),
                ),
                (
                    "synced_at",
                    models.DateTimeField(blank=True, help_text="last complete reading", null=True),
                ),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("resubscribed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "gives_back",
                    models.BooleanField(
                        default=True,
                        help_text="disconnected with the wish that the platform forgets us, too",
                    ),
                ),
                ("disconnected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendars",
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
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="accounts.workspace",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendars",
                        to="calendars.connection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "raw_id"), name="one_row_per_calendar"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("upstream_id", ""), _negated=True),
                        fields=("account", "upstream_id"),
                        name="one_calendar_per_upstream_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["active", "error", "revoked", "permission_denied"])
                        ),
                        name="calendar_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "sync_state__in",
                                ["connecting", "waiting", "reading", "ready", "failed"],
                            )
                        ),
                        name="calendar_sync_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("state_digest", models.CharField(max_length=64, unique=True)),
                ("session_digest", models.CharField(max_length=64)),
                ("verifier", accounts.encryption.EncryptedTextField()),
                (
                    "platform",
                    models.CharField(
                        choices=[("google", "Google"), ("microsoft", "Microsoft")], max_length=12
                    ),
                ),
                (
                    "reconnects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="calendars.connection",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("began_at", models.DateTimeField()),
                ("mended_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "last_change",
                    models.BigIntegerField(
                        default=0, help_text="the newest EventChange that was known when it began"
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outages",
                        to="calendars.calendar",
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
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at", None)),
                        fields=("calendar",),
                        name="one_open_outage",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnDomain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="dom")),
                (
                    "domain",
                    models.CharField(
                        help_text="northwind.example with all below it", max_length=254
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="added_domains",
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
                    models.UniqueConstraint(
                        fields=("workspace", "domain"),
                        name="one_row_per_own_domain",
                        violation_error_message="This domain counts as yours already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("domain", ""), _negated=True),
                        name="own_domain_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("decided", models.PositiveIntegerField(default=0, help_text="meetings so far")),
                (
                    "meetings",
                    models.PositiveIntegerField(
                        default=0, help_text="meetings in all; 0: not begun"
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
                    models.UniqueConstraint(
                        fields=("workspace",), name="one_revision_per_workspace"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="rul")),
                ("position", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(blank=True, max_length=80)),
                ("records", models.BooleanField(default=True)),
                ("is_enabled", models.BooleanField(default=True)),
                ("is_locked", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1, help_text="counts its changes")),
                (
                    "people",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Anyone"),
                            ("external", "Someone external"),
                            ("internal", "Only colleagues"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "is_own",
                    models.BooleanField(
                        default=False, help_text="the calendar's owner organizes it"
                    ),
                ),
                (
                    "is_accepted",
                    models.BooleanField(
                        default=False, help_text="the calendar's owner accepted it"
                    ),
                ),
                (
                    "guests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("least_people", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("most_people", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "title_has",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "title_lacks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "platforms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "only_calendars",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        help_text="ids: a calendar that was disconnected keeps its row",
                        size=None,
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("starts_from", models.TimeField(blank=True, null=True)),
                ("starts_until", models.TimeField(blank=True, null=True)),
                (
                    "recurrence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Repeating or not"),
                            ("recurring", "Only meetings that repeat"),
                            ("once", "Only meetings that do not repeat"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="calendars.calendar",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="created_rules",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="locked_rules",
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
                "indexes": [models.Index(fields=["workspace", "position"], name="rules_in_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_locked", False), ("calendar", None), _connector="OR"
                        ),
                        name="only_workspace_rules_are_locked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__in", ["", "external", "internal"])),
                        name="rule_people_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recurrence__in", ["", "recurring", "once"])),
                        name="rule_recurrence_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("starts_from", None), ("starts_until", None)),
                            models.Q(
                                ("starts_from__isnull", False), ("starts_until__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="rule_hours_have_both_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("least_people", None),
                            ("most_people", None),
                            ("least_people__lte", models.F("most_people")),
                            _connector="OR",
                        ),
                        name="rule_least_people_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("upstream_id", models.CharField(max_length=64)),
                ("is_recurring", models.BooleanField(default=False)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series",
                        to="calendars.calendar",
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
                "verbose_name_plural": "series",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "upstream_id"), name="one_row_per_series"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                    "is_bot_scheduled",
                    models.BooleanField(default=False, help_text="the provider's word"),
                ),
                (
                    "is_booked_by_link",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="its bot was asked for by link: we move it",
                    ),
                ),
                (
                    "booking_error",
                    models.TextField(blank=True, help_text="why the last wish could not be met"),
                ),
                (
                    "booking_tries",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, help_text="failed since the last success"
                    ),
                ),
                (
                    "retry_at",
                    models.DateTimeField(blank=True, help_text="when it is tried again", null=True),
                ),
                ("booking_checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "working_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="somebody is talking to the provider about it",
                        null=True,
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="evt")),
                ("upstream_id", models.CharField(max_length=64)),
                (
                    "identity",
                    models.CharField(
                        help_text="iCal UID, else the provider's series id", max_length=255
                    ),
                ),
                ("original_start", models.DateTimeField(help_text="the start the series gave it")),
                ("title", models.CharField(blank=True, max_length=500)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(blank=True, max_length=64)),
                ("is_all_day", models.BooleanField(default=False)),
                ("is_exception", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("tentative", "Tentative"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="confirmed",
                        max_length=12,
                    ),
                ),
                ("meeting_url", models.CharField(blank=True, max_length=2000)),
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
                (
                    "link_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("provider", "The provider"),
                            ("found", "Found in the invitation"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "link_flags",
                    models.JSONField(
                        blank=True, default=list, help_text="what is odd about the link"
                    ),
                ),
                ("is_private", models.BooleanField(default=False)),
                ("organizer", models.JSONField(blank=True, default=dict, help_text="email, name")),
                (
                    "attendees",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="email, name, response, is_organizer, is_self",
                    ),
                ),
                (
                    "details_at",
                    models.DateTimeField(
                        blank=True, help_text="people and zone were read", null=True
                    ),
                ),
                (
                    "gone_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="cancelled, or a complete reading did not have it any more",
                        null=True,
                    ),
                ),
                ("will_record", models.BooleanField(default=False)),
                ("needs_you", models.BooleanField(default=False)),
                ("is_paused", models.BooleanField(default=False)),
                ("decision_code", models.CharField(blank=True, max_length=20)),
                (
                    "bot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="bots.bot",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="calendars.calendar",
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
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="calendars.series",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "starts_at", "public_id"], name="events_agenda"
                    ),
                    models.Index(fields=["workspace", "identity"], name="events_by_identity"),
                    models.Index(
                        condition=models.Q(
                            ("will_record", True),
                            ("bot__isnull", False),
                            ("is_bot_scheduled", True),
                            _connector="OR",
                        ),
                        fields=["starts_at"],
                        name="events_to_reconcile",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("will_record", True), ("needs_you", True), _connector="OR"
                        ),
                        fields=["workspace", "starts_at", "public_id"],
                        name="events_intended",
                    ),
                    models.Index(
                        condition=models.Q(("details_at", None)),
                        fields=["calendar", "starts_at"],
                        name="events_without_details",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "upstream_id"), name="one_row_per_event"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["confirmed", "tentative", "cancelled"])),
                        name="event_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("link_source__in", ("", "provider", "found"))),
                        name="event_link_source_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decided",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("will_record", models.BooleanField()),
                ("needs_you", models.BooleanField()),
                ("is_paused", models.BooleanField()),
                ("code", models.CharField(max_length=20)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decided",
                        to="calendars.event",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["event", "-at"], name="decided_of_event")],
            },
        ),
        migrations.CreateModel(
            name="EventChange",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "Moved"),
                            ("cancelled", "Cancelled"),
                            ("removed", "No longer on the calendar"),
                            ("replaced", "Replaced by a changed series"),
                            ("restored", "Back on the calendar"),
                            ("declined", "Declined"),
                            ("accepted", "No longer declined"),
                            ("private", "Made private"),
                            ("public", "No longer private"),
                            ("all_day", "Made an all-day entry"),
                            ("timed", "Given a time"),
                            ("link_added", "Link added"),
                            ("link_removed", "Link removed"),
                            ("link_changed", "Link changed"),
                            ("renamed", "Renamed"),
                            ("split", "Series changed from here on"),
                            ("recurring", "Made recurring"),
                        ],
                        max_length=12,
                    ),
                ),
                ("moved_from", models.DateTimeField(blank=True, null=True)),
                ("moved_to", models.DateTimeField(blank=True, null=True)),
                ("before", models.TextField(blank=True, help_text="the title or the link it had")),
                ("after", models.TextField(blank=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="calendars.event",
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
                "indexes": [models.Index(fields=["event", "-created_at"], name="changes_of_event")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "moved",
                                    "cancelled",
                                    "removed",
                                    "replaced",
                                    "restored",
                                    "declined",
                                    "accepted",
                                    "private",
                                    "public",
                                    "all_day",
                                    "timed",
                                    "link_added",
                                    "link_removed",
                                    "link_changed",
                                    "renamed",
                                    "split",
                                    "recurring",
                                ],
                            )
                        ),
                        name="event_change_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutageMeeting",
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
                            ("kept", "Choice kept"),
                            ("changed", "Changed while away"),
                            ("missed", "Missed"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="calendars.event",
                    ),
                ),
                (
                    "outage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="calendars.outage",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outage", "event", "kind"), name="one_line_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["kept", "changed", "missed"])),
                        name="outage_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Undo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="und")),
                (
                    "before",
                    models.JSONField(help_text="the choices that were rewritten or taken away"),
                ),
                ("after", models.JSONField(help_text="what was put in their place")),
                (
                    "detached",
                    models.JSONField(default=list, help_text="meetings whose ended bot was let go"),
                ),
                (
                    "event",
                    models.CharField(
                        blank=True, help_text="the meeting that was clicked", max_length=32
                    ),
                ),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="blk")),
                (
                    "pattern",
                    models.CharField(
                        help_text="acme.example with all below it, or ines@acme.example",
                        max_length=254,
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="added_blocks",
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
                    models.UniqueConstraint(
                        fields=("workspace", "pattern"),
                        name="one_block_per_pattern",
                        violation_error_message="This is on the block list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pattern", ""), _negated=True),
                        name="block_names_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("identity", models.CharField(max_length=255)),
                (
                    "original_start",
                    models.DateTimeField(help_text="of the meeting, or where it begins to count"),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[("this", "This meeting"), ("later", "This and later meetings")],
                        default="this",
                        max_length=8,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("record", "Record"),
                            ("never", "Don't record"),
                            ("follow", "Follow the rules"),
                        ],
                        max_length=8,
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                (
                    "chosen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="choices",
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
                    models.UniqueConstraint(
                        fields=("workspace", "identity", "original_start", "reach"),
                        name="one_choice_per_reach",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["record", "never", "follow"])),
                        name="choice_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reach__in", ["this", "later"])),
                        name="choice_reach_known",
                    ),
                ],
            },
        ),
    ]
