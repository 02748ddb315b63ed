"""The history of a workspace: for those who answer for it, page by page, in sentences."""

import csv
from datetime import UTC, datetime

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

    assert "<strong><bdi>Alice</bdi></strong> changed the workspace’s name" in page
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


def test_it_is_narrowed_by_person_action_object_and_day(
    alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    late = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # the fourth in Stockholm, where Alice reads
    by_bob = entry_at(workspace, bob_user, "bot.leave", "bot_1", noon)
    by_alice = entry_at(workspace, alice_user, "bot.leave", "bot_2", noon)
    sync = entry_at(workspace, alice_user, "calendar.sync", "cal_1", late)

    assert shown(alice, person=bob_user.public_id) == [by_bob]
    assert shown(alice, action="calendar.sync") == [sync]
    assert shown(alice, target=" bot_2 ") == [by_alice]
    assert shown(alice, since="2026-03-04") == [sync]
    assert shown(alice, until="2026-03-03") == [by_alice, by_bob]
    assert shown(alice, person=bob_user.public_id, target="bot_2") == []


def test_a_stranger_is_nobody_to_filter_by(alice: Client, mallory_user: User) -> None:
    page = alice.get(PATH, {"person": mallory_user.public_id})
    assert (page.status_code, page.context["lines"]) == (422, [])
    assert "That cannot be looked for" in page.content.decode()


def test_the_table_is_what_the_page_shows_and_no_cell_is_a_formula(
    alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    audit.record(
        workspace=workspace,
        actor=alice_user,
        action="workspace.rename",
        target=workspace.public_id,
        after={"name": "Northwind"},
        ip_address="192.0.2.7",
        agent='=HYPERLINK("https://evil.example")',
    )
    fill(workspace, bob_user, 1)
    asked = {"person": alice_user.public_id}
    answer = alice.get(f"{PATH}table.csv", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    heading, row = csv.reader(text.splitlines())

    told = dict(zip(heading, row, strict=True))
    assert (told["Who"], told["Action"]) == ("Alice", "workspace.rename")
    assert (told["After"], told["From address"]) == ("Name: Northwind", "192.0.2.7")
    assert told["With browser"].startswith("'=HYPERLINK")


def test_members_cannot_save_it(bob: Client) -> None:
    assert bob.get(f"{PATH}table.csv").status_code == 403


def entry_at(
    workspace: Workspace, actor: User, action: str, target: str, at: datetime
) -> AuditEntry:
    return AuditEntry.objects.create(
        workspace=workspace, actor=actor, action=action, target=target, at=at
    )


def shown(client: Client, **asked: str) -> list[AuditEntry]:
    return [line.entry for line in client.get(PATH, asked).context["lines"]]


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
    with django_assert_num_queries(FRAME + 2):  # people to choose from, entries
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
