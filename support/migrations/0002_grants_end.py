from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="end_noted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when the history was told that its time was over",
                null=True,
            ),
        ),
    ]
