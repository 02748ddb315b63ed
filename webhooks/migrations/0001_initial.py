import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import accounts.public_id


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("upstream", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RefusalCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="upstream.upstreamaccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", accounts.public_id.PublicIdField(prefix="dlv")),
                (
                    "message_id",
                    models.CharField(help_text="the provider's id of the message", max_length=200),
                ),
                (
                    "event",
                    models.CharField(
                        blank=True, help_text="the provider's name for it", max_length=80
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("headers", models.JSONField(default=dict, help_text="those that are no secrets")),
                ("body", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("processed", "Processed"),
                            ("ignored", "Ignored"),
                            ("malformed", "Malformed"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                (
                    "effect",
                    models.CharField(blank=True, help_text="what came of it", max_length=300),
                ),
                ("error", models.TextField(blank=True, help_text="why the last try failed")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="upstream.upstreamaccount",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["received_at", "id"],
                        name="deliveries_due",
                    ),
                    models.Index(
                        fields=["account", "-received_at"], name="deliveries_newest_first"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "message_id"), name="one_delivery_per_message"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["pending", "processed", "ignored", "malformed", "failed"],
                            )
                        ),
                        name="delivery_state_known",
                    ),
                ],
            },
        ),
    ]
