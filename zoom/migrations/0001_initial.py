import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.encryption
import accounts.public_id
import zoom.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("upstream", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ZoomAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("public_id", accounts.public_id.PublicIdField(prefix="zoom")),
                (
                    "credential_id",
                    models.CharField(
                        blank=True,
                        help_text="at the recording service, if that keeps the tokens",
                        max_length=64,
                    ),
                ),
                ("zoom_user_id", models.CharField(max_length=100)),
                ("zoom_account_id", models.CharField(blank=True, max_length=100)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "scopes",
                    models.TextField(blank=True, help_text="what was granted, space separated"),
                ),
                ("refresh_token", accounts.encryption.EncryptedTextField(blank=True)),
                ("access_token", accounts.encryption.EncryptedTextField(blank=True)),
                ("access_until", models.DateTimeField(blank=True, null=True)),
                (
                    "address_key",
                    accounts.encryption.EncryptedTextField(default=zoom.models.new_key),
                ),
                (
                    "health",
                    models.CharField(
                        choices=[("good", "Works"), ("over", "Needs reconnecting")],
                        default="good",
                        max_length=8,
                    ),
                ),
                (
                    "said",
                    models.TextField(blank=True, help_text="what was said when it stopped working"),
                ),
                ("connected_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("disconnected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        help_text="the recording service for which it was connected",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zoom_accounts",
                        to="upstream.upstreamaccount",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zoom_accounts",
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
                        condition=models.Q(("disconnected_at", None)),
                        fields=("workspace", "zoom_user_id"),
                        name="one_row_per_zoom_user",
                        violation_error_message="This Zoom account is already connected here.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("health__in", ["good", "over"])),
                        name="zoom_health_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ZoomConsent",
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
                    "reconnects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="zoom.zoomaccount",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zoom_consents",
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
    ]
