import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.public_id


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("task_id", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=80)),
                ("subject", models.CharField(blank=True, max_length=80)),
                ("started_at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField()),
                (
                    "end",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("retried", "To be tried again"),
                            ("failed", "Failed"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "error",
                    models.CharField(
                        blank=True, help_text="its kind, never its words", max_length=120
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "-started_at"], name="task_runs_by_subject"),
                    models.Index(fields=["started_at"], name="task_runs_by_age"),
                    models.Index(
                        condition=models.Q(("end", "failed")),
                        fields=["-started_at"],
                        name="task_runs_failed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__in", ["done", "retried", "failed"])),
                        name="task_run_end_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="gra")),
                ("reason", models.CharField(max_length=300)),
                ("until", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_noted_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when the history was told that its time was over",
                        null=True,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="support_grants",
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
                "indexes": [models.Index(fields=["until"], name="grants_by_end")],
            },
        ),
    ]
