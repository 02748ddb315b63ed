"""The inbox where only Django answers (WSGI): the same checks, the same insert, one at a time."""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from upstream.errors import InvalidSignature
from upstream.port import TOKEN_HEADER
from webhooks.gate import Sender, find_sender
from webhooks.intake import COUNT_REFUSALS, INSERT, MOST_BYTES, insert_parameters, letter, token_in
from webhooks.knocks import address_of, knocks
from webhooks.wakeup import wake_workers


@csrf_exempt
@require_POST
def receive(request: HttpRequest, account: str) -> HttpResponse:
    address = address_of(
        request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
    )
    if knocks.is_too_many(address):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        sender = find_sender(account)
        status = _receive(request, sender) if sender else 404
    except DatabaseError:
        status = 503
    knocks.note(address, status)
    return HttpResponse(status=status)


def _receive(request: HttpRequest, sender: Sender) -> int:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return 413
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers[TOKEN_HEADER] = token_in(request.META.get("QUERY_STRING", ""))
    try:
        message_id = sender.reader.verify(headers, body)
    except InvalidSignature:
        _execute(COUNT_REFUSALS, (sender.account_id, 1))
        return 401
    arrived = letter(sender.account_id, message_id, headers, body)
    _execute(INSERT, insert_parameters([arrived]))
    wake_workers()
    return 204


def _execute(statement: str, parameters: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
