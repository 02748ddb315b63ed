"""The bell, the list and the settings: of the person who looks, and of nobody else."""

from collections.abc import Mapping

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User, Workspace
from notifications import preferring, telling
from notifications.kinds import KINDS, KindName, Way
from notifications.models import Notification
from notifications.views import PAGE
from tests.frame import FRAME
from tests.notifications.factories import make_news

pytestmark = pytest.mark.django_db


def ways(**wished: str) -> Mapping[str, str]:
    return {name: kind.default.value for name, kind in KINDS.items()} | wished


def test_nothing_yet_says_what_would_stand_here(alice: Client) -> None:
    page = alice.get("/notifications/").text
    assert "Nothing yet" in page
    assert "<title>Notifications · Earshot</title>" in page


def test_everybody_sees_their_own(
    alice: Client, bob: Client, alice_user: User, workspace: Workspace
) -> None:
    told = make_news(alice_user, workspace, title="Board <b>meeting</b>")
    page = alice.get("/notifications/").text
    assert "Board &lt;b&gt;meeting&lt;/b&gt;" in page
    assert "(1) Notifications" in page
    assert "Board" not in bob.get("/notifications/").text
    for path in (f"/notifications/{told.public_id}/", f"/notifications/?before={told.public_id}"):
        assert bob.get(path).status_code == 404
    assert bob.post(f"/notifications/{told.public_id}/reading/").status_code == 404


def test_news_of_another_workspace_open_there_and_are_not_shown_here(
    alice: Client, alice_user: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    told = make_news(alice_user, other_workspace, title="Elsewhere")
    address = f"/notifications/{told.public_id}/"
    assert alice.get(address).status_code == 404  # she is no member there
    other_workspace.members.add(alice_user)
    assert "Elsewhere" not in alice.get("/notifications/").text
    assert alice.get(address)["Location"] == address  # in the other workspace now
    assert alice.get(address)["Location"] == told.path


def test_opening_one_leads_to_its_page_and_reads_it(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    told = make_news(alice_user, workspace)
    assert '<span class="bell__count">1<' in alice.get("/settings/").text
    assert alice.get(f"/notifications/{told.public_id}/")["Location"] == told.path
    assert "bell__count" not in alice.get("/notifications/bell/").text


def test_one_is_marked_read_and_unread_again(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    told = make_news(alice_user, workspace)
    address = f"/notifications/{told.public_id}/reading/"
    for sent, is_read in (({"is_read": "1"}, True), ({}, False)):
        assert alice.post(address, sent)["Location"] == "/notifications/"
        told.refresh_from_db()
        assert told.is_read is is_read


def test_all_are_marked_read(
    alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    for number in range(2):
        make_news(alice_user, workspace, number)
    of_bob = make_news(bob_user, workspace)
    assert "2 marked as read." in alice.post("/notifications/reading/", follow=True).text
    assert "All were read already." in alice.post("/notifications/reading/", follow=True).text
    of_bob.refresh_from_db()
    assert not of_bob.is_read


def test_the_list_goes_on_where_it_ended(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    made = [make_news(alice_user, workspace, number) for number in range(PAGE + 2)]
    first = alice.get("/notifications/")
    assert list(first.context["notifications"]) == made[:1:-1]
    rest = alice.get(f"/notifications/?before={first.context['next_before']}")
    assert list(rest.context["notifications"]) == [made[1], made[0]]
    assert rest.context["next_before"] == ""
    assert alice.get("/notifications/?before=<script>").status_code == 404


@pytest.mark.parametrize("count", [1, PAGE])
def test_list_costs_the_same_for_one_and_for_many(
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        make_news(alice_user, workspace, number)
    with django_assert_num_queries(FRAME + 2):  # the rows, and how many are unread for the title
        alice.get("/notifications/")


def test_a_count_beyond_reading_is_cut(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    one = make_news(alice_user, workspace)
    Notification.objects.bulk_create(
        Notification(workspace=workspace, person=alice_user, kind=one.kind, key=f"{number}")
        for number in range(120)
    )
    assert ">99+<" in alice.get("/notifications/bell/").text


def test_a_fragment_is_the_same_part_of_the_page(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    make_news(alice_user, workspace)
    fragment = alice.get("/notifications/", headers={"HX-Request": "true"}).text
    assert '<div id="notifications"' in fragment
    assert "<html" not in fragment
    assert "Meeting 0" in fragment


def test_settings_are_saved_with_and_without_javascript(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    page = alice.get("/settings/notifications/").text
    assert page.count('type="radio"') == 3 * len(KINDS) - 1  # one kind cannot be off
    plain = alice.post("/settings/notifications/", ways(ready="off"), follow=True)
    assert "Saved." in plain.text
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.OFF
    quick = alice.post(
        "/settings/notifications/", ways(ready="product"), headers={"HX-Request": "true"}
    )
    assert quick.text.startswith("Saved at")
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.PRODUCT
    entries = AuditEntry.objects.filter(action="notifications.change").order_by("id")
    assert [entry.after for entry in entries] == [
        {"Recording ready": "Off"},
        {"Recording ready": "In Earshot"},
    ]


@pytest.mark.parametrize("wrong", [{"ready": "pigeon"}, {"ready": ""}, {"retention": "off"}])
def test_what_makes_no_sense_is_told_and_changes_nothing(
    alice: Client, alice_user: User, workspace: Workspace, wrong: dict[str, str]
) -> None:
    preferring.choose(alice_user, workspace, {KindName.SHARED: Way.PRODUCT})
    answer = alice.post("/settings/notifications/", ways(**wrong))
    assert answer.status_code == 422
    assert "Choose one way for each kind." in answer.text
    assert telling.way_of(alice_user, workspace, KindName.SHARED) == Way.PRODUCT


def test_nobody_elses_settings_change(
    alice: Client, bob_user: User, alice_user: User, workspace: Workspace
) -> None:
    alice.post("/settings/notifications/", ways(ready="off"))
    assert telling.way_of(bob_user, workspace, KindName.READY) == Way.EMAIL
