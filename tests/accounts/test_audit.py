"""The trail: each entry says who, what, from where; and nobody can rewrite one."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(workspace: Workspace, alice_user: User) -> AuditEntry:
    return audit.record(
        workspace=workspace,
        actor=alice_user,
        action="workspace.rename",
        target=workspace.public_id,
        before={"name": "A"},
        after={"name": "B"},
        ip_address="192.0.2.7",
    )


def test_an_entry_cannot_be_changed(entry: AuditEntry) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="nothing.happened")
    entry.refresh_from_db()
    assert entry.action == "workspace.rename"


def test_an_entry_cannot_be_deleted(entry: AuditEntry) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.delete()
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_a_transaction_that_says_so_may_delete(entry: AuditEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL earshot.audit_may_go = 'on'")
    AuditEntry.objects.all().delete()
    assert not AuditEntry.objects.exists()


def test_an_entry_outlives_the_person(entry: AuditEntry, alice_user: User) -> None:
    alice_user.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.after) == (None, {"name": "B"})


def test_the_list_is_newest_first_and_goes_on_below(workspace: Workspace) -> None:
    one_moment = timezone.now()  # entries of one moment are still told apart
    newest_first = [
        AuditEntry.objects.create(workspace=workspace, action="thing.happen", at=one_moment)
        for _ in range(4)
    ][::-1]

    assert list(workspace.audit_entries.for_list()) == newest_first
    below = workspace.audit_entries.for_list(older_than=newest_first[1])
    assert list(below) == newest_first[2:]
