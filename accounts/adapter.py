"""How people come in: every sign-up gets a workspace of its own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Membership, Role, User, Workspace


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter, with one thing added."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        saved: User = super().save_user(request, user, form, commit=commit)
        if commit:
            workspace = Workspace.objects.create(name=f"{saved.get_short_name()}'s workspace")
            Membership.objects.create(workspace=workspace, user=saved, role=Role.OWNER)
        return saved
