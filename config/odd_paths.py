"""A NUL in an address is nobody's id: PostgreSQL would call it a mistake of ours."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


def odd_paths_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer such an address as one that is not there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404("no such address")
        return get_response(request)

    return middleware
