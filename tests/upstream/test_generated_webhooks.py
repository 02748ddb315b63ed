"""Everything the provider's API description allows in a webhook has a meaning for us."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.upstream.specs import ABSENT, check_against, load_specs, webhook_schemas
from upstream.events import Ignored
from upstream.meetingbaas_v2.translation import READERS, translate

NAMELESS = (
    "The message names no bot or no status.",
    "The message names no bot or has no id.",
)
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@pytest.mark.parametrize(
    "name", webhook_schemas() or [pytest.param("", marks=pytest.mark.skip(ABSENT))]
)
def test_webhook_of_each_schema_is_understood(name: str) -> None:
    specs = load_specs()
    schema = specs.schema(name)

    @FEW
    @given(specs.payloads(name))
    def understand(payload: dict[str, Any]) -> None:
        check_against(payload, schema)
        event = translate(payload)
        # A status code or message id may be an empty text, which then names nothing.
        assert not isinstance(event, Ignored) or event.reason in NAMELESS

    understand()


def test_every_documented_event_has_a_reader() -> None:
    specs = load_specs()
    names = {specs.schema(name)["properties"]["event"]["const"] for name in webhook_schemas()}
    assert names <= set(READERS)
    assert len(names) >= 11


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None, database=None)
@given(json_values)
def test_odd_body_is_ignored_with_a_reason(payload: object) -> None:
    event = translate(payload)
    assert isinstance(event, Ignored)
    assert event.reason


KEYS = ("bot_id", "calendar_id", "status", "code", "created_at", "events", "instances", "event_id")
odd_data = st.dictionaries(st.sampled_from([*KEYS, "start", "end", "sent_at", "id"]), json_values)


@settings(max_examples=120, deadline=None, database=None)
@given(st.sampled_from(sorted(READERS)), odd_data, json_values)
def test_known_event_with_odd_data_never_raises(name: str, data: object, extra: object) -> None:
    event = translate({"event": name, "data": data, "extra": extra})
    assert event is not None
