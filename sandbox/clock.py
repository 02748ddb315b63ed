"""The sandbox's clock, and times on the wire.

The clock goes like everybody's clock, plus an offset that only `advance` changes: the dates of
meetings must agree with Earshot's idea of now. `speed` shortens what *happens* (joining, the call,
processing, retries, a sync), so that a three-minute story can be over in three seconds.
Inside the sandbox a moment is a float of unix seconds; `iso` and `parse_iso` stand at the edge.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

# The provider's own pattern: a literal Z, seconds and fraction optional, no offset.
_TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$")


class Clock:
    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self.offset = 0.0

    def now(self) -> float:
        return time.time() + self.offset

    def span(self, seconds: float, speed: float | None = None) -> float:
        """How long `seconds` of a story take on the wall clock."""
        return seconds / (speed or self.speed)


def iso(moment: float) -> str:
    whole = datetime.fromtimestamp(moment, UTC)
    return whole.strftime("%Y-%m-%dT%H:%M:%S.") + f"{whole.microsecond // 1000:03d}Z"


def iso_or_none(moment: float | None) -> str | None:
    return None if moment is None else iso(moment)


def parse_iso(text: str) -> float | None:
    """The moment, or None when the provider would refuse the text."""
    if not _TIMESTAMP.match(text):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None
