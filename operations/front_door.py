"""Answers the machines that watch Earshot, first of all middleware.

They call a container by its own address, without TLS and with a host name that is nobody's: they
are neither redirected nor refused for that, and leave no line in the log.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from operations import health, metrics

GetResponse = Callable[[HttpRequest], HttpResponseBase]
ANSWERS: dict[str, GetResponse] = {
    "/healthz": health.alive,
    "/readyz": health.ready,
    "/metrics": metrics.metrics,
}


def front_door_middleware(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        return ANSWERS.get(request.path_info, get_response)(request)

    return middleware
