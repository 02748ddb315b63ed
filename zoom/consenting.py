"""A person's trip to Zoom and back: a state for one use, then the code is traded.

    begin()  remembers the trip and returns where to go
    finish() forgets it first, whatever comes back, then has the code traded

By the recording service where that keeps the tokens; it could not know a verifier, so such a trip
goes without PKCE. Else by us, with it. Codes, tokens and verifiers are never logged.
"""

import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings

from accounts.consents import Answer, traces, use_up
from accounts.http import WorkspaceRequest
from upstream.errors import BadCredentials, Refused, Retryable, UpstreamError
from upstream.models import UpstreamAccount
from upstream.registry import capabilities_of, open_provider
from upstream.zoom import ZoomCode
from zoom import endpoint, problems
from zoom.models import ZoomAccount, ZoomConsent
from zoom.problems import ConsentFailed

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Granted:
    """What came home: a credential at the recording service, or tokens for ourselves."""

    service: UpstreamAccount
    person: endpoint.Person
    scopes: str
    credential_id: str = ""
    tokens: endpoint.Tokens | None = None
    reconnects: ZoomAccount | None = None


def begin(request: WorkspaceRequest, reconnects: ZoomAccount | None = None) -> str:
    """Remember the trip and return the address of the consent page."""
    if not endpoint.is_configured():
        raise ConsentFailed(problems.MISCONFIGURED)
    service = _service(request)
    is_ours = not capabilities_of(service).keeps_zoom_tokens
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48) if is_ours else ""
    ZoomConsent.objects.create(
        workspace=request.workspace,
        user=request.user,
        verifier=verifier,
        reconnects=reconnects,
        **traces(request, state),
    )
    return endpoint.authorize_address(state=state, verifier=verifier)


def finish(request: WorkspaceRequest, answer: Answer) -> Granted:
    """Return what was granted. Raises ConsentFailed; the state is used up either way."""
    consent = use_up(ZoomConsent.objects.select_related("reconnects__user"), answer.state)
    if consent is None or not consent.is_of(request):
        raise ConsentFailed(problems.BAD_STATE)
    if answer.error or not answer.code:
        problem = problems.REDIRECT_PROBLEMS.get(answer.error, problems.UNKNOWN)
        level = logging.ERROR if problem.is_ours else logging.INFO
        told = answer.error[:60] or "no code"
        logger.log(level, "consent at Zoom ended with %s: %s", told, problem.code)
        raise ConsentFailed(problem)
    service = _service(request)
    if bool(consent.verifier) == capabilities_of(service).keeps_zoom_tokens:
        raise ConsentFailed(problems.BAD_STATE)  # the service was changed meanwhile
    if consent.verifier:
        return _traded_by_us(service, answer.code, consent)
    return _traded_by_service(request, service, answer.code, consent)


def give_back(granted: Granted) -> None:
    """Let go of what is not wanted after all; nobody waits for it to succeed."""
    known = ZoomAccount.objects.filter(account=granted.service, credential_id=granted.credential_id)
    if granted.credential_id and not known.exists():  # it may be a colleague's that was told anew
        with suppress(UpstreamError):
            open_provider(granted.service).forget_zoom(granted.credential_id)


def _traded_by_us(service: UpstreamAccount, code: str, consent: ZoomConsent) -> Granted:
    tokens = endpoint.trade(code, consent.verifier)
    if not tokens.allow_joining:
        logger.error("the Zoom app asks for too little: %s", tokens.scopes)
        raise ConsentFailed(problems.TOO_LITTLE)
    try:
        person = endpoint.who(tokens.access_token)
    except endpoint.Unanswered:
        raise ConsentFailed(problems.UNAVAILABLE) from None
    return Granted(service, person, tokens.scopes, tokens=tokens, reconnects=consent.reconnects)


def _traded_by_service(
    request: WorkspaceRequest, service: UpstreamAccount, code: str, consent: ZoomConsent
) -> Granted:
    wish = ZoomCode(
        code=code,
        redirect_uri=endpoint.redirect_uri(),
        client_id=settings.ZOOM_CLIENT_ID,
        client_secret=settings.ZOOM_CLIENT_SECRET,
        name=f"{request.workspace.name}: {request.user.get_full_name()}",
    )
    try:
        kept = open_provider(service).connect_zoom(wish)
    except UpstreamError as error:
        logger.warning("%s did not take a Zoom code: %s", service.public_id, error.code)
        raise ConsentFailed(_problem_of(error)) from None
    if not (kept.credential_id and kept.user_id):
        raise ConsentFailed(problems.SERVICE_REFUSED)
    person = endpoint.Person(kept.user_id, kept.account_id, kept.email, kept.name)
    return Granted(
        service,
        person,
        kept.scopes,
        credential_id=kept.credential_id,
        reconnects=consent.reconnects,
    )


def _problem_of(error: UpstreamError) -> problems.Problem:
    match error:
        case Retryable():
            return problems.SERVICE_UNREACHED
        case BadCredentials():
            return problems.SERVICE_REFUSED
        case Refused(status=400):
            return problems.EXPIRED_CODE
        case _:
            return problems.SERVICE_REFUSED


def _service(request: WorkspaceRequest) -> UpstreamAccount:
    service = UpstreamAccount.objects.for_workspace(request.workspace)
    if service is None:
        raise ConsentFailed(problems.NO_SERVICE)
    return service
