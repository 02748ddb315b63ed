"""What was transcribed before there was a search is found after the migration, and it goes back."""

import pytest
from django.core.management import call_command

from accounts.models import Workspace
from recordings.models import Passage, SpokenLanguage
from tests.recordings.test_search import found, said


@pytest.mark.django_db(transaction=True)
def test_migration_indexes_what_is_there_and_can_be_taken_back() -> None:
    workspace = Workspace.objects.create(name="Northwind")
    said(workspace, "the budgets", "and more")
    said(workspace, "die Häuser", language="de")
    said(workspace, "nuqneH", language="tlh")
    before = sorted(Passage.objects.values_list("transcript_id", "index", "said_at", "search"))
    call_command("migrate", "recordings", "0001", verbosity=0)
    call_command("migrate", "recordings", verbosity=0)
    assert len(before) == 4
    after = sorted(Passage.objects.values_list("transcript_id", "index", "said_at", "search"))
    assert after == before
    stemmers = SpokenLanguage.objects.values_list("stemmer", flat=True)
    assert sorted(stemmers) == ["english", "german"]
    assert found(workspace, "haus") == ["die Häuser"]
