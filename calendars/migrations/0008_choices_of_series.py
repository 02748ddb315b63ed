"""A choice may be about a meeting, or about its series from a moment on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every choice so far is about one meeting, as the new column's default says."""


def drop_what_has_no_place(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    choices = apps.get_model("calendars", "Choice").objects
    choices.exclude(reach="this").delete()
    choices.filter(verdict="follow").delete()


class Migration(migrations.Migration):
    dependencies = [("calendars", "0007_microsoft")]

    operations = [
        migrations.RemoveConstraint(model_name="choice", name="one_choice_per_meeting"),
        migrations.RemoveConstraint(model_name="choice", name="choice_verdict_known"),
        migrations.AddField(
            model_name="choice",
            name="reach",
            field=models.CharField(
                choices=[("this", "This meeting"), ("later", "This and later meetings")],
                default="this",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="choice",
            name="original_start",
            field=models.DateTimeField(help_text="of the meeting, or where it begins to count"),
        ),
        migrations.AlterField(
            model_name="choice",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("record", "Record"),
                    ("never", "Don't record"),
                    ("follow", "Follow the rules"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.UniqueConstraint(
                fields=("workspace", "identity", "original_start", "reach"),
                name="one_choice_per_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["record", "never", "follow"])),
                name="choice_verdict_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.CheckConstraint(
                condition=models.Q(("reach__in", ["this", "later"])), name="choice_reach_known"
            ),
        ),
        migrations.RunPython(keep, drop_what_has_no_place),
    ]
