"""What an open page hears: published elements, changed lists, and honesty about what it missed."""

import time
from contextlib import ExitStack

import httpx
import pytest
from django.db import connection, transaction
from django.test import Client

import live
from accounts.models import User, Workspace
from live.hub import STREAMS_NAME
from live.stream import MOST_STREAMS
from tests.asgi_server import AsgiServer, run_asgi
from tests.live.listening import listening, session_cookies

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def topic(workspace: Workspace) -> str:
    return f"{workspace.public_id}/events"


def settled(server: AsgiServer, client: Client, topic: str) -> None:
    """Return once the server remembers enough to open streams without a refresh."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with listening(server.url, client, topic) as page:
            if page.next(with_beats=True).kind == "beat":
                return
        time.sleep(0.2)
    raise AssertionError("the hub never settled")


def test_published_html_reaches_a_page(asgi_server: AsgiServer, alice: Client, topic: str) -> None:
    settled(asgi_server, alice, topic)
    with listening(asgi_server.url, alice, topic) as page:
        page.next(with_beats=True)
        live.publish(topic, '<li id="row-1">\n  Åre — 14:00\n</li>')
        message = page.next()
    assert (message.kind, message.data) == ("html", '<li id="row-1">\n  Åre — 14:00\n</li>')


def test_a_changed_list_names_its_topic(asgi_server: AsgiServer, alice: Client, topic: str) -> None:
    settled(asgi_server, alice, topic)
    with listening(asgi_server.url, alice, topic) as page:
        page.next(with_beats=True)
        live.changed(topic)
        message = page.next()
    assert (message.kind, message.data) == ("changed", topic)


def test_nothing_is_told_before_the_commit(
    asgi_server: AsgiServer, alice: Client, topic: str
) -> None:
    settled(asgi_server, alice, topic)
    with listening(asgi_server.url, alice, topic) as page:
        with transaction.atomic():
            live.publish(topic, '<p id="a">rolled back</p>')
            transaction.set_rollback(True)
        live.publish(topic, '<p id="a">kept</p>')
        assert page.next().data == '<p id="a">kept</p>'


def test_too_long_for_a_notification_becomes_fetch_again(
    asgi_server: AsgiServer, alice: Client, topic: str
) -> None:
    settled(asgi_server, alice, topic)
    with listening(asgi_server.url, alice, topic) as page:
        live.publish(topic, f'<p id="a">{"ö" * 4000}</p>')
        message = page.next()
    assert (message.kind, message.data) == ("again", topic)


def test_the_longest_that_fits_is_sent_as_it_is(
    asgi_server: AsgiServer, alice: Client, topic: str
) -> None:
    settled(asgi_server, alice, topic)
    around = len(f'["html","{topic}",""]') + len("<p id=a></p>")
    html = f"<p id=a>{'x' * (7999 - around)}</p>"
    with listening(asgi_server.url, alice, topic) as page:
        live.publish(topic, html)
        assert page.next().data == html


def test_what_was_told_while_the_page_loaded_is_told_again(
    asgi_server: AsgiServer, alice: Client, topic: str
) -> None:
    settled(asgi_server, alice, topic)
    rendered_at = time.time()
    live.publish(topic, '<p id="a">between the page and its stream</p>')
    time.sleep(0.3)
    with listening(asgi_server.url, alice, topic, since=rendered_at) as page:
        assert page.next(with_beats=True).kind == "beat"
        assert page.next().data == '<p id="a">between the page and its stream</p>'


def test_a_page_older_than_the_hub_remembers_fetches_itself(
    asgi_server: AsgiServer, alice: Client, topic: str
) -> None:
    with listening(asgi_server.url, alice, topic, since=time.time() - 86_400) as page:
        assert page.next(with_beats=True).kind == "again"


def test_only_asked_topics_are_heard(
    asgi_server: AsgiServer, alice: Client, topic: str, workspace: Workspace
) -> None:
    settled(asgi_server, alice, topic)
    with listening(asgi_server.url, alice, topic) as page:
        live.publish(f"{workspace.public_id}/bots", '<p id="b">another topic</p>')
        live.publish(topic, '<p id="a">this one</p>')
        assert page.next().data == '<p id="a">this one</p>'


def test_a_stranger_hears_nothing(
    asgi_server: AsgiServer, mallory: Client, alice: Client, topic: str, other_workspace: Workspace
) -> None:
    mine = f"{other_workspace.public_id}/events"
    for topics in (topic, f"{mine} {topic}", "", "nonsense", "/events", "\x00", f"{mine}\x00"):
        answer = httpx.get(
            f"{asgi_server.url}/live/",
            params={"topics": topics},
            cookies=session_cookies(mallory),
        )
        assert (answer.status_code, answer.content) == (404, b"")


def test_what_is_for_one_person_is_heard_by_nobody_else(
    asgi_server: AsgiServer, alice: Client, bob: Client, alice_user: User, topic: str
) -> None:
    settled(asgi_server, alice, topic)
    own = f"{alice_user.public_id}/notifications"
    with listening(asgi_server.url, alice, topic, own) as listener:
        live.changed(own)
        assert listener.next().data == own
    with pytest.raises(httpx.HTTPStatusError, match="404"), listening(asgi_server.url, bob, own):
        pass


def test_who_left_the_workspace_hears_nothing_more(
    asgi_server: AsgiServer, bob: Client, bob_user: User, topic: str, workspace: Workspace
) -> None:
    settled(asgi_server, bob, topic)
    with listening(asgi_server.url, bob, topic) as page:
        page.next(with_beats=True)
        bob_user.memberships.all().delete()
        live.recheck(workspace.public_id)
        deadline = time.monotonic() + 30
        still = iter(lambda: time.monotonic() < deadline, False)
        with pytest.raises(EOFError):
            [page.next(with_beats=True) for _ in still]  # however many beats come first
    query = {"topics": topic}
    answer = httpx.get(f"{asgi_server.url}/live/", params=query, cookies=session_cookies(bob))
    assert answer.status_code == 404


def test_somebody_signed_out_hears_nothing(asgi_server: AsgiServer, topic: str) -> None:
    url = f"{asgi_server.url}/live/"
    assert httpx.get(url, params={"topics": topic}).status_code == 401
    assert httpx.post(url, params={"topics": topic}).status_code == 405


def test_the_hub_listens_again_when_the_database_dropped_it(
    asgi_server: AsgiServer, alice: Client, topic: str
) -> None:
    settled(asgi_server, alice, topic)
    with listening(asgi_server.url, alice, topic) as page:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND starts_with(application_name, %s)",
                [STREAMS_NAME],
            )
            assert cursor.fetchall(), "nobody listens"
        assert page.next().kind == "again"
        live.publish(topic, '<p id="a">after the break</p>')
        assert page.next().data == '<p id="a">after the break</p>'


def test_an_open_stream_does_not_keep_the_server_from_stopping(alice: Client, topic: str) -> None:
    with run_asgi() as server, listening(server.url, alice, topic) as page:
        page.next(with_beats=True)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
        with pytest.raises((EOFError, httpx.HTTPError)):
            page.next()


def test_without_asgi_the_stream_says_there_is_none(client: Client) -> None:
    answer = client.get("/live/")
    assert (answer.status_code, answer.content) == (204, b"")


def test_one_person_has_so_many_streams_and_no_more(alice: Client, bob: Client, topic: str) -> None:
    with run_asgi() as server, ExitStack() as pages:
        for _ in range(MOST_STREAMS):
            pages.enter_context(listening(server.url, alice, topic))
        params, url = {"topics": topic}, f"{server.url}/live/"
        answer = httpx.get(url, params=params, cookies=session_cookies(alice))
        assert (answer.status_code, answer.content) == (429, b"")
        pages.enter_context(listening(server.url, bob, topic))
