"""What open pages are told about a recording on its way: its status, and that lists are stale."""

from django.template.loader import render_to_string

import live
from recordings.models import Recording, Transcript


def tell(recording: Recording) -> None:
    """Send the status to the recording's page, and let the library fetch itself again."""
    current = Recording.everything.for_page().select_related("workspace").get(pk=recording.pk)
    workspace = current.workspace.public_id
    context = {"recording": current, "artifacts": list(current.artifacts.all())}
    live.publish(
        f"{workspace}/{current.public_id}", render_to_string("recordings/_status.html", context)
    )
    live.changed(f"{workspace}/recordings")


def tell_revision(transcript: Transcript) -> None:
    """Let open pages fetch the turns that have changed, and lists the names."""
    recording = transcript.recording
    workspace = recording.workspace.public_id
    context = {"recording": recording, "revision": transcript.revision}
    html = render_to_string("recordings/_revision.html", context)
    live.publish(f"{workspace}/{recording.public_id}", html)
    live.changed(f"{workspace}/recordings")
