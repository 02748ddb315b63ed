import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.public_id


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("letters", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="ntf")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ready", "Recording ready"),
                            ("waiting", "Bot waiting"),
                            ("missed", "Not recorded"),
                            ("calendar", "Calendar needs you"),
                            ("zoom", "Zoom account needs you"),
                            ("shared", "Shared with you"),
                            ("access", "Access to a recording"),
                            ("retention", "Recording about to be deleted"),
                            ("digest", "The week in numbers"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="what it tells; told once to each person", max_length=120
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        blank=True, help_text="the public id of what it tells", max_length=64
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=300)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "path",
                    models.CharField(blank=True, help_text="the page it leads to", max_length=200),
                ),
                ("is_shown", models.BooleanField(default=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notifications",
                        to="letters.letter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
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
                        condition=models.Q(("is_shown", True)),
                        fields=["person", "workspace", "-created_at", "-id"],
                        name="notifications_newest_first",
                    ),
                    models.Index(
                        condition=models.Q(("is_shown", True), ("read_at", None)),
                        fields=["person", "workspace"],
                        name="notifications_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail_due_at__isnull", False)),
                        fields=["mail_due_at"],
                        name="notifications_to_mail",
                    ),
                    models.Index(fields=["kind", "target"], name="notifications_by_target"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "workspace", "kind", "key"), name="told_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "ready",
                                    "waiting",
                                    "missed",
                                    "calendar",
                                    "zoom",
                                    "shared",
                                    "access",
                                    "retention",
                                    "digest",
                                ],
                            )
                        ),
                        name="notification_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                            ("ready", "Recording ready"),
                            ("waiting", "Bot waiting"),
                            ("missed", "Not recorded"),
                            ("calendar", "Calendar needs you"),
                            ("zoom", "Zoom account needs you"),
                            ("shared", "Shared with you"),
                            ("access", "Access to a recording"),
                            ("retention", "Recording about to be deleted"),
                            ("digest", "The week in numbers"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("email", "By email"), ("product", "In Earshot"), ("off", "Off")],
                        max_length=8,
                    ),
                ),
                (
                    "person",
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
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "workspace", "kind"), name="one_preference_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "ready",
                                    "waiting",
                                    "missed",
                                    "calendar",
                                    "zoom",
                                    "shared",
                                    "access",
                                    "retention",
                                    "digest",
                                ],
                            ),
                            ("way__in", ["email", "product", "off"]),
                        ),
                        name="preference_kind_and_way_known",
                    ),
                ],
            },
        ),
    ]
