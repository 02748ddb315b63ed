from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_viewers")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="agent",
            field=models.CharField(
                blank=True, help_text="what the browser calls itself", max_length=300
            ),
        ),
    ]
