"""What /live/ says where only Django answers (WSGI): there is no stream here, poll instead.

204 is the one status that tells an EventSource to give up without an error in the console.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def no_stream(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)
