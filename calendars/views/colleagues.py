"""Who is a colleague: the domains that rules and the list of meetings do not call external."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.models import Workspace
from accounts.roles import Permission
from calendars.models import OwnDomain
from calendars.people import FREE_MAIL, domain_of, is_outside
from calendars.policy_changes import AddDomain, RemoveDomain
from calendars.rule_forms import OwnDomainForm, SeenForm
from calendars.views.proposals import Proposal, propose


@require_http_methods(["GET", "POST"])
@workspace_member
def index(request: WorkspaceRequest) -> HttpResponse:
    """The domains; whoever runs the workspace adds to them."""
    own = OwnDomain(added_by=request.user)
    data = request.POST if request.method == "POST" else None
    form = OwnDomainForm(data, instance=own, workspace=request.workspace)
    if data is None or not form.is_valid() or SeenForm(data).is_called_back:
        return _page(request, form)
    return propose(
        request,
        Proposal(
            AddDomain(own),
            heading=f"What happens when people of {own.domain} are colleagues",
            sentence=f"Whoever has an address at {own.domain} is no longer external.",
            verb="Count them as colleagues",
            done=f"People of {own.domain} count as colleagues.",
            back="calendars:colleagues",
            can_edit=True,
        ),
    )


@require_http_methods(["GET", "POST"])
@allowed_to(Permission.RULE)
def removal(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    own = get_object_or_404(request.workspace.owndomains, public_id=public_id)
    return propose(
        request,
        Proposal(
            RemoveDomain(own),
            heading=f"What happens when people of {own.domain} are external",
            sentence=f"Whoever has an address at {own.domain} counts as external again, "
            "but on calendars of that domain itself.",
            verb="Count them as external",
            done=f"People of {own.domain} count as external.",
            back="calendars:colleagues",
        ),
    )


def _page(request: WorkspaceRequest, form: OwnDomainForm) -> HttpResponse:
    is_wrong = form.is_bound and not form.is_valid()
    own = list(request.workspace.owndomains.select_related("added_by").order_by("domain"))
    at_home = _of_accounts(request.workspace)
    context = {
        "form": form,
        "own": own,
        "at_home": at_home,
        "suggested": _suggested(at_home, [one.domain for one in own]),
        "can_manage": request.membership.may(Permission.RULE),
    }
    status = 422 if is_wrong else 200
    return render(request, "calendars/rules/colleagues.html", context, status=status)


def _of_accounts(workspace: Workspace) -> list[str]:
    """The domains of the connected accounts, but those that anybody can have an address at."""
    emails = workspace.connections.values_list("email", flat=True)
    return sorted({domain_of(one.lower()) for one in emails} - FREE_MAIL)


def _suggested(at_home: list[str], own: list[str]) -> list[str]:
    """Of several companies under one roof, those whose colleagues are strangers to the others."""
    return [one for one in at_home if len(at_home) > 1 and is_outside(f"x@{one}", own)]
