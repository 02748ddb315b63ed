import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import accounts.encryption
import accounts.public_id
import upstream.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="UpstreamAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="up")),
                ("name", models.CharField(max_length=120)),
                (
                    "provider",
                    models.CharField(
                        choices=[
                            ("meetingbaas_v2", "Meeting BaaS v2"),
                            ("meetingbaas_v1", "Meeting BaaS v1"),
                            ("recall", "Recall.ai"),
                        ],
                        max_length=24,
                    ),
                ),
                ("base_url", models.URLField(max_length=300)),
                ("api_key", accounts.encryption.EncryptedTextField()),
                (
                    "webhook_secret",
                    accounts.encryption.EncryptedTextField(
                        blank=True, help_text="whsec_… from the provider"
                    ),
                ),
                (
                    "callback_secret",
                    accounts.encryption.EncryptedTextField(
                        default=upstream.models.new_callback_secret, editable=False
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("last_delivery_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="upstream_accounts",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("provider__in", ["meetingbaas_v2", "meetingbaas_v1", "recall"])
                        ),
                        name="upstream_provider_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("workspace", None)),
                        fields=("provider",),
                        name="one_deployment_account_per_provider",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("method", models.CharField(max_length=8)),
                (
                    "path",
                    models.CharField(help_text="with the names of the ids in it", max_length=200),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        help_text="the last id in the path, as the provider calls it",
                        max_length=200,
                    ),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(help_text="empty: no answer", null=True),
                ),
                ("error", models.CharField(blank=True, max_length=60)),
                ("milliseconds", models.PositiveIntegerField()),
                ("request_id", models.CharField(blank=True, max_length=100)),
                ("task_id", models.CharField(blank=True, help_text="of the queue", max_length=64)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="calls",
                        to="upstream.upstreamaccount",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-at"], name="calls_of_account"),
                    models.Index(fields=["at"], name="calls_by_age"),
                    models.Index(
                        condition=models.Q(("subject", ""), _negated=True),
                        fields=["subject"],
                        name="calls_by_subject",
                    ),
                    models.Index(
                        condition=models.Q(("task_id", ""), _negated=True),
                        fields=["task_id"],
                        name="calls_by_task",
                    ),
                ],
            },
        ),
    ]
