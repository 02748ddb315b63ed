import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import letters.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(help_text="in lower case", max_length=254)),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("address", "kind"), name="one_refusal_per_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=40)),
                (
                    "to",
                    models.EmailField(
                        blank=True,
                        help_text="empty once what it told of was deleted",
                        max_length=254,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="the public id of what it tells", max_length=64
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=letters.models.new_code,
                        editable=False,
                        help_text="to refuse it by",
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("refused", "The reader wants none"),
                            ("dropped", "Nothing left to say"),
                            ("failed", "Not delivered"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="why the last try did not work", max_length=120
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="letters_newest_first"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_try_at"],
                        name="letters_to_send",
                    ),
                    models.Index(
                        fields=["reader", "kind", "-created_at"], name="letters_of_a_reader"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sent", "refused", "dropped", "failed"])
                        ),
                        name="letter_state_known",
                    )
                ],
            },
        ),
    ]
