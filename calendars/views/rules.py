"""The rules in the order they are asked; the form of one; moving, switching and deleting."""

from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import WorkspaceRequest, workspace_member
from accounts.roles import Permission
from calendars import policies, rulebook
from calendars.models import Revision, Rule
from calendars.policy_changes import AddRule, EditRule, MoveRule, RemoveRule, may_change
from calendars.rule_forms import PlaceForm, RuleForm, SeenForm, StartForm, StateForm
from calendars.views.proposals import Proposal, propose


@require_GET
@workspace_member
def index(request: WorkspaceRequest) -> HttpResponse:
    policy = policies.load([request.workspace.pk])[request.workspace.pk]
    context = {
        "book": rulebook.book(policy, request.membership),
        "blocks": len(policy.blocks),
        "starts": rulebook.STARTS,
        "can_manage": request.membership.may(Permission.RULE),
        "revision": Revision.objects.filter(workspace=request.workspace).first(),
        "live_topics": f"{request.workspace.public_id}/rules",
    }
    fragment = "#rules" if request.htmx else ""
    return render(request, f"calendars/rules/index.html{fragment}", context)


@require_http_methods(["GET", "POST"])
@workspace_member
def new(request: WorkspaceRequest) -> HttpResponse:
    """Try a rule on the meetings there are; whoever may, keeps it."""
    rule = Rule(**rulebook.start(StartForm(request.GET).key), created_by=request.user)
    form = _form(request, rule)
    if not _is_ready(request, form):
        return _form_page(request, form)
    return propose(
        request,
        Proposal(
            AddRule(rule),
            heading="What this rule would do",
            sentence=rule.sentence,
            is_locked=rule.is_locked,
            verb="Save",
            done="The rule is saved.",
            can_edit=True,
        ),
    )


@require_http_methods(["GET", "POST"])
@workspace_member
def rule(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Change a rule."""
    old = _rule(request, public_id)
    edited = copy(old)
    form = _form(request, edited)
    if not _is_ready(request, form):
        return _form_page(request, form, old)
    return propose(
        request,
        Proposal(
            EditRule(edited, old),
            heading="What the changed rule would do",
            sentence=edited.sentence,
            is_locked=edited.is_locked,
            verb="Save",
            done="The rule is saved.",
            can_edit=True,
        ),
    )


@require_http_methods(["GET", "POST"])
@workspace_member
def removal(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    rule = _rule(request, public_id, to_change=True)
    return propose(
        request,
        Proposal(
            RemoveRule(rule),
            heading="What happens without this rule",
            sentence=rule.sentence,
            verb="Delete the rule",
            done="The rule is deleted.",
        ),
    )


@require_POST
@workspace_member
def place(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """One place up or down."""
    rule = _rule(request, public_id, to_change=True)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return HttpResponse("Choose up or down.", status=422)
    direction = form.cleaned_data["direction"]
    return propose(
        request,
        Proposal(
            MoveRule(rule, direction),
            heading=f"What happens when this rule moves {direction}",
            sentence=rule.sentence,
            verb=f"Move it {direction}",
            done=f"The rule moved {direction}.",
            is_quick=True,
        ),
    )


@require_POST
@workspace_member
def state(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Switch a rule on or off."""
    old = _rule(request, public_id, to_change=True)
    form = StateForm(request.POST)
    rule = copy(old)
    rule.is_enabled = form.is_valid() and form.cleaned_data["is_enabled"]
    word = "on" if rule.is_enabled else "off"
    return propose(
        request,
        Proposal(
            EditRule(rule, old, "rule.enable" if rule.is_enabled else "rule.disable"),
            heading=f"What happens when this rule is switched {word}",
            sentence=rule.sentence,
            verb=f"Switch it {word}",
            done=f"The rule is switched {word}.",
            is_quick=True,
        ),
    )


@require_POST
@workspace_member
def sentence(request: WorkspaceRequest) -> HttpResponse:
    """Read back what is in the form so far."""
    form = _form(request, Rule())
    context = {"sentence": form.instance.sentence if form.is_valid() else ""}
    return render(request, "calendars/rules/form.html#sentence", context)


def _rule(request: WorkspaceRequest, public_id: str, *, to_change: bool = False) -> Rule:
    found = get_object_or_404(request.workspace.rules.in_order(), public_id=public_id)
    if to_change and not may_change(request.membership, found.calendar):
        raise PermissionDenied("Only those who may change these rules can do that.")
    policies.name_calendars([found])
    return found


def _form(request: WorkspaceRequest, rule: Rule) -> RuleForm:
    data = request.POST if request.method == "POST" else None
    workspace, membership = request.workspace, request.membership
    return RuleForm(data, instance=rule, workspace=workspace, membership=membership)


def _is_ready(request: WorkspaceRequest, form: RuleForm) -> bool:
    """Filled in, and not called back to be changed again."""
    if request.method == "GET" or not form.is_valid() or SeenForm(request.POST).is_called_back:
        return False
    if not form.instance.is_locked:
        form.instance.locked_by = None
    elif form.instance.locked_by is None:
        form.instance.locked_by = request.user
    return True


def _form_page(request: WorkspaceRequest, form: RuleForm, rule: Rule | None = None) -> HttpResponse:
    is_wrong = form.is_bound and not form.is_valid()
    context: dict[str, Any] = {
        "form": form,
        "rule": rule,
        "sentence": "" if is_wrong else form.instance.sentence,
        "is_allowed": rule is None or may_change(request.membership, rule.calendar),
    }
    return render(request, "calendars/rules/form.html", context, status=422 if is_wrong else 200)
