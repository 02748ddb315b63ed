"""The book of causes: why a meeting was not recorded, one page per cause for all providers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from bots.models import Bot, Outcome
from upstream.causes import CAUSES, Cause

SHOWN = 20
# How people ask: what happened to it, not which module failed.
CHAPTERS = (
    ("Nobody let it in, or somebody said no", (Outcome.REFUSED, Outcome.NEVER_ADMITTED)),
    ("There was nothing to record", (Outcome.NOBODY_CAME,)),
    ("Something did not work", (Outcome.TECHNICAL,)),
    ("It was recorded, and something is missing", (Outcome.RECORDED,)),
    ("It was not needed", (Outcome.NOT_NEEDED,)),
    ("Nobody knows", (Outcome.UNKNOWN,)),
)


@require_safe
@workspace_member
def causes(request: WorkspaceRequest) -> HttpResponse:
    chapters = [
        (title, [cause for cause in CAUSES.values() if cause.outcome in outcomes])
        for title, outcomes in CHAPTERS
    ]
    return render(request, "bots/causes.html", {"chapters": chapters})


@require_safe
@workspace_member
def cause(request: WorkspaceRequest, cause: str) -> HttpResponse:
    """What happened, whose side it was on, what to do; and the bots of this workspace it befell."""
    if cause not in CAUSES:
        raise Http404("no such cause")
    context = {
        "cause": CAUSES[cause],
        "outcome": Outcome(CAUSES[cause].outcome),
        "befallen": _befallen(request, CAUSES[cause]),
    }
    return render(request, "bots/cause.html", context)


def _befallen(request: WorkspaceRequest, cause: Cause) -> list[Bot]:
    """The last bots that ended so. A code nobody knows cannot be looked for, its outcome can."""
    ended = request.workspace.bots.for_list()
    if cause.slug == "unknown":
        known = [code for one in CAUSES.values() for code in one.codes]
        found = ended.filter(outcome=Outcome.UNKNOWN).exclude(reason__in=["", *known])
    elif cause.slug == "no-reason":
        found = ended.filter(outcome=Outcome.UNKNOWN, reason="")
    else:
        http = [f"FST_ERR_{code}" for code in cause.codes]
        found = ended.filter(reason__in=[*cause.codes, *http])
    return list(found[:SHOWN])
