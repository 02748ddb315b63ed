"""Requests in the log by method and path. What follows the `?` stays out: it may hold a code."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class PathOnlyRequestMiddleware(RequestMiddleware):  # type: ignore[misc, unused-ignore]
    """django-structlog's middleware, which would write Google's codes and states down."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
