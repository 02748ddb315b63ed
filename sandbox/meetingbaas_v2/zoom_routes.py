"""/v2/zoom-credentials: the Zoom app, and the people who let it act for them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.clock import iso, iso_or_none
from sandbox.http import ApiError, Json, data, invalid, read_json, read_object
from sandbox.meetingbaas_v2.paging import listed
from sandbox.provider.models import V2
from sandbox.schema import Required, Shape, check, mapping, optional, text, url
from sandbox.world import World
from sandbox.zoom.credentials import ZoomCredentials, account_of
from sandbox.zoom.state import Credential
from sandbox.zoom.tokens import ZoomError

_CHANGE: Shape = {
    "name": text(1, 100),
    "client_id": text(1, 256),
    "client_secret": text(1, 256),
    "authorization_code": text(0, 2000),
    "redirect_uri": url,
    "extra": optional(mapping),
}
_CREATE: Shape = {
    **_CHANGE,
    "name": Required(text(1, 100)),
    "client_id": Required(text(1, 256)),
    "client_secret": Required(text(1, 256)),
}


class ZoomCredentialRoutes:
    def __init__(self, world: World) -> None:
        self.world, self.credentials = world, ZoomCredentials(world)

    def routes(self) -> list[Route]:
        one = "/v2/zoom-credentials/{id}"
        return [
            Route("/v2/zoom-credentials", self.create, methods=["POST"]),
            Route("/v2/zoom-credentials", self.index, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.change, methods=["PATCH"]),
            Route(one, self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        check(body, _CREATE)
        now = self.world.clock.now()
        credential = Credential(
            credential_id=self.world.ids.uuid(),
            provider=V2,
            name=body["name"],
            client_id=body["client_id"],
            created_at=now,
            updated_at=now,
            extra=body.get("extra"),
        )
        self._trade(credential, body)
        self.world.zoom.credentials[credential.credential_id] = credential
        return data(_shown(credential), 201)

    async def index(self, request: Request) -> JSONResponse:
        states = listed(request, "state", ("active", "invalid"))
        kinds = listed(request, "credential_type", ("app", "user"))
        rows = [
            _shown(one)
            for one in self.credentials.of(V2)
            if (states is None or _state(one) in states) and (kinds is None or _kind(one) in kinds)
        ]
        return data(rows)

    async def show(self, request: Request) -> JSONResponse:
        return data(_shown(self._credential(request)))

    async def change(self, request: Request) -> JSONResponse:
        body, credential = await read_object(request), self._credential(request)
        check(body, _CHANGE)
        if ("client_id" in body) != ("client_secret" in body):
            raise invalid("body/client_id and body/client_secret must be given together")
        credential.client_id = body.get("client_id", credential.client_id)
        self._trade(credential, body)
        credential.name = body.get("name", credential.name)
        credential.extra = body.get("extra", credential.extra)
        credential.updated_at = self.world.clock.now()
        return data(_shown(credential))

    async def delete(self, request: Request) -> JSONResponse:
        await read_json(request)
        del self.world.zoom.credentials[self._credential(request).credential_id]
        return data({"message": "Zoom credential deleted successfully"})

    def _trade(self, credential: Credential, body: Json) -> None:
        code = body.get("authorization_code")
        if not code:
            return
        if "redirect_uri" not in body or "client_secret" not in body:
            raise invalid("body/redirect_uri is required when authorization_code is provided")
        try:
            self.credentials.trade(credential, body["client_secret"], code, body["redirect_uri"])
        except ZoomError as error:
            message = f"Failed to exchange authorization code: {error.reason}"
            raise ApiError(400, "FST_ERR_ZOOM_OAUTH", message) from None

    def _credential(self, request: Request) -> Credential:
        credential = self.world.zoom.credentials.get(request.path_params["id"])
        if credential is None or credential.provider != V2:
            raise ApiError(404, "FST_ERR_ZOOM_CREDENTIAL_NOT_FOUND", "Zoom credential not found")
        return credential


def _state(credential: Credential) -> str:
    return "invalid" if credential.error else "active"


def _kind(credential: Credential) -> str:
    return "user" if credential.email else "app"


def _shown(credential: Credential) -> Json:
    account = account_of(credential)
    return {
        "credential_id": credential.credential_id,
        "name": credential.name,
        "credential_type": _kind(credential),
        "zoom_user_id": account.user_id or None,
        "zoom_account_id": account.account_id or None,
        "zoom_email": account.email or None,
        "zoom_display_name": account.name or None,
        "scopes": credential.scopes or None,
        "state": _state(credential),
        "last_error_message": credential.error or None,
        "last_error_at": iso_or_none(credential.error_at),
        "created_at": iso(credential.created_at),
        "updated_at": iso(credential.updated_at),
        "extra": credential.extra,
    }
