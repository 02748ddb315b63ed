"""Changes that were answered with a no, and still stood as wanted."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def set_apart(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    answered = apps.get_model("bots", "Bot").objects.filter(change_asked_at=None)
    answered.exclude(wanted={}).update(declined=F("wanted"), wanted={})


def put_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("bots", "Bot").objects.exclude(declined={}).update(wanted=F("declined"))


class Migration(migrations.Migration):
    dependencies = [("bots", "0016_bot_declined")]

    operations = [migrations.RunPython(set_apart, put_back)]
