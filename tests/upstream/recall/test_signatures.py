"""Only who knows a secret of the account is heard, in either family of headers."""

import pytest

from tests.upstream.test_webhook_signatures import BODY, OTHER, SECRET, signed
from upstream.errors import InvalidSignature
from upstream.port import TOKEN_HEADER
from upstream.recall.webhooks import RecallWebhooks

TOKEN = "token-that-nobody-may-guess"
READER = RecallWebhooks(webhook_secret=f"{OTHER} {SECRET}", token=TOKEN)
RIGHT, WRONG = {TOKEN_HEADER: TOKEN}, {TOKEN_HEADER: "guessed"}


@pytest.mark.parametrize("family", ["webhook", "svix"])
@pytest.mark.parametrize("token", [{}, {TOKEN_HEADER: ""}, RIGHT])
def test_signed_message_gives_its_id(family: str, token: dict[str, str]) -> None:
    assert READER.verify({**signed(prefix=family), **token}, BODY) == "msg_1"


@pytest.mark.parametrize("family", ["webhook", "svix"])
@pytest.mark.parametrize("token", [{}, RIGHT])
def test_bad_signature_is_refused_whatever_token_comes_with_it(
    family: str, token: dict[str, str]
) -> None:
    with pytest.raises(InvalidSignature):
        READER.verify({**signed(prefix=family), **token}, BODY + b" ")


def test_wrong_token_is_refused_however_well_signed() -> None:
    with pytest.raises(InvalidSignature):
        READER.verify({**signed(prefix="webhook"), **WRONG}, BODY)


def test_unsigned_live_message_is_vouched_for_by_the_token() -> None:
    message_id = READER.verify(RIGHT, BODY)
    assert message_id == READER.verify(RIGHT, BODY)
    assert message_id != READER.verify(RIGHT, BODY + b" ")
    assert len(message_id) < 120


@pytest.mark.parametrize("headers", [{}, WRONG, {TOKEN_HEADER: ""}])
def test_unsigned_message_without_the_token_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        READER.verify(headers, BODY)


def test_account_without_a_token_takes_none() -> None:
    bare = RecallWebhooks(webhook_secret=SECRET, token="")
    with pytest.raises(InvalidSignature):
        bare.verify({TOKEN_HEADER: ""}, BODY)
