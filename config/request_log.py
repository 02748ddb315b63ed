"""Requests in the log by method and path; what follows the `?` may hold a code.

Some paths hold a token themselves: what writes any line leaves those out (config.log_lines).
"""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class PathOnlyRequestMiddleware(RequestMiddleware):  # type: ignore[misc, unused-ignore]
    """django-structlog's middleware, which would write Google's codes and states down."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
