"""/zoom: the authorization server, and the few calls of Zoom's API that a bot's way in needs.

The person's browser goes through `authorize` (consent.py draws the page); the rest is called by
servers. Tokens are taken from the Authorization header only.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import MINUTE
from sandbox.http import Json
from sandbox.oauth import back, client_of, is_redirectable, read_form
from sandbox.world import World
from sandbox.zoom import consent
from sandbox.zoom.state import ACCOUNTS, AccessToken, Code
from sandbox.zoom.tokens import ZoomError, check_client, redeem, refresh

_CODE_LIFETIME = 10 * MINUTE
_LONGEST_TTL = 7776000
_UNCACHED = {"cache-control": "no-store"}


class ZoomRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        return [
            Route("/zoom/oauth/authorize", self.authorize, methods=["GET"]),
            Route("/zoom/consent", self.decide, methods=["POST"]),
            Route("/zoom/oauth/token", self.token, methods=["POST"]),
            Route("/zoom/oauth/revoke", self.revoke, methods=["POST"]),
            Route("/zoom/v2/users/me", self.me, methods=["GET"]),
            Route("/zoom/v2/users/me/token", self.user_token, methods=["GET"]),
            Route("/zoom/v2/meetings/{number}/jointoken/local_recording", self.join_token),
        ]

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        if problem := self._problem(query):
            return HTMLResponse(consent.error_page(*problem), 400)
        return HTMLResponse(consent.page(query))

    async def decide(self, request: Request) -> Response:
        query = {key: values[0] for key, values in (await read_form(request)).items()}
        if problem := self._problem(query):
            return HTMLResponse(consent.error_page(*problem), 400)
        denied = self.world.zoom.behaviour.deny or query.get("decision") != "continue"
        if denied or query.get("account") not in ACCOUNTS:
            return back(query, error="access_denied")
        code = self.world.ids.token("", 40)
        self.world.zoom.codes[code] = Code(
            email=query["account"],
            client_id=query["client_id"],
            redirect_uri=query["redirect_uri"],
            challenge=query.get("code_challenge", ""),
            expires_at=self.world.clock.now() + _CODE_LIFETIME,
        )
        return back(query, code=code)

    async def token(self, request: Request) -> Response:
        fields = {key: values[0] for key, values in (await read_form(request)).items()}
        if status := self.world.zoom.behaviour.token_error:
            return Response("upstream error", status, media_type="text/html")
        try:
            id, secret = client_of(request, fields)
            check_client(self.world, id, secret)
            match fields.get("grant_type"):
                case "authorization_code":
                    return JSONResponse(redeem(self.world, fields)[1], headers=_UNCACHED)
                case "refresh_token":
                    token = refresh(self.world, fields.get("refresh_token", ""), id)
                    return JSONResponse(token, headers=_UNCACHED)
            raise ZoomError("unsupported_grant_type", "Unsupported grant type")
        except ZoomError as error:
            return error.response()

    async def revoke(self, request: Request) -> Response:
        fields = {key: values[0] for key, values in (await read_form(request)).items()}
        try:
            check_client(self.world, *client_of(request, fields))
        except ZoomError as error:
            return error.response()
        zoom, value = self.world.zoom, fields.get("token", "")
        holder = zoom.access.get(value) or zoom.grants.get(value)
        if holder is None or holder.is_over:
            return ZoomError("invalid_request", "Invalid Token!").response()
        zoom.revoke_account(holder.email)
        return JSONResponse({"status": "success"})

    async def me(self, request: Request) -> Response:
        token = self._bearer(request)
        if token is None:
            return _refused(401, 124, "Invalid access token.")
        account = ACCOUNTS[token.email]
        first, _, last = account.name.partition(" ")
        return JSONResponse(
            {
                "id": account.user_id,
                "account_id": account.account_id,
                "email": account.email,
                "first_name": first,
                "last_name": last,
                "display_name": account.name,
                "type": 2,
                "status": "active",
            }
        )

    async def user_token(self, request: Request) -> Response:
        token, kind = self._bearer(request), request.query_params.get("type", "")
        ttl = request.query_params.get("ttl", "7200")
        if token is None:
            return _refused(401, 124, "Invalid access token.")
        if "user:read:token" not in token.scopes:
            return _missing_scope("user:read:token")
        if kind not in ("zak", "onbehalf") or not ttl.isdigit() or int(ttl) > _LONGEST_TTL:
            return _refused(400, 300, "Validation Failed.")
        return JSONResponse({"token": self.world.ids.token(f"{kind}.", 50)}, headers=_UNCACHED)

    async def join_token(self, request: Request) -> Response:
        token, number = self._bearer(request), request.path_params["number"]
        if token is None:
            return _refused(401, 124, "Invalid access token.")
        if "meeting:read:local_recording_token" not in token.scopes:
            return _missing_scope("meeting:read:local_recording_token")
        if not number.isdigit() or self.world.zoom.behaviour.hosts_nothing:
            return _refused(404, 3001, f"Meeting does not exist: {number}.")
        answer = {"expire_in": 120, "token": self.world.ids.token("join.", 50)}
        return JSONResponse(answer, headers=_UNCACHED)

    def _problem(self, query: Json) -> tuple[str, str] | None:
        """What Zoom would show on a page of its own instead of redirecting."""
        if query.get("client_id") != self.world.settings.zoom_client_id:
            return "4,700", "Invalid client id."
        if not is_redirectable(query.get("redirect_uri", "")):
            return "4,700", "Invalid redirect URL."
        if query.get("response_type") != "code":
            return "4,701", "Unsupported response type."
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "4,702", "Only S256 code challenges are accepted."
        return None

    def _bearer(self, request: Request) -> AccessToken | None:
        value = request.headers.get("authorization", "").removeprefix("Bearer ")
        token = self.world.zoom.access.get(value)
        usable = token is not None and not token.is_over
        return token if token and usable and token.expires_at > self.world.clock.now() else None


def _refused(status: int, code: int, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status)


def _missing_scope(scope: str) -> JSONResponse:
    return _refused(400, 4711, f"Invalid access token, does not contain scopes:[{scope}].")
