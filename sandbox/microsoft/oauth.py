"""login.microsoftonline.com and the two corners of Graph that say who somebody is.

/microsoft/{tenant}/oauth2/v2.0/authorize, …/token       the tenant is `common`, an id or a domain
/microsoft/{tenant}/v2.0/adminconsent                    an administrator says yes for everybody
/microsoft/oidc/userinfo, /microsoft/v1.0/me             who the access token belongs to

Scopes are answered by their short names in a case of Microsoft's own choosing, and every refresh
brings another refresh token.
"""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import MINUTE
from sandbox.http import Json
from sandbox.microsoft import consent, tokens
from sandbox.microsoft.errors import AadError
from sandbox.microsoft.state import (
    ACCOUNTS,
    DELEGATED,
    DOMAINS,
    GROUPS,
    AccessToken,
    Account,
    Code,
    admits,
    is_tenant,
    scope_names,
)
from sandbox.oauth import back, challenge_of, client_of, id_token, is_redirectable, read_form
from sandbox.world import World

_CODE_LIFETIME = 10 * MINUTE
_TOKEN_LIFETIME = 4213
_PROMPTS = ("", "login", "none", "consent", "select_account")


class MicrosoftRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        return [
            Route("/microsoft/{tenant}/oauth2/v2.0/authorize", self.authorize, methods=["GET"]),
            Route("/microsoft/consent", self.decide, methods=["POST"]),
            Route("/microsoft/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
            Route("/microsoft/oidc/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/microsoft/v1.0/me", self.me, methods=["GET"]),
            Route("/microsoft/{tenant}/v2.0/adminconsent", self.admin, methods=["GET"]),
            Route("/microsoft/adminconsent", self.approve, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        query = {**request.query_params, "tenant": request.path_params["tenant"]}
        try:
            scopes = self._check(query)
        except AadError as error:
            return HTMLResponse(consent.error_page(error), 400)
        if scopes is None:
            return back(query, **AadError(70011).answer)
        if query.get("prompt") == "none":
            return back(query, **AadError(50076).answer)
        return HTMLResponse(consent.page(query, scopes))

    async def decide(self, request: Request) -> Response:
        query = {key: values[0] for key, values in (await read_form(request)).items()}
        try:
            scopes = self._check(query)
            account = ACCOUNTS.get(query.get("account", ""))
            if account is None or not admits(query["tenant"], account):
                raise AadError(50020)
        except AadError as error:
            return HTMLResponse(consent.error_page(error), 400)
        behaviour = self.world.microsoft.behaviour
        if behaviour.redirect_code:
            return back(query, **AadError(behaviour.redirect_code).answer)
        if behaviour.deny or query.get("decision") != "continue":
            return back(query, **AadError(65004).answer)
        if self._wants_approval(account):
            home = str(back(query, **AadError(90094).answer).headers["location"])
            return HTMLResponse(consent.approval_needed(query, home))
        return back(query, code=self._code(query, account, scopes or []), session_state="1f0a")

    async def token(self, request: Request) -> Response:
        fields = {key: values[0] for key, values in (await read_form(request)).items()}
        behaviour = self.world.microsoft.behaviour
        try:
            if status := self._token_failure():
                return Response("upstream error", status, media_type="text/html")
            if behaviour.token_code:
                raise AadError(behaviour.token_code)
            self._check_client(request, fields)
            match fields.get("grant_type"):
                case "authorization_code":
                    answer = self._redeem(fields, request.path_params["tenant"])
                case "refresh_token":
                    answer = self._refresh(fields, request.path_params["tenant"])
                case _:
                    raise AadError(70003)
        except AadError as error:
            return error.response()
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    async def userinfo(self, request: Request) -> Response:
        token = self._bearer(request)
        if token is None or "openid" not in token.scopes:
            return _graph_error(401, "InvalidAuthenticationToken")
        account, behaviour = ACCOUNTS[token.email], self.world.microsoft.behaviour
        claims: Json = {"sub": account.sub(token.client_id), "name": account.name}
        if account.mail and not (behaviour.no_email_claim or behaviour.no_address):
            claims["email"] = account.mail
        return JSONResponse(claims)

    async def me(self, request: Request) -> Response:
        token = self._bearer(request)
        if token is None:
            return _graph_error(401, "InvalidAuthenticationToken")
        if "user.read" not in token.scopes:
            return _graph_error(403, "Authorization_RequestDenied")
        account, hidden = ACCOUNTS[token.email], self.world.microsoft.behaviour.no_address
        return JSONResponse(
            {
                "id": account.oid,
                "displayName": account.name,
                "mail": None if hidden else account.mail,
                "userPrincipalName": account.oid if hidden else account.email,
            }
        )

    async def admin(self, request: Request) -> Response:
        query = {**request.query_params, "tenant": request.path_params["tenant"]}
        try:
            self._check_application(query)
            if query["tenant"] in ("common", "consumers"):
                raise AadError(90023)
            if not query.get("scope", "").startswith("https://"):
                raise AadError(70011)
        except AadError as error:
            return HTMLResponse(consent.error_page(error), 400)
        return HTMLResponse(consent.admin_page(query, DOMAINS))

    async def approve(self, request: Request) -> Response:
        query = {key: values[0] for key, values in (await read_form(request)).items()}
        try:
            self._check_application(query)
        except AadError as error:
            return HTMLResponse(consent.error_page(error), 400)
        if query.get("decision") != "continue":
            return back(query, error="permission_denied", error_description=AadError(65004).text)
        tid = query.get("organisation", "")
        if tid not in self.world.microsoft.approved:
            self.world.microsoft.approved.append(tid)
        return back(query, admin_consent="True", tenant=tid)

    def _check(self, query: Json) -> list[str] | None:
        """Raise what Microsoft shows on a page of its own; None: a scope nobody knows."""
        self._check_application(query)
        if self.world.microsoft.behaviour.single_tenant and query["tenant"] in GROUPS:
            raise AadError(50194)
        if query.get("response_type") != "code" or not query.get("scope"):
            raise AadError(900144)
        if query.get("prompt", "") not in _PROMPTS:
            raise AadError(90023)
        if query.get("response_mode", "query") not in ("query", "fragment", "form_post"):
            raise AadError(90023)
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            raise AadError(90023)
        return scope_names(query["scope"])

    def _check_application(self, query: Json) -> None:
        if not is_tenant(query.get("tenant", "")):
            raise AadError(90002)
        if query.get("client_id") != self.world.settings.microsoft_client_id:
            raise AadError(700016)
        if not is_redirectable(query.get("redirect_uri", "")):
            raise AadError(50011)

    def _wants_approval(self, account: Account) -> bool:
        microsoft = self.world.microsoft
        asks = account.asks_admin or microsoft.behaviour.admin_consent_required
        return asks and account.tid not in microsoft.approved

    def _code(self, query: Json, account: Account, scopes: list[str]) -> str:
        code = self.world.ids.token("0.AXo", 60)
        self.world.microsoft.codes[code] = Code(
            email=account.email,
            client_id=query["client_id"],
            tenant=query["tenant"],
            redirect_uri=query["redirect_uri"],
            scopes=scopes,
            challenge=query.get("code_challenge", ""),
            expires_at=self.world.clock.now() + _CODE_LIFETIME,
            nonce=query.get("nonce", ""),
        )
        return code

    def _token_failure(self) -> int:
        behaviour = self.world.microsoft.behaviour
        status = behaviour.token_error
        if status and behaviour.token_error_times > 0:
            behaviour.token_error_times -= 1
            if behaviour.token_error_times == 0:
                behaviour.token_error = 0
        return status

    def _check_client(self, request: Request, fields: dict[str, str]) -> None:
        id, secret = client_of(request, fields)
        if id != self.world.settings.microsoft_client_id:
            raise AadError(700016)
        if not hmac.compare_digest(secret.encode(), self.world.microsoft.client_secret.encode()):
            raise AadError(7000215)

    def _redeem(self, fields: dict[str, str], tenant: str) -> Json:
        microsoft = self.world.microsoft
        code = microsoft.codes.pop(fields.get("code", ""), None)  # gone, right or wrong
        if code is None:
            raise AadError(54005)
        if code.expires_at < self.world.clock.now() or code.tenant != tenant:
            raise AadError(70008)
        if code.redirect_uri != fields.get("redirect_uri"):
            raise AadError(50011)
        if code.challenge and challenge_of(fields.get("code_verifier", "")) != code.challenge:
            raise AadError(501481)
        scopes = list(code.scopes)
        if microsoft.behaviour.no_calendar_scope:
            scopes = [scope for scope in scopes if not scope.startswith("calendars.")]
        answer = self._access(code.email, code.client_id, scopes)
        if "offline_access" in scopes and not microsoft.behaviour.no_refresh_token:
            answer["refresh_token"] = tokens.issue(
                self.world, code.email, code.client_id, tenant, scopes
            )
        if "openid" in scopes:
            answer["id_token"] = self._id_token(code)
        return answer

    def _refresh(self, fields: dict[str, str], tenant: str) -> Json:
        token, client_id = fields.get("refresh_token", ""), fields["client_id"]
        grant = tokens.usable(self.world, token, client_id, tenant)
        answer = self._access(grant.email, grant.client_id, grant.scopes)
        answer["refresh_token"] = tokens.again(self.world, grant)
        return answer

    def _access(self, email: str, client_id: str, scopes: list[str]) -> Json:
        token = self.world.ids.token("eyJ0.", 60)
        expires_at = self.world.clock.now() + _TOKEN_LIFETIME
        self.world.microsoft.access[token] = AccessToken(email, client_id, scopes, expires_at)
        # Short names, sorted, neither `openid` nor `offline_access`, and Calendars in its own case.
        told = [DELEGATED.get(name, name) for name in sorted(scopes)]
        shown = [name for name in told if name not in ("openid", "offline_access")]
        return {
            "token_type": "Bearer",
            "scope": " ".join(shown).replace("Calendars.Read", "calendars.READ"),
            "expires_in": _TOKEN_LIFETIME,
            "ext_expires_in": _TOKEN_LIFETIME,
            "access_token": token,
        }

    def _bearer(self, request: Request) -> AccessToken | None:
        value = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = self.world.microsoft.access.get(value)
        is_good = token is not None and token.expires_at >= self.world.clock.now()
        return token if is_good else None

    def _id_token(self, code: Code) -> str:
        account, now = ACCOUNTS[code.email], int(self.world.clock.now())
        claims: Json = {
            "ver": "2.0",
            "iss": f"https://login.microsoftonline.com/{account.tid}/v2.0",
            "aud": code.client_id,
            "sub": account.sub(code.client_id),
            "oid": account.oid,
            "tid": account.tid,
            "name": account.name,
            "preferred_username": account.email,
            "iat": now,
            "nbf": now,
            "exp": now + _TOKEN_LIFETIME,
        }
        if code.nonce:
            claims["nonce"] = code.nonce
        return id_token(claims, self.world.microsoft.client_secret)


def _graph_error(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": "Access is denied."}}, status)
