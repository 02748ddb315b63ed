"""A person opens what they see to support, for some hours, and closes it when they like."""

from datetime import datetime, timedelta

from django import forms
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.http import WorkspaceRequest
from support.models import Grant

HOURS = {"1": "1 hour", "8": "8 hours", "24": "24 hours"}


class GrantForm(forms.Form):
    hours = forms.ChoiceField(
        label="For how long",
        choices=list(HOURS.items()),
        initial="1",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="What should support look at?",
        max_length=300,
        help_text="Support reads this, and it stays in the history.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@transaction.atomic
def grant(request: WorkspaceRequest, *, hours: int, reason: str) -> Grant:
    """Let support look from now on; what was granted before ends with it."""
    mine = request.user.support_grants.filter(workspace=request.workspace)
    mine.open().update(revoked_at=timezone.now())
    given = Grant.objects.create(
        workspace=request.workspace,
        user=request.user,
        reason=reason,
        until=timezone.now() + timedelta(hours=hours),
    )
    after = {"hours": hours, "reason": reason}
    audit.record_request(request, "support.grant", given.public_id, after=after)
    return given


@transaction.atomic
def note_ends(now: datetime) -> None:
    """Say in the history of each workspace what may be looked at no longer; once."""
    over = Grant.objects.run_out(now).select_for_update(skip_locked=True, of=("self",))
    for one in over.select_related("workspace", "user"):
        Grant.objects.filter(pk=one.pk).update(end_noted_at=now)
        audit.record(
            workspace=one.workspace,
            actor=one.user,
            action="support.run_out",
            target=one.public_id,
            before={"reason": one.reason},
        )


@transaction.atomic
def revoke(request: WorkspaceRequest, given: Grant) -> None:
    """The next page that support asks for is refused."""
    if Grant.objects.open().filter(pk=given.pk).update(revoked_at=timezone.now()):
        audit.record_request(request, "support.revoke", given.public_id)
