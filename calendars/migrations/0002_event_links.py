from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def note_the_provider(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every link so far came from the provider."""
    events = apps.get_model("calendars", "Event").objects
    events.exclude(meeting_url="").update(link_source="provider")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_is_append_only"),
        ("bots", "0001_initial"),
        ("calendars", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="is_private",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="event",
            name="link_flags",
            field=models.JSONField(
                blank=True, default=list, help_text="what is odd about the link"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="link_source",
            field=models.CharField(
                blank=True,
                choices=[("provider", "The provider"), ("found", "Found in the invitation")],
                max_length=8,
            ),
        ),
        migrations.RunPython(note_the_provider, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("link_source__in", ("", "provider", "found"))),
                name="event_link_source_known",
            ),
        ),
    ]
