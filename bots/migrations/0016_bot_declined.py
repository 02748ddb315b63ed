"""A change that the provider did not take stands apart from one that is on its way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bots", "0015_barely_told")]

    operations = [
        migrations.AddField(
            model_name="bot",
            name="declined",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="a change that was not made; it fills the form again",
            ),
        ),
    ]
