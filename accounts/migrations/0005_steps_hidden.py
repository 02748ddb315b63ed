from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_own_data"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="steps_hidden_at",
            field=models.DateTimeField(
                blank=True, help_text="the person wants to see the first steps no more", null=True
            ),
        ),
    ]
