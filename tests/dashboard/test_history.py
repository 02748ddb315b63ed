"""The history of a workspace: for those who answer for it, page by page, in sentences."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import audit
from accounts.models import AuditEntry, User, Workspace
from dashboard.history import describe
from tests.frame import FRAME

pytestmark = pytest.mark.django_db

PATH = "/settings/history/"


def fill(workspace: Workspace, actor: User | None, count: int) -> list[AuditEntry]:
    return [
        audit.record(workspace=workspace, actor=actor, action="bot.leave", target=f"bot_{number}")
        for number in range(count)
    ]


def test_it_says_who_changed_what(alice: Client, alice_user: User, workspace: Workspace) -> None:
    audit.record(
        workspace=workspace,
        actor=alice_user,
        action="workspace.rename",
        before={"name": "<North>"},
        after={"name": "Northwind"},
    )
    page = alice.get(PATH).content.decode()

    assert "<strong><bdi>Alice</bdi></strong> changed the workspace&#x27;s name" in page
    assert "&lt;North&gt;" in page
    assert "<North>" not in page


def test_it_belongs_to_one_workspace(
    alice: Client, mallory_user: User, other_workspace: Workspace
) -> None:
    hidden = fill(other_workspace, mallory_user, 1)[0]

    assert alice.get(PATH).context["lines"] == []
    assert alice.get(PATH, {"before": hidden.public_id}).status_code == 404


def test_members_do_not_see_it(bob: Client) -> None:
    assert bob.get(PATH).status_code == 403
    assert PATH not in bob.get("/settings/").content.decode()


def test_pages_follow_each_other(alice: Client, alice_user: User, workspace: Workspace) -> None:
    entries = fill(workspace, alice_user, 51)[::-1]

    first = alice.get(PATH)
    assert [line.entry for line in first.context["lines"]] == entries[:50]
    assert first.context["next_before"] == entries[49].public_id
    second = alice.get(PATH, {"before": first.context["next_before"]})
    assert [line.entry for line in second.context["lines"]] == entries[50:]
    assert second.context["next_before"] == ""


@pytest.mark.parametrize("before", ["aud_nobody", "no such thing", "x" * 33])
def test_odd_places_are_not_found(alice: Client, before: str) -> None:
    assert alice.get(PATH, {"before": before}).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_query_count_is_flat(
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(workspace, alice_user, count)
    with django_assert_num_queries(FRAME + 1):  # entries
        page = alice.get(PATH)
    assert len(page.context["lines"]) == count


def test_what_has_no_sentence_yet_is_still_told(workspace: Workspace) -> None:
    entry = audit.record(
        workspace=workspace,
        actor=None,
        action="thing.bend_over",
        before={"is_on": True, "left": 1},
        after={"is_on": False},
    )
    line = describe(entry)

    assert (line.who, line.sentence) == ("Somebody who is no longer here", "thing: bend over")
    told = [(change.label, change.before, change.after) for change in line.changes]
    assert told == [("Is on", "yes", "no"), ("Left", "1", "")]
