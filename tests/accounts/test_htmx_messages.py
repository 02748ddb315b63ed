"""What was said with messages reaches the live region of a page that only swaps a fragment."""

from collections.abc import Callable

import pytest
from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from accounts.middleware import htmx_messages_middleware

LIVE_REGION = '<div hx-swap-oob="innerHTML:#messages">'


def answered(view: Callable[[HttpRequest], HttpResponse], *, htmx: bool = True) -> HttpResponse:
    request = RequestFactory().get("/", headers={"HX-Request": "true"} if htmx else {})
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request.session = SessionStore()
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    return htmx_messages_middleware(view)(request)


def saying(response: HttpResponse) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "<b>Saved</b>")
        return response

    return view


def test_a_fragment_carries_what_was_said() -> None:
    body = answered(saying(HttpResponse("<p>row</p>"))).content.decode()

    assert body.startswith("<p>row</p>")
    assert LIVE_REGION in body
    assert "&lt;b&gt;Saved&lt;/b&gt;" in body


def test_nothing_said_adds_nothing() -> None:
    response = answered(lambda request: HttpResponse("<p>row</p>"))
    assert response.content == b"<p>row</p>"
    assert response["Vary"] == "HX-Request"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(status=204),
        HttpResponse("{}", content_type="application/json"),
        HttpResponse("moved", headers={"HX-Redirect": "/"}),
    ],
)
def test_other_answers_keep_it_for_the_next_page(response: HttpResponse) -> None:
    assert LIVE_REGION not in answered(saying(response)).content.decode()


def test_a_whole_page_shows_it_itself() -> None:
    body = answered(saying(HttpResponse("<p>page</p>")), htmx=False).content.decode()
    assert LIVE_REGION not in body
