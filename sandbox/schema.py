"""Checking what arrives, like the provider: wrong values are refused, unknown keys let through.

    Bot = {"bot_name": Required(text(1, 255)), "recording_mode": one_of("speaker_view", …)}
    check({...}, Bot)  ->  ApiError 400 "body/bot_name must NOT have fewer than 1 characters"

A rule is a function of a value and its path that raises. Types are JSON's: true is no integer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.clock import parse_iso
from sandbox.http import Json, invalid

Rule = Callable[[Any, str], None]
_UUID = re.compile(r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")


@dataclass(frozen=True, slots=True)
class Required:
    rule: Rule


Shape = Mapping[str, Rule | Required]


def check(body: Json, shape: Shape, path: str = "body") -> None:
    for key, entry in shape.items():
        if key in body:
            rule = entry.rule if isinstance(entry, Required) else entry
            rule(body[key], f"{path}/{key}")
        elif isinstance(entry, Required):
            raise invalid(f"{path} must have required property '{key}'")


def text(least: int = 0, most: int | None = None) -> Rule:
    def rule(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise invalid(f"{path} must be string")
        if len(value) < least:
            raise invalid(f"{path} must NOT have fewer than {least} characters")
        if most is not None and len(value) > most:
            raise invalid(f"{path} must NOT have more than {most} characters")

    return rule


def whole(least: int, most: int) -> Rule:
    def rule(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise invalid(f"{path} must be integer")
        if not least <= value <= most:
            raise invalid(f"{path} must be between {least} and {most}")

    return rule


def one_of(*allowed: str | int) -> Rule:
    def rule(value: Any, path: str) -> None:
        if isinstance(value, bool) or value not in allowed:
            raise invalid(f"{path} must be one of {', '.join(map(str, allowed))}")

    return rule


def flag(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise invalid(f"{path} must be boolean")


def url(value: Any, path: str) -> None:
    text()(value, path)
    parts = urlsplit(value)
    if not parts.scheme or not parts.netloc:
        raise invalid(f'{path} must match format "uri"')


def uuid(value: Any, path: str) -> None:
    text()(value, path)
    if not _UUID.match(value):
        raise invalid(f'{path} must match format "uuid"')


def moment(value: Any, path: str) -> None:
    text()(value, path)
    if parse_iso(value) is None:
        raise invalid(f"{path} must be an ISO 8601 UTC timestamp ending in Z")


def mapping(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise invalid(f"{path} must be object")


def nested(shape: Shape) -> Rule:
    def rule(value: Any, path: str) -> None:
        mapping(value, path)
        check(value, shape, path)

    return rule


def optional(inner: Rule) -> Rule:
    """Null is as good as a value."""

    def rule(value: Any, path: str) -> None:
        if value is not None:
            inner(value, path)

    return rule


def either(single: Rule, least: int, most: int) -> Rule:
    """One of them, or a list of `least` to `most`."""

    def rule(value: Any, path: str) -> None:
        if not isinstance(value, list):
            single(value, path)
        elif not least <= len(value) <= most:
            raise invalid(f"{path} must have {least} to {most} items")
        else:
            for index, item in enumerate(value):
                single(item, f"{path}/{index}")

    return rule
