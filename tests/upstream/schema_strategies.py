"""Hypothesis strategies from JSON Schema, for the few keywords the provider's description uses.

hypothesis-jsonschema makes times by format and throws away what the pattern refuses (nearly all
of them), and lags behind Hypothesis; knowing three formats is all that is needed here. Objects get
a key nobody knows now and then, since readers have to ignore those.
"""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2099, 1, 1)  # noqa: DTZ001 (naive bounds wanted)
FORMATS: dict[str, st.SearchStrategy[Any]] = {
    "date-time": st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)).map(
        lambda moment: moment.isoformat().replace("+00:00", "Z")
    ),
    "uuid": st.uuids(version=4).map(str),
    "uri": st.integers(1, 999).map(lambda number: f"https://files.example/{number}?sig=abc"),
    "email": st.emails(),
}
ANYTHING = st.none() | st.booleans() | st.integers(-5, 2**53) | st.text(max_size=12)
SOME_OBJECT = st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3)
MOST_ITEMS = 3


def from_schema(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that fit `schema`, whose references are already inlined."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([from_schema(choice) for choice in schema["anyOf"]])
    return _BY_TYPE[schema["type"]](schema) if "type" in schema else ANYTHING


def _text(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "format" in schema:
        return FORMATS[schema["format"]]
    return st.text(min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 40))


def _number(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))


def _array(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.lists(from_schema(schema.get("items", {})), max_size=MOST_ITEMS)


def _object(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        return SOME_OBJECT
    properties = {name: from_schema(inner) for name, inner in schema["properties"].items()}
    required = set(schema.get("required", ()))
    known = st.fixed_dictionaries(
        {name: values for name, values in properties.items() if name in required},
        optional={name: values for name, values in properties.items() if name not in required},
    )
    if schema.get("additionalProperties") is False:
        return known
    unknown: st.SearchStrategy[dict[str, object]] = st.sampled_from(
        [{}, {"a_key_nobody_knows": {"deep": [1, None, "x"]}}]
    )
    return st.tuples(known, unknown).map(lambda pair: {**pair[1], **pair[0]})


_BY_TYPE = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
    "array": _array,
    "object": _object,
}
