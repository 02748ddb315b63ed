"""The list of bots: its tabs, filters and pages, and the table it is saved as."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import tables
from accounts.models import User
from bots.models import Bot, Outcome
from tests.bots.conftest import BotFactory
from tests.frame import FRAME
from upstream.states import BotState

HTMX = {"HX-Request": "true"}
FIRST = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize("tab", ["live", "upcoming", "past"])
@pytest.mark.parametrize("count", [1, 30])
def test_query_count_is_flat(
    alice: Client,
    alice_user: User,
    make_bot: BotFactory,
    count: int,
    tab: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    states = {"live": BotState.RECORDING, "upcoming": BotState.SCHEDULED, "past": BotState.DONE}
    bots = [make_bot(state=states[tab], requested_by=alice_user) for _ in range(count)]
    endings = tab == "past"
    with django_assert_num_queries(FRAME + 3 + endings):  # people, counts, rows
        page = alice.get("/bots/", {"tab": tab})
    assert set(page.context["rows"]) == set(bots)


def test_each_bot_stands_in_one_tab(alice: Client, make_bot: BotFactory) -> None:
    for state in BotState:
        make_bot(state=state)
    shown = {tab: alice.get("/bots/", {"tab": tab}).context for tab in ("live", "upcoming", "past")}
    counted = {tab.name: tab.count for tab in shown["live"]["tabs"]}
    assert counted == {tab: len(context["rows"]) for tab, context in shown.items()}
    assert sum(counted.values()) == len(BotState)


def test_it_begins_with_what_is_live(alice: Client, make_bot: BotFactory) -> None:
    live = make_bot(state=BotState.RECORDING)
    make_bot(starts_at=FIRST + timedelta(days=300))
    assert alice.get("/bots/").context["rows"] == [live]


@pytest.mark.parametrize(("tab", "direction"), [("upcoming", 1), ("past", -1)])
def test_it_goes_on_where_the_page_ends(
    alice: Client, make_bot: BotFactory, tab: str, direction: int
) -> None:
    state = BotState.SCHEDULED if tab == "upcoming" else BotState.DONE
    hours = [number // 2 for number in range(32)]  # two at each moment
    bots = [make_bot(state=state, starts_at=FIRST + direction * timedelta(hours=h)) for h in hours]
    page = alice.get("/bots/", {"tab": tab})
    last = page.context["following"]
    rest = alice.get("/bots/", {"tab": tab, "before": last.public_id})
    assert rest.context["following"] is None
    both = [*page.context["rows"], *rest.context["rows"]]
    assert len(both) == len(set(both)) == len(bots)
    starts = [bot.starts_at for bot in both]
    assert starts == sorted(starts, reverse=direction < 0)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"state": "failed"}, {"state": BotState.FAILED}),
        ({"outcome": "refused"}, {"state": BotState.FAILED, "outcome": Outcome.REFUSED}),
        ({"platform": "zoom"}, {"platform": "zoom"}),
        ({"q": "quarter"}, {"title": "The Quarterly"}),
        (
            {"q": "https://us02web.zoom.us/j/93812345678"},
            {"meeting_key": "zoom.us/j/93812345678?pwd=x 2026"},
        ),
        ({"since": "2026-03-05"}, {"starts_at": FIRST + timedelta(days=1)}),
        ({"until": "2026-03-03"}, {"starts_at": FIRST - timedelta(days=1)}),
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_filters(
    alice: Client, make_bot: BotFactory, asked: dict[str, str], fields: dict[str, Any]
) -> None:
    make_bot(state=BotState.DONE, outcome=Outcome.RECORDED)
    wanted = make_bot(**{"state": BotState.DONE, "outcome": Outcome.RECORDED, **fields})
    page = alice.get("/bots/", {"tab": "past", **asked})
    assert page.context["rows"] == [wanted]


def test_days_are_the_readers(alice: Client, make_bot: BotFactory) -> None:
    late = make_bot(state=BotState.DONE, starts_at=datetime(2026, 3, 4, 23, 30, tzinfo=UTC))
    page = alice.get("/bots/", {"tab": "past", "since": "2026-03-05", "until": "2026-03-05"})
    assert page.context["rows"] == [late]  # half past midnight in Stockholm


def test_by_person(alice: Client, bob_user: User, mallory_user: User, make_bot: BotFactory) -> None:
    make_bot(state=BotState.DONE)
    bobs = make_bot(state=BotState.DONE, requested_by=bob_user)
    page = alice.get("/bots/", {"tab": "past", "person": bob_user.public_id})
    assert page.context["rows"] == [bobs]
    assert alice.get("/bots/", {"person": mallory_user.public_id}).status_code == 422


@pytest.mark.parametrize("asked", [{"tab": "elsewhere"}, {"state": "x"}, {"since": "x"}])
def test_a_filter_nobody_knows_is_refused(alice: Client, asked: dict[str, str]) -> None:
    assert alice.get("/bots/", asked).status_code == 422
    assert alice.get("/bots/table.csv", asked).status_code == 422


def test_fragment_is_the_same_part_of_the_page(alice: Client, make_bot: BotFactory) -> None:
    make_bot(state=BotState.RECORDING)
    fragment = alice.get("/bots/", headers=HTMX).content.decode().strip()
    assert fragment.startswith('<section class="bot-list')
    assert fragment in alice.get("/bots/").content.decode()


def test_nothing_of_others(mallory: Client, make_bot: BotFactory) -> None:
    make_bot(state=BotState.RECORDING)
    assert mallory.get("/bots/").context["rows"] == []
    assert len(table(mallory, tab="live")) == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "No bot is in a meeting right now"),
        ({"tab": "upcoming"}, "No bot is booked"),
        ({"tab": "past"}, "No bot has been to a meeting yet"),
        ({"q": "x"}, "No bot matches here"),
    ],
)
def test_empty_lists_say_what_to_do(alice: Client, asked: dict[str, str], words: str) -> None:
    text = alice.get("/bots/", asked).content.decode()
    assert words in text
    assert 'href="/bots/new/"' in text


def test_table_holds_the_tab_as_it_is_narrowed(
    alice: Client, alice_user: User, make_bot: BotFactory
) -> None:
    bot = make_bot(
        state=BotState.DONE,
        outcome=Outcome.RECORDED,
        title='=HYPERLINK("http://evil.example")',
        requested_by=alice_user,
        duration_seconds=1510,
    )
    make_bot(state=BotState.DONE, title="Another", platform="zoom")
    make_bot(state=BotState.RECORDING)
    headings, row = table(alice, tab="past", platform="meet")
    cells = dict(zip(headings, row, strict=True))
    assert cells["Bot"] == bot.public_id
    assert cells["Meeting"] == '\'=HYPERLINK("http://evil.example")'
    assert (cells["Starts"], cells["Time zone"]) == ("2026-03-04 16:00+01:00", "Europe/Stockholm")
    assert (cells["Outcome"], cells["Asked for by"]) == ("Recorded", "Alice")
    assert cells["Minutes recorded"] == "25"


@pytest.mark.parametrize("count", [1, 30])
def test_table_query_count_is_flat(
    alice: Client,
    alice_user: User,
    make_bot: BotFactory,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        make_bot(state=BotState.DONE, requested_by=alice_user)
    with django_assert_num_queries(4):  # session, person, membership, rows
        assert len(table(alice, tab="past")) == count + 1


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert tables.safe(cell) == f"'{cell}"
    assert tables.safe("Weekly = sync") == "Weekly = sync"


def table(client: Client, **asked: str) -> list[list[str]]:
    answer = client.get("/bots/table.csv", asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(text)))


def test_titles_are_searched_without_wildcards(alice: Client, make_bot: BotFactory) -> None:
    make_bot(state=BotState.DONE, title="Weekly")
    hundred = make_bot(state=BotState.DONE, title="100% ready")
    assert alice.get("/bots/", {"tab": "past", "q": "0%"}).context["rows"] == [hundred]
    assert Bot.objects.count() == 2


def test_the_endings_of_the_past_add_up_to_it(alice: Client, make_bot: BotFactory) -> None:
    ends = ("recorded", "recorded", "unknown", "not_needed")
    for outcome in ends:
        make_bot(state=BotState.DONE, outcome=outcome)
    make_bot(state=BotState.RECORDING)
    page = alice.get("/bots/?tab=past")
    shown = {one.outcome: one.count for one in page.context["endings"]}
    assert shown == {"recorded": 2, "unknown": 1, "not_needed": 1}
    for outcome, count in shown.items():
        assert f"tab=past&amp;outcome={outcome}" in page.text
        assert len(alice.get(f"/bots/?tab=past&outcome={outcome}").context["rows"]) == count
    assert alice.get("/bots/").context["endings"] == []
