"""What comes over the wire becomes an answer or one of our errors; nothing secret is logged."""

import json
import logging

import httpx
import pytest

from tests.upstream.wire import API_KEY, Wire, client_on, ok, refusal
from upstream.errors import (
    TIMEOUT,
    UNREACHABLE,
    BadCredentials,
    Conflict,
    NotFound,
    QuotaReached,
    RateLimited,
    Refused,
    Retryable,
    UpstreamError,
)

HTML = httpx.Response(502, html="<html><body>Bad gateway</body></html>")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400, "FST_ERR_VALIDATION"), Refused),
        (refusal(401, "FST_ERR_UNAUTHORIZED"), BadCredentials),
        (refusal(402, "FST_ERR_INSUFFICIENT_TOKENS"), QuotaReached),
        (refusal(403, "FST_ERR_FORBIDDEN"), BadCredentials),
        (refusal(404, "FST_ERR_BOT_NOT_FOUND_BY_ID"), NotFound),
        (refusal(409, "FST_ERR_BOT_STATUS"), Conflict),
        (refusal(422, "FST_ERR_CHAT_DISABLED"), Refused),
        (refusal(429, "FST_ERR_TOO_MANY_REQUESTS", retryAfter=7), RateLimited),
        (refusal(429, "FST_ERR_DAILY_BOT_CAP_REACHED"), QuotaReached),
        (refusal(500, "FST_ERR_SEND_CHAT_MESSAGE_FAILED"), Retryable),
        (HTML, Retryable),
        (httpx.Response(503), Retryable),
        (httpx.Response(401, html="<h1>no</h1>"), BadCredentials),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), Refused),
        (httpx.Response(200, html="<h1>Sign in to the hotel network</h1>"), Retryable),
        (httpx.Response(200, json=["not", "an", "object"]), Retryable),
        (httpx.Response(200, json={"success": False, "error": "odd", "code": "X"}), Retryable),
        (httpx.Response(200, json={"success": False, "statusCode": 409}), Conflict),
    ],
)
def test_answer_becomes_the_error_it_means(
    answer: httpx.Response, kind: type[UpstreamError]
) -> None:
    client = client_on(Wire([answer]).handle)
    with pytest.raises(UpstreamError) as caught:
        client.get("/v2/bots/{bot_id}", bot_id="b1")
    assert type(caught.value) is kind
    assert str(caught.value)
    assert caught.value.request_id


def test_error_keeps_status_code_and_request_id() -> None:
    answer = refusal(409, "FST_ERR_BOT_STATUS", message="The bot is not recording.")
    answer.headers["x-request-id"] = "req-9"
    with pytest.raises(Conflict, match=r"The bot is not recording\.") as caught:
        client_on(Wire([answer]).handle).post("/v2/bots/{bot_id}/pause-recording", bot_id="b1")
    error = caught.value
    assert (error.status, error.code, error.request_id) == (409, "FST_ERR_BOT_STATUS", "req-9")


def test_plan_limit_of_calendars_is_no_reason_to_wait() -> None:
    client = client_on(Wire([refusal(429, "FST_ERR_CALENDAR_LIMIT")]).handle)
    with pytest.raises(QuotaReached):
        client.post("/v2/calendars", {})


def test_connecting_a_calendar_too_fast_is() -> None:
    client = client_on(Wire([refusal(429, "FST_ERR_SLOW_DOWN", retryAfter=3)]).handle)
    with pytest.raises(RateLimited) as caught:
        client.post("/v2/calendars", {})
    assert caught.value.retry_after == 3


@pytest.mark.parametrize("code", ["FST_ERR_TOO_MANY_REQUESTS", "FST_ERR_429", ""])
def test_listing_calendars_knows_no_plan_limit(code: str) -> None:
    """The same path as connecting one; a 429 may come without a word of how long."""
    client = client_on(Wire([refusal(429, code)]).handle)
    with pytest.raises(RateLimited):
        client.get("/v2/calendars")


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"retryAfter": 7}, {}, 7),
        ({}, {"retry-after": "12"}, 12),
        ({}, {"retry-after": "Fri, 01 Jan 2999 00:00:00 GMT"}, 3600),
        ({}, {"retry-after": "soon"}, 5),
        ({}, {}, 5),
        ({"retryAfter": 0}, {}, 5),
    ],
)
def test_rate_limit_says_how_long_to_wait(
    body: dict[str, object], headers: dict[str, str], seconds: float
) -> None:
    answer = httpx.Response(429, json=body, headers=headers)
    with pytest.raises(RateLimited) as caught:
        client_on(Wire([answer]).handle).post("/v2/bots", {})
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (httpx.ConnectError("no route"), UNREACHABLE),
        (httpx.ConnectTimeout("slow"), UNREACHABLE),
        (httpx.PoolTimeout("busy"), UNREACHABLE),
        (httpx.ReadTimeout("slow"), TIMEOUT),
        (httpx.WriteError("reset"), TIMEOUT),
        (httpx.RemoteProtocolError("closed"), TIMEOUT),
    ],
)
def test_no_answer_says_whether_the_call_may_have_worked(failure: Exception, code: str) -> None:
    wire = Wire([failure])
    with pytest.raises(Retryable) as caught:
        client_on(wire.handle).post("/v2/bots", {})
    assert caught.value.code == code
    assert len(wire.requests) == 1  # repeating is the caller's decision


def test_write_without_body_sends_an_empty_object() -> None:
    wire = Wire([ok(), ok()])
    client = client_on(wire.handle)
    client.post("/v2/bots/{bot_id}/leave", bot_id="b1")
    client.delete("/v2/calendars/{calendar_id}", calendar_id="c1")
    for request in wire.requests:
        assert request.content == b"{}"
        assert request.headers["content-type"] == "application/json"


def test_read_has_no_body_and_no_content_type() -> None:
    wire = Wire([ok()])
    client_on(wire.handle).get("/v2/bots/{bot_id}", bot_id="b1")
    assert wire.requests[0].content == b""
    assert "content-type" not in wire.requests[0].headers


def test_id_cannot_leave_its_place_in_the_path() -> None:
    wire = Wire([ok()])
    client_on(wire.handle).get("/v2/bots/{bot_id}", bot_id="../calendars?x=1")
    assert wire.requests[0].url.raw_path == b"/v2/bots/..%2Fcalendars%3Fx%3D1"


def test_pages_are_read_to_the_end_with_the_filters_on_each() -> None:
    wire = Wire(
        [ok([{"n": 1}, {"n": 2}], cursor="c1"), ok([{"n": 3}], cursor="c2"), ok([], cursor=None)]
    )
    items = client_on(wire.handle).pages("/v2/bots", query={"limit": 2, "extra": "a:b"})
    assert [item.integer("n") for item in items] == [1, 2, 3]
    queries = [dict(request.url.params) for request in wire.requests]
    filters = {"limit": "2", "extra": "a:b"}
    assert queries == [filters, {**filters, "cursor": "c1"}, {**filters, "cursor": "c2"}]


def test_repeating_cursor_raises_rather_than_ends() -> None:
    wire = Wire([ok([{"n": 1}], cursor="c1"), ok([{"n": 2}], cursor="c1")])
    items = client_on(wire.handle).pages("/v2/bots", query={"limit": 1})
    with pytest.raises(Retryable, match="repeats"):
        list(items)


def test_page_without_a_list_raises_rather_than_being_empty() -> None:
    wire = Wire([ok({"odd": True})])
    with pytest.raises(Retryable, match="without a list"):
        list(client_on(wire.handle).pages("/v2/bots", query={"limit": 1}))


def test_page_that_fails_half_way_raises() -> None:
    wire = Wire([ok([{"n": 1}], cursor="c1"), HTML])
    items = client_on(wire.handle).pages("/v2/bots", query={"limit": 1})
    assert next(items).integer("n") == 1
    with pytest.raises(Retryable):
        next(items)


def test_log_names_the_call_and_nothing_secret(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire([ok({"callback_config": {"secret": "in-the-answer"}}), refusal(409, "NO")])
    client = client_on(wire.handle)
    with caplog.at_level(logging.DEBUG):
        client.get("/v2/bots/{bot_id}", query={"extra": "in-the-query"}, bot_id="in-the-path")
        with pytest.raises(Conflict):
            client.post("/v2/calendars", {"oauth_refresh_token": "in-the-body"})
    records = [record for record in caplog.records if record.name.startswith("upstream")]
    assert [(r.__dict__["path"], r.__dict__["status"]) for r in records] == [
        ("/v2/bots/{bot_id}", 200),
        ("/v2/calendars", 409),
    ]
    logged = json.dumps([{**r.__dict__, "said": r.getMessage()} for r in records], default=str)
    assert all(r.__dict__["request_id"] in logged for r in records)
    for secret in (API_KEY, "in-the-answer", "in-the-query", "in-the-path", "in-the-body"):
        assert secret not in logged
