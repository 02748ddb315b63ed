"""The provider's own API description as a test partner: validators, and payloads made from it.

    specs = load_specs()                       skips the test, saying so, where the file is absent
    specs = load_specs(V1)                     the same of the older API
    specs.check(body, "CreateBotRequestBodyInput")
    for name in webhook_schemas(): given(specs.payloads(name))

The file lies outside this repository; UPSTREAM_SPECS names its folder. It is OpenAPI 3.1, so its
schemas are JSON Schema 2020-12; `$id`s that are no addresses are dropped and references inlined.
"""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.upstream.schema_strategies import from_schema

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("UPSTREAM_SPECS", ROOT / "../shared/upstream"))
V2, V1 = "openapi-v2.json", "openapi-v1.json"
REFERENCE = "#/components/schemas/"
WEBHOOK_PREFIXES = ("BotWebhook", "CalendarWebhook", "Callback")
ABSENT = f"SKIPPED: no provider contract in {FOLDER}; set UPSTREAM_SPECS to the folder that has it"


@dataclass(frozen=True)
class Specs:
    """One API description, ready to be asked."""

    document: dict[str, Any]

    def schema(self, name: str) -> dict[str, Any]:
        """Return one named schema, whole in itself."""
        schema: dict[str, Any] = self._inlined(self.document["components"]["schemas"][name])
        return schema

    def request_schema(self, method: str, path: str) -> dict[str, Any] | None:
        operation = self.document["paths"][path][method.lower()]
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return self._inlined(schema) if schema else None

    def check(self, value: object, name: str) -> None:
        """Fail with every disagreement between `value` and the schema."""
        check_against(value, self.schema(name))

    def payloads(self, name: str) -> st.SearchStrategy[Any]:
        return from_schema(self.schema(name))

    def _inlined(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._inlined(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self.schema(node["$ref"].removeprefix(REFERENCE))
        return {
            # Older drafts named the schemas of a tuple `items`.
            "prefixItems" if key == "items" and isinstance(value, list) else key: self._inlined(
                value
            )
            for key, value in node.items()
            if key not in DROPPED
        }


DROPPED = ("$id", "$schema", "description", "examples", "example")


@cache
def _read(name: str = V2) -> Specs | None:
    file = FOLDER / name
    return Specs(json.loads(file.read_text())) if file.exists() else None


def load_specs(name: str = V2) -> Specs:
    specs = _read(name)
    if specs is None:
        pytest.skip(ABSENT)
    return specs


def webhook_schemas() -> list[str]:
    """Return the names of all webhook schemas; none where the file is absent."""
    specs = _read()
    names = specs.document["components"]["schemas"] if specs else ()
    return [name for name in names if name.startswith(WEBHOOK_PREFIXES)]


def check_against(value: object, schema: dict[str, Any]) -> None:
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(value)
    ]
    assert errors == []
