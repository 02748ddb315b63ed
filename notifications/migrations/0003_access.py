"""One more kind of news: who may see a recording, asked and answered."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KINDS = [
    ("ready", "Recording ready"),
    ("waiting", "Bot waiting"),
    ("missed", "Not recorded"),
    ("calendar", "Calendar needs you"),
    ("zoom", "Zoom account needs you"),
    ("shared", "Shared with you"),
    ("access", "Access to a recording"),
    ("retention", "Recording about to be deleted"),
    ("digest", "The week in numbers"),
]
NAMES = [name for name, _ in KINDS]


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model in ("Notification", "Preference"):
        apps.get_model("notifications", model).objects.filter(kind="access").delete()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_zoom_accounts")]

    operations = [
        migrations.RemoveConstraint(
            model_name="notification",
            name="notification_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="preference",
            name="preference_kind_and_way_known",
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AlterField(
            model_name="preference",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", NAMES)), name="notification_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", NAMES), ("way__in", ["email", "product", "off"])),
                name="preference_kind_and_way_known",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
