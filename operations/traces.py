"""Requests, tasks and calls to providers as spans, when OTEL_EXPORTER_OTLP_ENDPOINT is set.

A span is named by a method and a route, a task or a call's template, and carries ids and a status.
Nothing else is ever put on it: no query, no body, no statement, no words of people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from opentelemetry import context, propagate, trace

TRACE_HEADER = "traceparent"

tracer = trace.get_tracer("earshot")
_open: dict[str, tuple[trace.Span, Any]] = {}


def start() -> None:
    """Begin to send spans, if there is somebody to send them to."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 (threads)
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip("/") + "/v1/traces"
    provider = TracerProvider(
        resource=Resource.create({"service.name": settings.OTEL_SERVICE_NAME})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)


def request_span_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """A span per request, named by its route: the address as the URLconf has it, without ids."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with tracer.start_as_current_span(
            request.method or "",
            kind=trace.SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,  # its words would be the status
        ) as span:
            response = get_response(request)
            route = request.resolver_match.route if request.resolver_match else "nowhere"
            span.update_name(f"{request.method} /{route}")
            span.set_attribute("http.route", f"/{route}")
            span.set_attribute("http.response.status_code", response.status_code)
            return response

    return middleware


@before_task_publish.connect
def hand_on(headers: dict[str, Any], **_: Any) -> None:
    propagate.inject(headers)


@task_prerun.connect
def begin(task_id: str, task: Any, **_: Any) -> None:
    asked_by = propagate.extract({TRACE_HEADER: task.request.get(TRACE_HEADER) or ""})
    span = tracer.start_span(task.name, context=asked_by, kind=trace.SpanKind.CONSUMER)
    span.set_attribute("task_id", task_id)
    _open[task_id] = span, context.attach(trace.set_span_in_context(span))


@task_postrun.connect
def end(task_id: str, state: str = "", **_: Any) -> None:
    if task_id in _open:
        span, token = _open.pop(task_id)
        span.set_attribute("task_state", state)
        context.detach(token)
        span.end()
