"""Requests in the log by method and path. What follows the `?` stays out: it may hold a code.

So does the token in the address of what is shared: whoever reads the log could open it.
"""

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

SHARED = re.compile(r"^/shared/[^/]+")


class PathOnlyRequestMiddleware(RequestMiddleware):  # type: ignore[misc, unused-ignore]
    """django-structlog's middleware, which would write Google's codes and states down."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {SHARED.sub('/shared/…', request.path)}"
