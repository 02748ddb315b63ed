"""A sample recording, for a workspace that has none of its own yet."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from recordings import sample as samples


@require_POST
@allowed_to(Permission.SEND)
@transaction.atomic
def sample(request: WorkspaceRequest) -> HttpResponse:
    recording = samples.make(request.workspace, request.user)
    if recording is None:
        messages.error(request, "No recording service is set up here yet, so there is no sample.")
        return redirect("recordings:library")
    audit.record_request(request, "sample.make", recording.public_id)
    messages.success(request, "This is a sample. Delete it whenever you like.")
    return redirect("recordings:recording", recording.public_id)
