"""The block list: whose meetings are never recorded, whoever wishes it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from calendars.models import Block
from calendars.policy_changes import AddBlock, RemoveBlock
from calendars.rule_forms import BlockForm, SeenForm
from calendars.views.proposals import Proposal, propose


@require_http_methods(["GET", "POST"])
@workspace_member
def index(request: WorkspaceRequest) -> HttpResponse:
    """The list; whoever runs the workspace adds to it."""
    block = Block(added_by=request.user)
    data = request.POST if request.method == "POST" else None
    form = BlockForm(data, instance=block, workspace=request.workspace)
    if data is None or not form.is_valid() or SeenForm(data).is_called_back:
        return _page(request, form)
    return propose(
        request,
        Proposal(
            AddBlock(block),
            heading=f"What happens when {block.pattern} is never recorded",
            sentence=f"Never record a meeting that {_whom(block)} invited to.",
            verb="Add it to the block list",
            done=f"{block.pattern} is on the block list.",
            back="calendars:blocks",
            can_edit=True,
        ),
    )


@require_http_methods(["GET", "POST"])
@allowed_to(Permission.RULE)
def removal(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    block = get_object_or_404(request.workspace.blocks, public_id=public_id)
    return propose(
        request,
        Proposal(
            RemoveBlock(block),
            heading=f"What happens when {block.pattern} leaves the block list",
            sentence="Choices and rules decide again about these meetings.",
            verb="Take it off the block list",
            done=f"{block.pattern} is off the block list.",
            back="calendars:blocks",
        ),
    )


def _page(request: WorkspaceRequest, form: BlockForm) -> HttpResponse:
    is_wrong = form.is_bound and not form.is_valid()
    context = {
        "form": form,
        "blocks": request.workspace.blocks.select_related("added_by").order_by("pattern"),
        "can_manage": request.membership.may(Permission.RULE),
    }
    status = 422 if is_wrong else 200
    return render(request, "calendars/rules/blocks.html", context, status=status)


def _whom(block: Block) -> str:
    return f"{block.pattern} is" if "@" in block.pattern else f"anybody of {block.pattern} is"
