"""What comes over the wire becomes an answer or one of our errors; nothing secret gets further."""

import json
import logging

import httpx
import pytest

from tests.upstream.recall.wire import (
    API_KEY,
    BASE_URL,
    SECRETS,
    answer,
    bot,
    calendar,
    client_on,
    provider_on,
)
from tests.upstream.wire import Wire
from upstream.errors import (
    CALENDAR_REFUSED,
    TIMEOUT,
    UNREACHABLE,
    BadCredentials,
    Conflict,
    KeyRefused,
    NotFound,
    QuotaReached,
    RateLimited,
    Refused,
    Retryable,
    UpstreamError,
)

BLOCKED = {"code": "request_blocked", "message": "Blocked."}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answer({"bot_name": ["Too long."]}, 400), Refused),
        (answer({"code": "update_bot_failed"}, 400), Conflict),
        (answer({"code": "cannot_command_completed_bot"}, 400), Conflict),
        (answer({"code": "cannot_command_unstarted_bot"}, 400), Conflict),
        (answer({"oauth_refresh_token": ["Invalid."]}, 400), BadCredentials),
        (answer({"errors": {"oauth_client_id": ["No."]}}, 400), BadCredentials),
        (answer({"detail": "Invalid token."}, 401), KeyRefused),
        (answer({}, 402), QuotaReached),
        (answer(BLOCKED, 403), Refused),
        (httpx.Response(403, html="<h1>Forbidden</h1>"), Refused),
        (answer({"detail": "No permission."}, 403), BadCredentials),
        (answer({"detail": "Not found."}, 404), NotFound),
        (answer({"detail": "Method not allowed."}, 405), Conflict),
        (answer({}, 409), Retryable),
        (answer({}, 429), RateLimited),
        (answer({}, 507), RateLimited),
        (answer({}, 500), Retryable),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), Retryable),
        (httpx.Response(200, html="<h1>Hotel network</h1>"), Retryable),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), Refused),
    ],
)
def test_answer_becomes_the_error_it_means(
    response: httpx.Response, kind: type[UpstreamError]
) -> None:
    with pytest.raises(UpstreamError) as caught:
        client_on(Wire([response]).handle).get("/api/v1/bot/{bot_id}/", bot_id="b1")
    assert type(caught.value) is kind
    assert str(caught.value)


def test_refused_consent_is_told_apart_from_a_refused_key() -> None:
    wire = Wire([answer({"oauth_refresh_token": [f"{SECRETS[1]} is not valid"]}, 400)])
    with pytest.raises(BadCredentials) as caught:
        client_on(wire.handle).post("/api/v2/calendars/", {})
    assert caught.value.code == CALENDAR_REFUSED
    assert SECRETS[1] not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "12"}, 12),
        (429, {}, 5),
        (507, {}, 30),
        (507, {"retry-after": "90"}, 90),
    ],
)
def test_patience_is_told_in_seconds(status: int, headers: dict[str, str], seconds: float) -> None:
    wire = Wire([httpx.Response(status, json={}, headers=headers)])
    with pytest.raises(RateLimited) as caught:
        client_on(wire.handle).post("/api/v1/bot/", {})
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (httpx.ConnectError("no route"), UNREACHABLE),
        (httpx.ReadTimeout("slow"), TIMEOUT),
    ],
)
def test_no_answer_says_whether_the_call_may_have_worked(failure: Exception, code: str) -> None:
    with pytest.raises(Retryable) as caught:
        client_on(Wire([failure]).handle).post("/api/v1/bot/", {})
    assert caught.value.code == code


def test_each_try_of_a_write_has_an_idempotency_key_of_its_own() -> None:
    wire = Wire([answer({}, 507), answer({"id": "b1"}, 201)])
    client = client_on(wire.handle)
    with pytest.raises(RateLimited):
        client.post("/api/v1/bot/", {})
    client.post("/api/v1/bot/", {})
    first, second = (request.headers["idempotency-key"] for request in wire.requests)
    assert first != second


def test_read_has_no_body_and_the_key_goes_as_a_token() -> None:
    wire = Wire([answer({"id": "b1"})])
    client_on(wire.handle).get("/api/v1/bot/{bot_id}/", bot_id="../x?y")
    request = wire.requests[0]
    assert request.content == b""
    assert "content-type" not in request.headers
    assert request.headers["authorization"] == f"Token {API_KEY}"
    assert request.url.raw_path == b"/api/v1/bot/..%2Fx%3Fy/"


def test_next_page_is_followed_as_it_comes() -> None:
    following = f"{BASE_URL}/api/v1/bot/?cursor=abc%3D&page=2"
    wire = Wire(
        [
            answer({"next": following, "results": [{"id": "1"}]}),
            answer({"next": None, "results": [{"id": "2"}]}),
        ]
    )
    found = client_on(wire.handle).pages("/api/v1/bot/", query={"status": ["ready", "done"]})
    assert [one.text("id") for one in found] == ["1", "2"]
    assert str(wire.requests[0].url) == f"{BASE_URL}/api/v1/bot/?status=ready&status=done"
    assert str(wire.requests[1].url) == following


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/api/v1/bot/", "http://eu-central-1.recall.ai/api/v1/bot/"]
)
def test_key_goes_to_no_other_host(elsewhere: str) -> None:
    wire = Wire([answer({"next": elsewhere, "results": [{"id": "1"}]})])
    with pytest.raises(Refused, match="another host"):
        list(client_on(wire.handle).pages("/api/v1/bot/", query={}))
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("pages", "match"),
    [
        ([{"odd": True}], "without a list"),
        ([{"next": f"{BASE_URL}/a", "results": []}], "brings nothing"),
        ([{"next": f"{BASE_URL}/a", "results": [{}]}] * 2, "repeats"),
    ],
)
def test_half_a_list_is_not_a_list(pages: list[dict[str, object]], match: str) -> None:
    wire = Wire([answer(page) for page in pages])
    with pytest.raises(Retryable, match=match):
        list(client_on(wire.handle).pages("/api/v1/bot/", query={}))


def test_echoed_secrets_are_neither_logged_nor_kept(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire([answer(calendar()), answer(bot()), answer({"next": None, "results": [bot()]})])
    provider = provider_on(wire)
    with caplog.at_level(logging.DEBUG):
        shown = [
            provider.get_calendar("in-the-path"),
            provider.get_bot("in-the-path"),
            provider.find_bot("in-the-query"),
        ]
    logged = [{**r.__dict__, "said": r.getMessage()} for r in caplog.records
              if r.name.startswith("upstream")]  # fmt: skip
    assert [entry["path"] for entry in logged] == [
        "/api/v2/calendars/{calendar_id}/",
        "/api/v1/bot/{bot_id}/",
        "/api/v1/bot/",
    ]
    said = json.dumps(logged, default=str) + repr(shown)
    for secret in (*SECRETS, API_KEY, "in-the-query"):
        assert secret not in said
    assert "in-the-path" not in json.dumps(logged, default=str)


def test_secrets_are_gone_from_what_the_client_hands_on() -> None:
    answers = [answer(calendar()), answer(bot())]
    client = client_on(Wire(list(answers)).handle)
    first, second = client.get("/a"), client.get("/b")
    assert first.has("oauth_refresh_token")
    assert not first.text("oauth_refresh_token", "oauth_client_secret")
    assert second.inner("recording_config").inner("transcript")
    assert not second.inner("recording_config").items("realtime_endpoints")
