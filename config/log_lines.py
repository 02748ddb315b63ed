"""Log lines: ids and outcomes, never content.

What an error leaves is its kind, and where it happened. What it said may be content.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from operations.paths import without_key

MOST_FRAMES = 12
SAID_IN = ("event", "request")
SERVERS = ("uvicorn", "uvicorn.error", "gunicorn.error")


def set_up(level: str) -> dict[str, Any]:
    """Prepare structlog, and return Django's LOGGING."""
    structlog.configure(
        processors=[*PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.LogfmtRenderer(bool_as_flag=False),
                "foreign_pre_chain": PROCESSORS,
            },
        },
        "filters": {"without_words": {"()": WithoutWords}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["without_words"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            **{name: {"level": "WARNING"} for name in ("httpx", "httpcore", "celery.worker")},
            # The servers have lines of their own, with all that an error said.
            **{name: {"handlers": [], "propagate": True} for name in SERVERS},
            # This one would write down what follows the `?` of an address: codes, states, tokens.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }


def name_the_error(
    logger: Any, method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: `error` and `at` in place of a traceback and its words."""
    info = line.pop("exc_info", None)
    error = (sys.exc_info() if info is True else info or (None, None))[1]
    if isinstance(error, BaseException):
        frames = reversed(traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:])
        line["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        line["at"] = " < ".join(f"{Path(it.filename).name}:{it.lineno}" for it in frames)
    return line


def hide_keys(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: no key of an address is in a line, whoever wrote it down."""
    for name in SAID_IN:
        if isinstance(line.get(name), str):
            line[name] = without_key(line[name])
    return line


class WithoutWords(logging.Filter):
    """Keeps what an error said out of the line itself, where Celery, asyncio and we put it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            error = record.exc_info[1] if record.exc_info else None
            kind = type(error).__name__ if error else "an error"
            record.args = {**record.args, "exc": kind, "traceback": "", "internal": ""}
        elif isinstance(record.args, tuple):
            record.args = tuple(map(_named, record.args))
        if record.name == "asyncio":
            record.msg = str(record.msg).partition("\n")[0]  # then it shows the task and its error
        return True


def _named(word: object) -> object:
    """An error by its kind and its code: providers repeat in words what they were sent."""
    if not isinstance(word, BaseException):
        return word
    code = getattr(word, "code", "")
    return " ".join([type(word).__name__, *([code] if isinstance(code, str) and code else [])])


PROCESSORS: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    name_the_error,
    hide_keys,
]
