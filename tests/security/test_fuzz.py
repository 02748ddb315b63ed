"""Nonsense in every field of every form, in every address, and in every webhook: never a crash."""

import json
from dataclasses import is_dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.conftest import ask
from tests.security.test_foreign_ids import all_fields, all_forms
from tests.test_audit_trail import CHANGES
from upstream.errors import InvalidSignature
from upstream.models import ProviderName, UpstreamAccount
from upstream.port import TOKEN_HEADER
from upstream.registry import webhook_reader

ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "\x00",
            "a\x00b",
            "-1",
            "0",
            "9" * 30,
            "1e999",
            "NaN",
            "١٢",
            "2026-02-30",
            "99:99",
        ),
        *("9999-12-31", "0001-01-01", "🙂" * 300, "x" * 5000, "../..", "%00", "[]", "{}", "null"),
        *("https://[::1", "http://[", "https://meet.google.com/\x00", "a@b", "@", "*", "(((", "\\"),
        *("'\"--;", "\u202e", "١٢", "on", "true", "record", "whole", "now"),
    ]
)
WORD = ODD | st.text(max_size=40)


@pytest.mark.django_db
def test_no_form_breaks_over_nonsense(asked: dict[str, str], alice: Client) -> None:
    """Every field at once, or what the address wants with one field that is odd."""
    fields = sorted(all_fields())
    assert len(all_forms()) > 50

    @settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def try_all(data: st.DataObject) -> None:
        all_odd = {field: data.draw(WORD) for field in fields}
        for name, url in asked.items():
            sent: dict[str, Any] = all_odd
            if name in CHANGES and CHANGES[name].data:
                right = CHANGES[name].data
                wrong = data.draw(st.sampled_from(sorted(right)))
                sent = {**right, wrong: all_odd.get(wrong, "\x00")}
            for one, answer, _ in ask(alice, {name: url}, ["get", "post"], sent):
                assert answer.status_code < 500 or answer.status_code == 503, (one, sent)

    try_all()


@pytest.mark.django_db
def test_no_address_breaks_over_an_odd_id(asked: dict[str, str], alice: Client) -> None:
    for odd in ("%00", "%F0%9F%99%82", "x" * 300, "-1", "9" * 30, "%ED%A0%80"):
        for name, url in asked.items():
            parts = url.split("/")
            places = [at for at, part in enumerate(parts) if "_" in part and part[-1:].isalnum()]
            for at in places:
                bent = "/".join([*parts[:at], odd, *parts[at + 1 :]])
                for one, answer, _ in ask(alice, {name: bent}, ["get", "post"]):
                    assert answer.status_code < 500, (one, bent)


SIGNING = (
    "svix-id", "svix-timestamp", "svix-signature", "webhook-id", "webhook-timestamp",
    "webhook-signature", "x-mb-secret", "x-meeting-baas-api-key", TOKEN_HEADER, "content-type",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    *("event", "type", "data", "bot_id", "status", "code", "extra", "created_at", "calendar_id"),
    *("object", "bot", "id", "metadata", "sub_code", "updated_at", "mp4", "transcript"),
)
SHAPED = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=10,
)


NAMES = (
    *("bot.status_change", "bot.completed", "bot.failed", "bot.chat_message", "calendar.synced"),
    *("calendar.event_created", "calendar.event_updated", "calendar.event_cancelled", "complete"),
    *("failed", "transcription_complete", "bot.done", "bot.fatal", "bot.joining_call"),
    *("recording.done", "transcript.done", "calendar.sync_events", "calendar.update"),
)
MESSAGES = st.fixed_dictionaries({"event": st.sampled_from(NAMES), "data": SHAPED})


@pytest.mark.parametrize("provider", list(ProviderName))
def test_no_reader_of_webhooks_breaks_over_nonsense(provider: ProviderName) -> None:
    account = UpstreamAccount(
        name="x", provider=provider, base_url="https://x.example", api_key="k", webhook_secret="s"
    )
    reader = webhook_reader(account)

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(payload=SHAPED | MESSAGES)
    def translate(payload: Any) -> None:
        told = reader.translate(json.loads(json.dumps(payload)), received_at=timezone.now())
        assert is_dataclass(told)

    @settings(max_examples=50, deadline=None)
    @given(st.dictionaries(st.sampled_from(SIGNING), WORD), st.binary(max_size=50))
    def verify(headers: dict[str, str], body: bytes) -> None:
        with pytest.raises(InvalidSignature):
            reader.verify(headers, body)

    translate()
    verify()
