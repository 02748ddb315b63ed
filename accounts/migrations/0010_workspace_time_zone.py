from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_departures"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="time_zone",
            field=models.CharField(
                blank=True,
                help_text="for people who have not said theirs; empty: UTC",
                max_length=64,
            ),
        ),
    ]
