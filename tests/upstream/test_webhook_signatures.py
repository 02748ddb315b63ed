"""Only who knows a secret of the account is heard."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from svix.webhooks import Webhook

from upstream.errors import InvalidSignature
from upstream.meetingbaas_v2.webhooks import MeetingBaasV2Webhooks

SECRET = "whsec_ZWFyc2hvdC10ZXN0LXNlY3JldC1vbmU="
OTHER = "whsec_ZWFyc2hvdC10ZXN0LXNlY3JldC10d28="
BODY = json.dumps({"event": "bot.failed", "title": "Möte — 14:00"}, ensure_ascii=False).encode()


def signed(
    secret: str = SECRET,
    *,
    body: bytes = BODY,
    prefix: str = "svix",
    age: timedelta = timedelta(0),
    message_id: str = "msg_1",
) -> dict[str, str]:
    at = datetime.now(UTC) - age
    return {
        f"{prefix}-id": message_id,
        f"{prefix}-timestamp": str(int(at.timestamp())),
        f"{prefix}-signature": Webhook(secret).sign(message_id, at, body.decode()),
    }


def reader(secrets: str = SECRET, *, callback: str = "callback-secret") -> MeetingBaasV2Webhooks:
    return MeetingBaasV2Webhooks(webhook_secret=secrets, callback_secret=callback)


@pytest.mark.parametrize("prefix", ["svix", "webhook"])
def test_good_signature_gives_the_message_id(prefix: str) -> None:
    assert reader().verify(signed(prefix=prefix), BODY) == "msg_1"


@pytest.mark.parametrize("age", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_slightly_wrong_clock_is_tolerated(age: timedelta) -> None:
    assert reader().verify(signed(age=age), BODY) == "msg_1"


def test_any_secret_of_a_rotation_will_do() -> None:
    assert reader(f"{OTHER}\n  {SECRET}").verify(signed(), BODY) == "msg_1"
    assert reader(f"{SECRET} {OTHER}").verify(signed(OTHER), BODY) == "msg_1"


def test_unreadable_secret_beside_a_good_one_does_no_harm() -> None:
    assert reader(f"whsec_ % {SECRET}").verify(signed(), BODY) == "msg_1"


def test_any_signature_of_a_rotation_will_do() -> None:
    good, wrong = signed(), signed(OTHER)
    several = f"v1a,zzz broken v1,!!! {wrong['svix-signature']} {good['svix-signature']}"
    assert reader().verify({**good, "svix-signature": several}, BODY) == "msg_1"


@pytest.mark.parametrize(
    ("write", "body"),
    [
        pytest.param(dict, BODY, id="unsigned"),
        pytest.param(lambda: signed(OTHER), BODY, id="another secret"),
        pytest.param(signed, BODY + b" ", id="body changed"),
        pytest.param(lambda: {**signed(), "svix-id": "msg_2"}, BODY, id="id changed"),
        pytest.param(lambda: {**signed(), "svix-id": ""}, BODY, id="no id"),
        pytest.param(lambda: signed(message_id="m" * 500), BODY, id="endless id"),
        pytest.param(lambda: {**signed(), "svix-timestamp": ""}, BODY, id="no time"),
        pytest.param(lambda: {**signed(), "svix-timestamp": "soon"}, BODY, id="odd time"),
        pytest.param(
            lambda: {**signed(), "svix-timestamp": "9" * 40}, BODY, id="time out of range"
        ),
        pytest.param(lambda: {**signed(), "svix-timestamp": "nan"}, BODY, id="no number"),
        pytest.param(lambda: signed(age=timedelta(minutes=6)), BODY, id="stale"),
        pytest.param(lambda: signed(age=timedelta(minutes=-6)), BODY, id="from the future"),
        pytest.param(lambda: {**signed(), "svix-signature": ""}, BODY, id="no signature"),
        pytest.param(lambda: {**signed(), "svix-signature": "v1,"}, BODY, id="empty signature"),
        pytest.param(lambda: {**signed(), "svix-signature": "v2,abc"}, BODY, id="unknown version"),
        pytest.param(lambda: {**signed(), "svix-signature": "v1,a b,c ,,"}, BODY, id="garbage"),
        pytest.param(signed, b"\xff\xfe", id="not UTF-8"),
    ],
)
def test_bad_signature_is_refused(write: Callable[[], dict[str, str]], body: bytes) -> None:
    with pytest.raises(InvalidSignature):
        reader().verify(write(), body)


@pytest.mark.parametrize("secrets", ["", "   ", "whsec_", "whsec_=="])
def test_account_without_a_secret_believes_nobody(secrets: str) -> None:
    with pytest.raises(InvalidSignature):
        reader(secrets).verify(signed(), BODY)


def test_callback_with_the_secret_gets_an_id_made_of_its_body() -> None:
    headers = {"x-mb-secret": "callback-secret"}
    first = reader().verify(headers, BODY)
    assert first == reader().verify(headers, BODY)
    assert first != reader().verify(headers, BODY + b" ")
    assert len(first) <= 120


@pytest.mark.parametrize("given", ["callback-secret ", "wrong", "cällback", ""])
def test_callback_with_another_secret_is_refused(given: str) -> None:
    with pytest.raises(InvalidSignature):
        reader().verify({"x-mb-secret": given}, BODY)


def test_callback_to_an_account_without_secret_is_refused() -> None:
    with pytest.raises(InvalidSignature):
        reader(callback="").verify({"x-mb-secret": ""}, BODY)
