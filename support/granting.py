"""A person opens what they see to support, for some hours, and closes it when they like."""

from datetime import timedelta

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
def revoke(request: WorkspaceRequest, given: Grant) -> None:
    """The next page that support asks for is refused."""
    if Grant.objects.open().filter(pk=given.pk).update(revoked_at=timezone.now()):
        audit.record_request(request, "support.revoke", given.public_id)
