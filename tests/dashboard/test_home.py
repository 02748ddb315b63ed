"""Home: to a stranger what Earshot is, to a member how things stand; and nothing of others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User, Workspace
from bots.models import Bot, Outcome
from recordings.models import Recording
from tests.bots.factories import usual_end
from tests.dashboard.factories import make_busy_day
from tests.frame import FRAME
from upstream.models import UpstreamAccount
from upstream.states import BotState

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        provider="meetingbaas_v2", api_key="key", webhook_secret="secret"
    )


def make_bot(workspace: Workspace, account: UpstreamAccount, title: str, **fields: object) -> Bot:
    values: dict[str, object] = {
        "workspace": workspace,
        "account": account,
        "title": title,
        "name": "Earshot",
        "meeting_url": "https://meet.example/abc",
        "meeting_key": title,
        "starts_at": timezone.now(),
        "outcome": usual_end(fields.get("state")),
    }
    return Bot.objects.create(**(values | fields))


def test_strangers_read_what_it_is(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "Will this meeting be recorded?" in page
    assert "/account/signup/" in page


def test_a_new_workspace_has_three_steps(alice: Client) -> None:
    page = alice.get("/").content.decode()
    assert "Three steps to your first recording" in page
    assert "New recordings" not in page


def test_live_bots_stand_first(
    alice: Client, workspace: Workspace, account: UpstreamAccount
) -> None:
    live = make_bot(workspace, account, "Stand-up", state=BotState.RECORDING)
    make_bot(workspace, account, "Yesterday", state=BotState.CANCELLED)

    page = alice.get("/")
    assert page.context["today"].now == [live]
    assert "Stand-up" in page.content.decode()


def test_what_needs_a_person(alice: Client, workspace: Workspace, account: UpstreamAccount) -> None:
    make_bot(workspace, account, "In the lobby", state=BotState.WAITING_ROOM)
    failed = {"state": BotState.FAILED, "outcome": Outcome.NEVER_ADMITTED}
    make_bot(workspace, account, "Locked out", **failed)
    long_ago = timezone.now() - timedelta(days=3)
    make_bot(workspace, account, "Forgotten", state_at=long_ago, **failed)

    page = alice.get("/")
    titles = [need.title for need in page.context["today"].needs]
    assert titles == ["In the lobby", "Locked out"]
    assert "2 things need you" in page.content.decode()
    assert "<title>(2) Home · Earshot</title>" in page.content.decode()


def test_a_riddle_stands_longer_than_a_failure(
    alice: Client, workspace: Workspace, account: UpstreamAccount
) -> None:
    days_ago = {"state": BotState.FAILED, "state_at": timezone.now() - timedelta(days=5)}
    make_bot(workspace, account, "Nobody knows", outcome=Outcome.UNKNOWN, **days_ago)
    make_bot(workspace, account, "Known", outcome=Outcome.TECHNICAL, **days_ago)
    assert [need.title for need in alice.get("/").context["today"].needs] == ["Nobody knows"]


def test_a_bot_that_was_not_sent_yet_needs_a_look(
    alice: Client, workspace: Workspace, account: UpstreamAccount
) -> None:
    make_bot(workspace, account, "Stuck", is_by_hand=True, notice="It could not be reached.")
    Bot.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    (need,) = alice.get("/").context["today"].needs
    assert (need.title, need.note) == ("Stuck", "It could not be reached.")


def test_what_comes_next_has_bots_sent_to_a_link_too(
    alice: Client, workspace: Workspace, account: UpstreamAccount
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    make_bot(workspace, account, "Ad hoc", starts_at=soon, is_by_hand=True, booked_at=soon)
    page = alice.get("/")
    assert [one.title for one in page.context["today"].next] == ["Ad hoc"]
    assert not page.context["today"].is_first_run


def test_new_recordings(alice: Client, workspace: Workspace, account: UpstreamAccount) -> None:
    bot = make_bot(workspace, account, "Review", state=BotState.DONE)
    recording = Recording.objects.create(
        workspace=workspace, bot=bot, title="Review <i>", started_at=timezone.now()
    )
    page = alice.get("/")

    assert page.context["today"].new == [recording]
    assert "Review &lt;i&gt;" in page.content.decode()


def test_nothing_of_others(
    alice: Client, other_workspace: Workspace, account: UpstreamAccount
) -> None:
    bot = make_bot(other_workspace, account, "Their secret", state=BotState.RECORDING)
    Recording.objects.create(
        workspace=other_workspace, bot=bot, title="Their secret", started_at=timezone.now()
    )
    assert "Their secret" not in alice.get("/").content.decode()


def test_a_busy_day(alice: Client, alice_user: User, workspace: Workspace) -> None:
    make_busy_day(workspace, alice_user)
    page = alice.get("/")
    standing = page.context["today"]

    assert {bot.title for bot in standing.now} == {"Call with a customer", "Interview"}
    assert [need.title for need in standing.needs] == ["Interview", "Budget", "Board meeting"]
    titles = [one.title for one in standing.next]
    assert titles == ["Project review", "Budget", "Lunch and learn"]
    assert [recording.title for recording in standing.new] == ["Weekly with the design team"]
    assert "Three steps to your first recording" not in page.content.decode()


def test_the_part_that_fetches_itself_gets_only_itself(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    make_busy_day(workspace, alice_user)
    part = alice.get("/", headers={"HX-Request": "true"}).content.decode().strip()
    assert part.startswith('<div id="standing"')
    assert "Call with a customer" in part
    assert "<main" not in part


@pytest.mark.parametrize("each", [1, 30])
def test_query_count_is_flat(
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    each: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_busy_day(workspace, alice_user, each=each)
    with django_assert_num_queries(FRAME + 22):
        alice.get("/")
