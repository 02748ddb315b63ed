"""Show what a change of the rules would do; once that was seen, do it.

POST without `seen`     the dry run, with all values carried along in its form
POST with `seen`        done, if the rules are still those of the dry run; else shown again, 409
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

import live
from accounts import audit
from accounts.http import WorkspaceRequest
from accounts.models import Workspace
from calendars import dry_run, policies, publishing, revising
from calendars.policies import Policy
from calendars.policy_changes import Change, may_change
from calendars.rule_forms import SeenForm


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a change is spoken of. `is_quick`: without any difference it needs no confirmation."""

    change: Change
    heading: str
    sentence: str
    verb: str
    done: str
    back: str = "calendars:rules"
    can_edit: bool = False
    is_locked: bool = False
    is_quick: bool = False


def propose(request: WorkspaceRequest, proposal: Proposal) -> HttpResponse:
    """Answer with the dry run, or do it and go back to the list."""
    change, form = proposal.change, SeenForm(request.POST)
    is_allowed = may_change(request.membership, change.calendar)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    if seen and not is_allowed:
        raise PermissionDenied("Only those who may change these rules can do that.")
    if seen and _save(request, change, seen):
        return _done(request, proposal)
    before = _policy(request.workspace)
    run = dry_run.compare(
        request.workspace, before, change.applied_to(before), timezone.now(), change.calendar
    )
    is_done = proposal.is_quick and is_allowed and not run.changes_something
    if is_done and _save(request, change, before.fingerprint):
        return _done(request, proposal)
    context = {
        "proposal": proposal,
        "run": run,
        "button": run.button(proposal.verb),
        "is_allowed": is_allowed,
        "has_moved_on": bool(seen),
        "fingerprint": before.fingerprint,
        "carried": form.carried,
    }
    return render(request, "calendars/rules/dry_run.html", context, status=409 if seen else 200)


def _policy(workspace: Workspace) -> Policy:
    return policies.load([workspace.pk])[workspace.pk]


@transaction.atomic
def _save(request: WorkspaceRequest, change: Change, seen: str) -> bool:
    """Do what was seen, and nothing else; False when somebody else was faster."""
    workspace = Workspace.objects.select_for_update().get(pk=request.workspace.pk)
    if _policy(workspace).fingerprint != seen:
        return False
    change.save()
    audit.record_request(
        request, change.action, change.target, before=change.before, after=change.after
    )
    revising.ask(workspace)
    live.changed(publishing.topic(workspace, "rules"))
    return True


def _done(request: WorkspaceRequest, proposal: Proposal) -> HttpResponse:
    messages.success(request, proposal.done)
    return redirect(proposal.back)
