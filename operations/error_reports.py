"""Errors go to Sentry when SENTRY_DSN is set: what broke and where, with ids, without content.

A report names the kind of error, the lines of code, the request's method and path and the ids that
log lines have too. What the error said, local variables, bodies, headers, cookies, queries and the
people themselves stay here.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from structlog.contextvars import get_contextvars

from operations.paths import without_key

KEPT_OF_REQUEST = ("method", "url")
KEPT_OF_FRAME = ("filename", "function", "in_app", "lineno", "module")


def start() -> None:
    """Begin to report, if there is somebody to report to."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk  # noqa: PLC0415 (a second of start-up and a thread, for those who want it)
    from sentry_sdk.integrations.celery import CeleryIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.django import DjangoIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.logging import ignore_logger  # noqa: PLC0415

    ignore_logger("django_structlog.middlewares.request")  # says a second time what broke
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=None,
        before_send=without_content,
    )


def without_content(event: Any, hint: dict[str, Any]) -> Any:
    """The part of a report that may leave the house."""
    kept = ("event_id", "timestamp", "level", "platform", "logger", "transaction", "environment")
    report = {name: event[name] for name in kept if name in event}
    report["transaction"] = without_key(report.get("transaction", ""))
    report["tags"] = {name: str(value) for name, value in _ids().items()}
    if "request" in event:
        report["request"] = _request(event["request"])
    if "exception" in event:
        report["exception"] = {"values": [_error(it) for it in event["exception"]["values"]]}
    else:
        unfilled = str(event.get("logentry", {}).get("message", ""))
        report["logentry"] = {"message": unfilled.partition("\n")[0]}
    return report


def _ids() -> dict[str, Any]:
    known = get_contextvars()
    return {name: known[name] for name in known if name.endswith("_id") or name in _NAMED}


_NAMED = ("task", "delivery", "bot")


def _request(request: dict[str, Any]) -> dict[str, Any]:
    kept = {name: request[name] for name in KEPT_OF_REQUEST if name in request}
    path = urlsplit(str(kept.get("url", ""))).path
    return {**kept, "url": without_key(path)}


def _error(error: dict[str, Any]) -> dict[str, Any]:
    frames = error.get("stacktrace", {}).get("frames", [])
    bare = [{name: it[name] for name in KEPT_OF_FRAME if name in it} for it in frames]
    named = {name: error.get(name) for name in ("type", "module", "mechanism")}
    return {**named, "stacktrace": {"frames": bare}}
