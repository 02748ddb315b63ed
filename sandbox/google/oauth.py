"""The authorization server: /google/authorize, /token, /userinfo, /revoke.

The person's browser goes through `authorize` (consent.py draws the page); the other three are
called by servers. A code works once, for one client, one redirect address and one verifier.
"""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import MINUTE
from sandbox.google import consent
from sandbox.google.state import ACCOUNTS, EMAIL_SCOPE, AccessToken, Code, Grant
from sandbox.http import Json
from sandbox.oauth import back, challenge_of, client_of, id_token, is_redirectable, read_form
from sandbox.world import World

_CODE_LIFETIME = 10 * MINUTE
_TOKEN_LIFETIME = 3599
_FULL_NAMES = {"email": EMAIL_SCOPE, "profile": "https://www.googleapis.com/auth/userinfo.profile"}


class OAuthError(Exception):
    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description = status, error, description

    def response(self) -> JSONResponse:
        body = {"error": self.error, "error_description": self.description}
        return JSONResponse(body, self.status)


class GoogleRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        return [
            Route("/google/authorize", self.authorize, methods=["GET"]),
            Route("/google/consent", self.decide, methods=["POST"]),
            Route("/google/token", self.token, methods=["POST"]),
            Route("/google/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/google/revoke", self.revoke, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        if problem := self._problem(query):
            return HTMLResponse(consent.error_page(*problem), 400)
        if self.world.google.behaviour.admin_policy_enforced:
            return back(query, error="admin_policy_enforced")
        if query.get("prompt") == "none":
            return back(query, error="interaction_required")
        return HTMLResponse(consent.page(query, query["scope"].split()))

    async def decide(self, request: Request) -> Response:
        form = await read_form(request)
        query = {key: values[0] for key, values in form.items() if key not in ("granted",)}
        if problem := self._problem(query):
            return HTMLResponse(consent.error_page(*problem), 400)
        denied = self.world.google.behaviour.deny or query.get("decision") != "continue"
        if denied or query.get("account") not in ACCOUNTS:
            return back(query, error="access_denied")
        asked = query["scope"].split()
        ticked = set(form.get("granted", []))
        scopes = [s for s in asked if s in ticked or s not in consent.OPTIONAL]
        code = self.world.ids.token("4/0A", 44)
        self.world.google.codes[code] = Code(
            email=query["account"],
            client_id=query["client_id"],
            redirect_uri=query["redirect_uri"],
            scopes=[_FULL_NAMES.get(scope, scope) for scope in scopes],
            challenge=query.get("code_challenge", ""),
            expires_at=self.world.clock.now() + _CODE_LIFETIME,
            offline=query.get("access_type") == "offline"
            and "consent" in query.get("prompt", "").split(),
            nonce=query.get("nonce", ""),
        )
        granted = " ".join(self.world.google.codes[code].scopes)
        return back(query, code=code, scope=granted, authuser="0", prompt="consent")

    async def token(self, request: Request) -> Response:
        fields = {key: values[0] for key, values in (await read_form(request)).items()}
        if status := self._token_failure():
            return Response("upstream error", status, media_type="text/html")
        try:
            self._check_client(request, fields)
            match fields.get("grant_type"):
                case "authorization_code":
                    return JSONResponse(self._redeem(fields), headers={"cache-control": "no-store"})
                case "refresh_token":
                    return JSONResponse(
                        self._refresh(fields), headers={"cache-control": "no-store"}
                    )
                case _:
                    raise OAuthError(400, "unsupported_grant_type", "Invalid grant_type")
        except OAuthError as error:
            return error.response()

    async def userinfo(self, request: Request) -> Response:
        value = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = self.world.google.access.get(value)
        now = self.world.clock.now()
        if token is None or token.revoked or token.expires_at < now:
            return OAuthError(401, "invalid_request", "Invalid Credentials").response()
        return JSONResponse(_identity(token.email))

    async def revoke(self, request: Request) -> Response:
        fields = {key: values[0] for key, values in (await read_form(request)).items()}
        value = fields.get("token", request.query_params.get("token", ""))
        google = self.world.google
        holder = google.grants.get(value) or google.access.get(value)
        if holder is None or holder.revoked:
            return OAuthError(400, "invalid_token", "Token expired or revoked").response()
        google.revoke_account(holder.email, holder.client_id)
        return JSONResponse({})

    def _problem(self, query: Json) -> tuple[str, str] | None:
        """What Google would show on a page of its own instead of redirecting."""
        if query.get("client_id") != self.world.settings.google_client_id:
            return "invalid_client", "The OAuth client was not found."
        if not is_redirectable(query.get("redirect_uri", "")):
            return "redirect_uri_mismatch", "The redirect address is missing or not valid."
        if query.get("response_type") != "code":
            return "unsupported_response_type", "The response type must be “code”."
        if not query.get("scope"):
            return "invalid_scope", "No scope was asked for."
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "invalid_request", "Only S256 code challenges are accepted."
        return None

    def _token_failure(self) -> int:
        behaviour = self.world.google.behaviour
        status = behaviour.token_error
        if status and behaviour.token_error_times > 0:
            behaviour.token_error_times -= 1
            if behaviour.token_error_times == 0:
                behaviour.token_error = 0
        return status

    def _check_client(self, request: Request, fields: dict[str, str]) -> None:
        id, secret = client_of(request, fields)
        expected = self.world.google.client_secret.encode()
        known = id == self.world.settings.google_client_id
        if not known or not hmac.compare_digest(secret.encode(), expected):
            raise OAuthError(401, "invalid_client", "The OAuth client was not found.")

    def _redeem(self, fields: dict[str, str]) -> Json:
        google = self.world.google
        code = google.codes.pop(fields.get("code", ""), None)  # gone, right or wrong
        if code is None or code.expires_at < self.world.clock.now():
            raise OAuthError(400, "invalid_grant", "Malformed auth code.")
        if code.redirect_uri != fields.get("redirect_uri"):
            raise OAuthError(400, "redirect_uri_mismatch", "Bad Request")
        if code.challenge and challenge_of(fields.get("code_verifier", "")) != code.challenge:
            raise OAuthError(400, "invalid_grant", "Invalid code verifier.")
        answer = self._access(code.email, code.client_id, code.scopes)
        if code.offline and not google.behaviour.no_refresh_token:
            token = self.world.ids.token("1//0e", 60)
            google.grants[token] = Grant(token, code.email, code.client_id, code.scopes)
            answer["refresh_token"] = token
        if "openid" in code.scopes:
            answer["id_token"] = self._id_token(code)
        return answer

    def _refresh(self, fields: dict[str, str]) -> Json:
        client_id = fields["client_id"]
        grant = self.world.google.grant_for(fields.get("refresh_token", ""), client_id)
        if grant is None:
            raise OAuthError(400, "invalid_grant", "Token has been expired or revoked.")
        return self._access(grant.email, client_id, grant.scopes)

    def _access(self, email: str, client_id: str, scopes: list[str]) -> Json:
        token = self.world.ids.token("ya29.", 60)
        expires_at = self.world.clock.now() + _TOKEN_LIFETIME
        self.world.google.access[token] = AccessToken(email, client_id, scopes, expires_at)
        return {
            "access_token": token,
            "expires_in": _TOKEN_LIFETIME,
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }

    def _id_token(self, code: Code) -> str:
        now = int(self.world.clock.now())
        claims: Json = {
            **_identity(code.email),
            "iss": "https://accounts.google.com",
            "aud": code.client_id,
            "iat": now,
            "exp": now + _TOKEN_LIFETIME,
        }
        if code.nonce:
            claims["nonce"] = code.nonce
        return id_token(claims, self.world.google.client_secret)


def _identity(email: str) -> Json:
    account = ACCOUNTS[email]
    claims: Json = {
        "sub": account.sub,
        "email": email,
        "email_verified": True,
        "name": account.name,
    }
    return {**claims, "hd": account.domain} if account.domain else claims
