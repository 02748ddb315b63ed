"""A speaker's name in the stored HTML of a transcript leads to the turn, where it can be changed."""

import gzip
import re
from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TURN = '<li class="turn" id="t-(\\d+)"([^>]*)>'
NAME = re.compile(TURN + '<span class="turn__speaker" data-speaker="(\\d+)">([^<]*)</span>')
LINK = re.compile(
    TURN + '<a class="turn__speaker" href="turns/\\d+/" data-speaker="(\\d+)">([^<]*)</a>'
)
TO_LINK = (
    r'<li class="turn" id="t-\1"\2>'
    r'<a class="turn__speaker" href="turns/\1/" data-speaker="\3">\4</a>'
)
TO_NAME = r'<li class="turn" id="t-\1"\2><span class="turn__speaker" data-speaker="\3">\4</span>'


def rewritten(
    pattern: re.Pattern[str], replacement: str
) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def rewrite(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        transcripts = apps.get_model("recordings", "Transcript").objects.exclude(fragment=b"")
        for transcript in transcripts.only("fragment").iterator(chunk_size=50):
            html = gzip.decompress(bytes(transcript.fragment)).decode()
            fragment = gzip.compress(pattern.sub(replacement, html).encode(), 6, mtime=0)
            transcripts.filter(pk=transcript.pk).update(fragment=fragment)

    return rewrite


class Migration(migrations.Migration):
    dependencies = [("recordings", "0005_corrections")]
    operations = [
        migrations.RunPython(rewritten(NAME, TO_LINK), rewritten(LINK, TO_NAME)),
    ]
