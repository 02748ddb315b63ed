"""A JSON object from outside, read without trust: what is missing or odd reads as empty.

    Fields({"id": 7, "at": "nonsense"}).moment("at")     None, where a plain dict would raise later

Each reader takes several keys and answers with the first that holds something, because providers
rename their fields. Text comes out storable: without NUL and without halves of surrogate pairs,
both of which JSON allows and PostgreSQL refuses.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

# Outside these years a time is a mistake, and converting it to a person's zone may overflow.
PLAUSIBLE_YEARS = range(1970, 2200)
MILLISECONDS_FROM = 1e11  # as seconds this would be the year 5138


class Fields:
    """Typed access to one JSON object; anything that is not an object reads as an empty one."""

    __slots__ = ("_values",)

    def __init__(self, value: object) -> None:
        self._values: dict[Any, object] = value if isinstance(value, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def text(self, *keys: str) -> str:
        """Return the first non-empty text; a number reads as its digits."""
        for value in self._present(keys):
            if isinstance(value, str) and (text := storable(value)):
                return text
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
        return ""

    def number(self, *keys: str) -> float | None:
        for value in self._present(keys):
            if isinstance(value, int | float) and not isinstance(value, bool):
                return _finite(value)
        return None

    def integer(self, *keys: str) -> int | None:
        number = self.number(*keys)
        return None if number is None else int(number)

    def flag(self, *keys: str) -> bool | None:
        return next((value for value in self._present(keys) if isinstance(value, bool)), None)

    def moment(self, *keys: str) -> datetime | None:
        """Return the first readable time in UTC; a time without a zone is taken as UTC."""
        moments = (as_moment(value) for value in self._present(keys))
        return next((moment for moment in moments if moment), None)

    def inner(self, *keys: str) -> "Fields":
        return next(
            (Fields(value) for value in self._present(keys) if isinstance(value, dict)),
            Fields(None),
        )

    def items(self, *keys: str) -> tuple["Fields", ...]:
        """Return the objects of the first list, without whatever else is in it."""
        for value in self._present(keys):
            if isinstance(value, list):
                return tuple(Fields(item) for item in value if isinstance(item, dict))
        return ()

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of the first list, without whatever else is in it."""
        for value in self._present(keys):
            if isinstance(value, list):
                return tuple(storable(item) for item in value if isinstance(item, str) and item)
        return ()

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return what a list of pairs of texts holds."""
        value = self._values.get(key)
        rows = value if isinstance(value, list) else []
        found = (Fields({"row": row}).texts("row") for row in rows)
        return tuple((row[0], row[1]) for row in found if len(row) == 2)

    def has(self, key: str) -> bool:
        """Whether the object has this key at all, be it null."""
        return key in self._values

    def has_list(self, key: str) -> bool:
        return isinstance(self._values.get(key), list)

    def _present(self, keys: tuple[str, ...]) -> Iterator[object]:
        return (self._values[key] for key in keys if self._values.get(key) is not None)


def storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def as_moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(_as_seconds(value), UTC)
        else:
            return None
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in PLAUSIBLE_YEARS else None


def _as_seconds(value: float) -> float:
    return value / 1000 if value >= MILLISECONDS_FROM else value


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
