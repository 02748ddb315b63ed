"""The trail of what people changed. One call per change, in the same transaction as the change."""

from typing import Any

from accounts.http import WorkspaceRequest
from accounts.models import AuditEntry, User, Workspace


def record(
    *,
    workspace: Workspace,
    actor: User | None,
    action: str,
    target: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    ip_address: str | None = None,
) -> AuditEntry:
    """Write one entry. `action` is noun.verb; `before` and `after` hold no secrets."""
    return AuditEntry.objects.create(
        workspace=workspace,
        actor=actor,
        action=action,
        target=target,
        before=before or {},
        after=after or {},
        ip_address=ip_address,
    )


def record_request(
    request: WorkspaceRequest,
    action: str,
    target: str = "",
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry for the person behind `request`."""
    return record(
        workspace=request.workspace,
        actor=request.user,
        action=action,
        target=target,
        before=before,
        after=after,
        ip_address=request.META.get("REMOTE_ADDR") or None,
    )
