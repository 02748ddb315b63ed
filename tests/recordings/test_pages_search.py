"""The search page: its states, its links into the recordings, and what it never shows."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from tests.frame import FRAME
from tests.recordings.factories import make_recording
from tests.recordings.test_search import NOON, said

HTMX = {"HX-Request": "true"}


def shown(client: Client, query: str = "", **headers: str) -> str:
    page = client.get(f"/recordings/search/{query}", headers=headers)
    assert page.status_code == 200
    return " ".join(html.unescape(page.content.decode()).split())


STATES = {
    "": "How to ask",
    "?q=+": "How to ask",
    "?q=b": "Type at least two letters",
    "?q=-budget": "Add one that you are looking for",
    "?q=zebra": "Nobody said it",
    "?q=zebra&platform=zoom": "Search all meetings",
    "?q=" + "x" * 201: "That is too long to search for",
    "?q=budget&since=someday&platform=fax&series=rec_nobody&page=99": "2 turns",
    "?q=weekly": "Nobody said it; a title or a name matches.",
}


@pytest.mark.parametrize("query", STATES)
def test_page_says_how_far_the_question_is(alice: Client, workspace: Workspace, query: str) -> None:
    said(workspace, "the budget", "budgets", title="Weekly sync")
    assert STATES[query] in shown(alice, query)
    assert STATES[query] in shown(alice, query, **HTMX)


def test_a_hit_leads_to_its_moment_and_plays(alice: Client, workspace: Workspace) -> None:
    recording = said(workspace, "hello", "the budget & more", title="Weekly", platform="zoom")
    page = alice.get("/recordings/search/?q=budget+%22more%22").content.decode()
    target = f"/recordings/{recording.public_id}/?t=10&amp;q=budget%20%22more%22&amp;now=1#t-1"
    assert target in page
    assert re.search(r'<mark class="hit__mark">budget</mark> &amp; <mark', page)
    for words in ("0:10", "Weekly", "Zoom", "Ada Moss", "hello"):
        assert words in page
    opened = alice.get(html.unescape(target)).content.decode()
    assert "data-plays" not in opened  # there is nothing to play
    assert 'data-places="[[1, [[4, 10], [13, 17]]]]"' in html.unescape(opened).replace(
        "&quot;", '"'
    )
    assert "1 turn with" in opened


def test_recording_plays_when_a_hit_leads_there(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, with_media=True)
    address = f"/recordings/{recording.public_id}/"
    assert "data-plays" in alice.get(f"{address}?t=1&now=1").content.decode()
    assert "data-plays" not in alice.get(f"{address}?t=1").content.decode()


def test_very_many_hits_come_in_pages(alice: Client, workspace: Workspace) -> None:
    said(workspace, *(f"budget {number}" for number in range(1010)))
    first = shown(alice, "?q=budget&speaker=ada")
    assert "1000+ turns : the best of the newest 1000." in first.replace("</strong>", " ").replace(
        "<strong>", ""
    )
    assert "?q=budget&speaker=ada&page=2" in first
    assert first.count('class="hit"') == 20
    last = shown(alice, "?q=budget&page=50")
    assert "More matches" not in last
    assert "?q=budget&page=49" in last
    assert '<ol class="results__hits" start="981">' in last


def test_hostile_words_are_escaped(alice: Client, workspace: Workspace) -> None:
    said(
        workspace,
        ("<img src=x onerror=alert(1)>", 'budget <script>alert("b")</script>'),
        title="<b>Budget</b>",
    )
    page = alice.get('/recordings/search/?q=budget+"><script>alert(2)</script>&speaker="><i>')
    for hostile in ("<script>alert", "<img src=x", "<b>Budget", '"><i>'):
        assert hostile not in page.content.decode()
    text = alice.get("/recordings/search/?q=budget").content.decode()
    assert "&lt;script&gt;alert(&quot;b&quot;)" in text
    for hostile in ("<script>alert", "<img src=x", "<b>Budget"):
        assert hostile not in text


def test_fragment_equals_its_part_of_the_page(alice: Client, workspace: Workspace) -> None:
    said(workspace, "the budget")
    page = alice.get("/recordings/search/?q=budget").content.decode()
    fragment = alice.get("/recordings/search/?q=budget", headers=HTMX).content.decode()
    assert "<h1>" not in fragment
    assert fragment.strip() in page


def test_days_are_the_readers_own(alice: Client, workspace: Workspace) -> None:
    said(
        workspace, "late budget", started_at=NOON.replace(hour=23, minute=30)
    )  # 00:30 in Stockholm
    assert "1 turn" in shown(alice, "?q=budget&since=2026-03-05&until=2026-03-05")
    assert "Nothing found" in shown(alice, "?q=budget&until=2026-03-04")
    assert "1 turn" in shown(alice, "?q=budget&until=9999-12-31")


@pytest.mark.parametrize("count", [1, 30])
def test_search_costs_the_same_however_much_is_found(
    alice: Client,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        said(workspace, "the budget", started_at=NOON - timedelta(days=number), title="Budget")
    with django_assert_num_queries(FRAME + 12):
        alice.get("/recordings/search/?q=budget&speaker=ada")
    with django_assert_num_queries(FRAME + 7):
        alice.get("/recordings/search/?q=budget", headers=HTMX)


def test_other_workspaces_stay_closed(
    mallory: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    secret = said(workspace, "secret words", title="Secret plan")
    said(other_workspace, "open words")
    page = shown(mallory, f"?q=secret&series={secret.public_id}")
    assert "Nothing found" in page
    assert "Secret plan" not in page
    assert "1 turn<" in shown(mallory, "?q=words")
