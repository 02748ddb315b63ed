"""Content is closed to staff until a person lets them look; then read only, page by page told."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AuditEntry, Membership, User, Workspace
from accounts.roles import Role
from live.stream import _listener
from support import tasks
from support.models import Grant
from support.views.access import MOST_SHOWN
from tests.frame import FRAME
from tests.recordings.factories import make_recording

pytestmark = pytest.mark.django_db

PAGE = "/settings/support/"


def begin(support: Client, grant: Grant) -> int:
    return support.post(f"/admin/grants/{grant.public_id}/look/").status_code


def test_a_person_grants_and_revokes(alice: Client, alice_user: User) -> None:
    assert "Nothing so far." in alice.get(PAGE).content.decode()
    page = alice.post(PAGE, {"hours": "8", "reason": "No sound"}, follow=True)

    assert "Support may look for 8 hours." in page.content.decode()
    (grant,) = Grant.objects.open()
    assert (grant.user, grant.reason) == (alice_user, "No sound")
    assert timedelta(hours=7) < grant.until - timezone.now() <= timedelta(hours=8)
    alice.post(f"{PAGE}{grant.public_id}/revocation/")
    assert not Grant.objects.open().exists()
    said = AuditEntry.objects.order_by("id").values_list("action", "target")
    assert list(said) == [
        ("support.grant", grant.public_id),
        ("support.revoke", grant.public_id),
    ]


def test_a_grant_that_runs_out_is_in_the_history_once(
    alice: Client, grant: Grant, workspace: Workspace
) -> None:
    tasks.note_ends()
    assert not workspace.audit_entries.exists()
    Grant.objects.update(until=timezone.now())

    tasks.note_ends()
    tasks.note_ends()

    entry = workspace.audit_entries.get()
    assert (entry.action, entry.target) == ("support.run_out", grant.public_id)
    assert "lets support look no longer" in alice.get("/settings/history/").content.decode()


def test_granting_again_replaces(alice: Client, grant: Grant) -> None:
    alice.post(PAGE, {"hours": "1", "reason": "Again"})
    assert [one.reason for one in Grant.objects.open()] == ["Again"]


@pytest.mark.parametrize("wish", [{"hours": "9", "reason": "x"}, {"hours": "1", "reason": " "}])
def test_odd_wishes_are_refused(alice: Client, wish: dict[str, str]) -> None:
    assert alice.post(PAGE, wish).status_code == 422
    assert not Grant.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_query_count_is_flat(
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        Grant.objects.create(workspace=workspace, user=alice_user, reason="x", until=timezone.now())
    with django_assert_num_queries(FRAME + 2):  # grants, looks
        page = alice.get(PAGE)
    assert len(page.context["ended"]) == min(count, MOST_SHOWN)


def test_staff_see_what_the_person_sees_and_the_person_reads_that_they_did(
    support: Client, alice: Client, grant: Grant, sam: User, workspace: Workspace
) -> None:
    recording = make_recording(workspace, title="Quarterly numbers")
    path = f"/recordings/{recording.public_id}/"
    assert support.get(path).status_code == 404  # it is somebody else's
    assert begin(support, grant) == 302

    page = support.get(path)
    support.get(path)  # the same look
    assert "Quarterly numbers" in page.content.decode()
    assert "Looking only." in page.content.decode()
    look = AuditEntry.objects.get(action="support.look")
    assert (look.actor, look.target) == (sam, recording.public_id)
    assert look.after == {"page": path, "as": "Alice", "grant": grant.public_id}
    told = alice.get(PAGE).content.decode()
    assert path in told
    assert "Sam" in told
    assert "Sam of support" in alice.get("/settings/history/").content.decode()


def test_a_look_changes_nothing(support: Client, grant: Grant, alice_user: User) -> None:
    begin(support, grant)
    for path in ("/settings/", "/settings/support/", f"{PAGE}{grant.public_id}/revocation/"):
        refused = support.post(path, {"name": "Mallory", "hours": "24", "reason": "more"})
        assert refused.status_code == 403
        assert "You are only looking" in refused.content.decode()
    assert support.delete("/settings/").status_code == 403
    alice_user.refresh_from_db()
    assert alice_user.name == "Alice"
    assert Grant.objects.get().is_open


@pytest.mark.parametrize("path", ["/account/email/", "/admin/", "/shared/x/", "/live/"])
def test_what_is_not_the_workspaces_stays_closed(support: Client, grant: Grant, path: str) -> None:
    begin(support, grant)
    assert support.get(path).status_code == 403
    assert not AuditEntry.objects.filter(action="support.look").exists()


def test_a_look_ends_with_its_grant(support: Client, grant: Grant, workspace: Workspace) -> None:
    make_recording(workspace, title="Quarterly numbers")
    begin(support, grant)
    Grant.objects.update(until=timezone.now())
    page = support.get("/recordings/")

    assert page.status_code == 403
    assert "The look is over" in page.content.decode()
    assert "Quarterly numbers" not in page.content.decode()


def test_another_workspace_of_the_person_stays_closed(
    support: Client, grant: Grant, other_workspace: Workspace, alice_user: User
) -> None:
    Membership.objects.create(workspace=other_workspace, user=alice_user, role=Role.MEMBER)
    make_recording(other_workspace, title="Contoso secret")
    begin(support, grant)
    Membership.objects.filter(workspace=grant.workspace).delete()
    page = support.get("/recordings/")

    assert page.status_code == 403
    assert "Contoso secret" not in page.content.decode()


def test_a_look_hears_no_live_stream(support: Client, grant: Grant) -> None:
    begin(support, grant)
    cookies = {"sessionid": support.cookies["sessionid"].value}
    topics = frozenset({f"{grant.workspace.public_id}/events"})
    assert _listener(cookies, topics)[1] == 404


def test_ending_gives_the_staff_member_back(support: Client, grant: Grant, sam: User) -> None:
    begin(support, grant)
    page = support.post("/support/end/", follow=True)

    assert page.context["user"] == sam
    assert "The look is over." in page.content.decode()
    actions = AuditEntry.objects.order_by("id").values_list("action", "actor")
    assert list(actions) == [("support.begin", sam.pk), ("support.end", sam.pk)]
    assert support.get("/settings/support/").status_code == 404  # no workspace of their own


def test_nobody_looks_without_an_open_grant(support: Client, alice: Client, grant: Grant) -> None:
    assert alice.post(f"/admin/grants/{grant.public_id}/look/").status_code == 302
    assert "/login/" in alice.post(f"/admin/grants/{grant.public_id}/look/")["Location"]
    Grant.objects.update(revoked_at=timezone.now())
    assert begin(support, grant) == 404


def test_a_grant_of_staff_opens_nothing(support: Client, grant: Grant, alice_user: User) -> None:
    User.objects.filter(pk=alice_user.pk).update(is_staff=True)
    assert begin(support, grant) == 403


def test_staff_need_the_permission_to_look(support: Client, grant: Grant, sam: User) -> None:
    User.objects.filter(pk=sam.pk).update(is_superuser=False)
    assert begin(support, grant) == 403
    assert support.get("/admin/grants/").status_code == 403


def test_the_console_asks_staff_for_their_second_step(
    support: Client, sam: User, grant: Grant, settings: Settings
) -> None:
    settings.STAFF_NEED_SECOND_STEP = True
    assert support.get("/admin/stuck/")["Location"] == reverse("mfa_index")
    Authenticator.objects.create(user=sam, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert support.get("/admin/")["Location"].startswith(reverse("mfa_reauthenticate"))
    assert begin(support, grant) == 302
    assert not AuditEntry.objects.exists()

    session = support.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(sam.pk)
    session.save()
    assert support.get("/admin/stuck/").status_code == 200
    begin(support, grant)
    assert support.get("/recordings/").status_code == 200
    assert "account_authentication_methods" not in support.session
    page = support.post("/support/end/", follow=True)
    assert page.redirect_chain == [("/admin/grants/", 302)]  # and is not asked again
