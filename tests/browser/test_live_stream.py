"""An open page changes by itself, keeps what a person is doing, and says since when it has not.

The pages here are made for the test and handed to the browser in place of the server's answer; the
stream, the scripts and the styles are the real ones.
"""

import signal

import pytest
from django.template import Context, Template
from playwright.sync_api import Page, expect

import live
from accounts.models import User, Workspace
from tests.asgi_server import AsgiServer, free_port, run_asgi
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"
PAGE = Template(
    '{% extends "base.html" %}{% block main %}'
    '{% include "live/_stream.html" with topics=topic only %}{{ content }}{% endblock %}'
)
LIST = '<ul id="list" data-live-topic="%s" hx-get="/made-up/list/" hx-trigger="live:changed"></ul>'


@pytest.fixture
def topic(workspace: Workspace) -> str:
    return f"{workspace.public_id}/events"


class MadeUpPage:
    """What the server would answer; `content` may change while the browser looks at it."""

    def __init__(self, topic: str, content: str) -> None:
        self.topic = topic
        self.content = content

    def html(self) -> str:
        marked = Template("{% autoescape off %}{{ content }}{% endautoescape %}")
        content = marked.render(Context({"content": self.content}))
        return PAGE.render(Context({"topic": self.topic, "content": content, "user": None}))

    def show(self, page: Page, address: str = "/made-up/") -> None:
        page.route(
            "**/made-up/",
            lambda route: route.fulfill(
                body=self.html(),
                content_type="text/html",
                headers={"content-security-policy": POLICY},
            ),
        )
        page.goto(address)


def is_live(page: Page) -> None:
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")


def test_an_element_is_replaced_while_somebody_types_in_it(
    visit: Visit, alice_user: User, topic: str
) -> None:
    row = '<div id="row"><p id="state">{}</p><input id="note" aria-label="Note"></div>'
    page = visit("/account/login/", alice_user)
    MadeUpPage(topic, row.format("Scheduled")).show(page)
    is_live(page)
    note = page.get_by_label("Note")
    note.fill("half a thou")
    live.publish(topic, row.format("Recording"))
    expect(page.locator("#state")).to_have_text("Recording")
    expect(note).to_be_focused()
    page.keyboard.type("ght")
    expect(note).to_have_value("half a thought")


def test_a_list_that_changed_fetches_itself(visit: Visit, alice_user: User, topic: str) -> None:
    page = visit("/account/login/", alice_user)
    page.route(
        "**/made-up/list/",
        lambda route: route.fulfill(body="<li>a new meeting</li>", content_type="text/html"),
    )
    MadeUpPage(topic, LIST % topic).show(page)
    is_live(page)
    live.changed(topic)
    expect(page.locator("#list")).to_have_text("a new meeting")


def test_something_too_long_to_send_makes_the_page_fetch_itself(
    visit: Visit, alice_user: User, topic: str
) -> None:
    page = visit("/account/login/", alice_user)
    made_up = MadeUpPage(topic, '<p id="a">before</p>')
    made_up.show(page)
    is_live(page)
    made_up.content = '<p id="a">after</p>'
    live.publish(topic, f'<p id="a">{"x" * 9000}</p>')
    expect(page.locator("#a")).to_have_text("after")
    is_live(page)


def test_the_page_says_how_long_it_has_heard_nothing(
    visit: Visit, alice_user: User, topic: str, asgi_server: AsgiServer
) -> None:
    page = visit("/account/login/", alice_user)
    page.clock.install()
    MadeUpPage(topic, "").show(page)
    is_live(page)
    text = page.locator(".live-stream__text")
    expect(text).to_have_text("Live · updated 0 s ago")
    asgi_server.process.send_signal(signal.SIGSTOP)  # connected, and silent
    try:
        page.clock.run_for(20_000)
        expect(text).to_have_text("Live · updated 20 s ago")
        page.clock.run_for(15_000)
        expect(page.locator("live-stream")).to_have_attribute("data-state", "late")
        expect(text).to_have_text("Last heard 35 s ago")
        expect(page.locator(".live-stream__news")).to_contain_text("may be out of date")
    finally:
        asgi_server.process.send_signal(signal.SIGCONT)
    live.publish(topic, '<p id="nobody">a word</p>')
    is_live(page)
    expect(page.locator(".live-stream__news")).to_have_text("Live updates are back.")


def test_without_a_stream_the_page_asks_every_few_seconds(
    visit: Visit, alice_user: User, topic: str, complaints: list[str]
) -> None:
    page = visit("/account/login/", alice_user)
    page.clock.install()
    page.route("**/live/?*", lambda route: route.fulfill(status=204))
    made_up = MadeUpPage(topic, '<p id="a">before</p>')
    made_up.show(page)
    page.clock.run_for(4_000)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "polling")
    made_up.content = '<p id="a">after</p>'
    page.clock.run_for(11_000)
    expect(page.locator("#a")).to_have_text("after")
    assert complaints == []  # 204 is a quiet no


def test_a_page_catches_up_when_its_server_comes_back(
    visit: Visit, alice_user: User, topic: str, complaints: list[str]
) -> None:
    port = free_port()
    page = visit("/account/login/", alice_user)
    made_up = MadeUpPage(topic, '<p id="a">before</p>')
    with run_asgi(port=port) as server:
        made_up.show(page, f"{server.url}/made-up/")
        is_live(page)
    made_up.content = '<p id="a">while it was away</p>'
    with run_asgi(port=port):
        expect(page.locator("#a")).to_have_text("while it was away", timeout=20_000)
        is_live(page)
        live.publish(topic, '<p id="a">live again</p>')
        expect(page.locator("#a")).to_have_text("live again")
    complaints.clear()  # the browser notes every refused connection
