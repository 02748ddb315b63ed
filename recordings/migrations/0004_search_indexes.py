import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("recordings", "0003_fill_passages"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="passage",
            index=models.Index(fields=["workspace", "-said_at"], name="passages_newest_first"),
        ),
        AddIndexConcurrently(
            model_name="passage",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="passages_by_words"
            ),
        ),
        AddIndexConcurrently(
            model_name="recording",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("title", config="simple"),
                name="recordings_by_title_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="participant",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("name", config="simple"),
                name="participants_by_name_words",
            ),
        ),
    ]
