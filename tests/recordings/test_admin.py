"""Support sees how far recordings are, not what was said in them."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, User, Workspace
from recordings.models import Artifact, ArtifactKind, ArtifactState
from tests.recordings.factories import make_recording


@pytest.fixture
def support(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@earshot.example", "pw"))
    return client


def test_pages_show_metadata_and_no_words(support: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace)
    said = recording.transcript.utterances.get(index=0).text
    for path in ("recording/", f"recording/{recording.pk}/change/", "artifact/"):
        page = support.get(f"/admin/recordings/{path}").content.decode()
        assert "Transcript" in page or recording.public_id in page
        assert said not in page
        assert "Maya Lindqvist" not in page
        assert recording.title not in page


def test_a_failed_file_is_fetched_again_and_the_trail_says_who(
    support: Client, workspace: Workspace
) -> None:
    artifact = make_recording(workspace).artifacts.get(kind=ArtifactKind.VIDEO)
    Artifact.objects.filter(pk=artifact.pk).update(state=ArtifactState.FAILED)
    wish = {"action": "try_again", "_selected_action": [artifact.pk]}
    question = support.post("/admin/recordings/artifact/", wish).content.decode()
    assert f"Video of {artifact.recording.public_id}" in question
    assert not AuditEntry.objects.filter(action="artifact.fetch_again").exists()
    wish["confirmed"] = "yes"
    page = support.post("/admin/recordings/artifact/", wish, follow=True)
    assert "1 asked for again." in page.content.decode()
    artifact.refresh_from_db()
    assert artifact.state == ArtifactState.PENDING
    entry = AuditEntry.objects.get(action="artifact.fetch_again")
    assert entry.target == artifact.recording.public_id
