"""The trail of what people changed. One call per change, in the same transaction as the change."""

from collections.abc import Sequence
from typing import Any, TypedDict, cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts.http import WorkspaceRequest
from accounts.models import AuditEntry, User, Workspace

LONGEST_AGENT = 300


class Origin(TypedDict):
    ip_address: str | None
    agent: str


def record(
    *,
    workspace: Workspace,
    actor: User | None,
    action: str,
    target: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    ip_address: str | None = None,
    agent: str = "",
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
        agent=agent,
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
        **whence(request),
    )


def record_requests(
    request: WorkspaceRequest,
    action: str,
    changes: Sequence[tuple[str, dict[str, Any], dict[str, Any]]],
) -> None:
    """Write an entry for each (target, before, after) of one request, in one statement."""
    origin = whence(request)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            workspace=request.workspace,
            actor=request.user,
            action=action,
            target=target,
            before=before,
            after=after,
            **origin,
        )
        for target, before, after in changes
    )


def record_person(
    request: HttpRequest,
    person: User,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write what `person` did to their own account, in each workspace they belong to."""
    for workspace in person.workspaces.all():
        record(
            workspace=workspace,
            actor=person,
            action=action,
            target=person.public_id,
            before=before,
            after=after,
            **whence(request),
        )


def record_staff(
    request: HttpRequest,
    workspace: Workspace,
    action: str,
    target: str = "",
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write what somebody of support did in the trail of the workspace they did it to."""
    return record(
        workspace=workspace,
        actor=cast(User, request.user),
        action=action,
        target=target,
        before=before,
        after=after,
        **whence(request),
    )


def whence(request: HttpRequest) -> Origin:
    """From where: the person's address, and what their browser calls itself."""
    agent = request.headers.get("User-Agent", "").replace("\x00", "")
    return {"ip_address": client_address(request), "agent": agent[:LONGEST_AGENT]}


def client_address(request: HttpRequest) -> str | None:
    """The person's own address, also behind as many proxies as ALLAUTH_TRUSTED_PROXY_COUNT says."""
    if not request.META.get("REMOTE_ADDR"):  # a server on a unix socket
        return None
    return str(get_adapter(request).get_client_ip(request))
