"""A bot that has ended has one outcome, and one that is under way has none."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

FINAL = ["done", "failed", "cancelled"]
OUTCOMES = [
    "recorded", "partly_recorded", "not_needed", "refused", "never_admitted", "nobody_came",
    "technical", "unknown",
]  # fmt: skip


def settle(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each row that says otherwise the outcome that is sure."""
    bots = apps.get_model("bots", "Bot").objects
    bots.exclude(state__in=FINAL).exclude(outcome="").update(outcome="")
    open_ended = bots.filter(state__in=FINAL).exclude(outcome__in=OUTCOMES)
    open_ended.filter(state="done", has_media=True).update(outcome="recorded")
    open_ended.filter(state="cancelled").update(outcome="not_needed")
    open_ended.update(outcome="unknown")


class Migration(migrations.Migration):
    dependencies = [("bots", "0013_several_recordings")]
    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="bot",
            constraint=models.CheckConstraint(
                condition=Q(state__in=FINAL, outcome__in=OUTCOMES)
                | (~Q(state__in=FINAL) & Q(outcome="")),
                name="bot_ends_in_one_outcome",
            ),
        ),
    ]
