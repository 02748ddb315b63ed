"""What of an address is written into the log: its path, without what opens a door.

What follows the `?` may hold a code; some paths hold a token themselves: of what is shared, of a
mail, of a new address, of a forgotten password. Whoever reads the log could use it.
"""

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, WrappedLogger

TOKENS = re.compile(
    r"(?<!\w)(/(?:shared|mail|account/confirm-email|account/password/reset/key)/)[^/\s]+"
)
SAID_IN = ("event", "request")


def hide_tokens(logger: WrappedLogger, method: str, said: EventDict) -> EventDict:
    """Put `…` for the token of an address, whoever wrote the address down."""
    for name in SAID_IN:
        if isinstance(said.get(name), str):
            said[name] = TOKENS.sub(r"\1…", said[name])
    return said


class PathOnlyRequestMiddleware(RequestMiddleware):  # type: ignore[misc, unused-ignore]
    """django-structlog's middleware, which would write Google's codes and states down."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
