"""/zoom_oauth_connections/: the people who let the customer's Zoom app act for them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import iso
from sandbox.http import Json
from sandbox.meetingbaas_v1.door import read_body, refused, route
from sandbox.meetingbaas_v1.voice import V1
from sandbox.schema import Required, Shape, text
from sandbox.world import World
from sandbox.zoom.credentials import ZoomCredentials, account_of
from sandbox.zoom.state import Credential
from sandbox.zoom.tokens import ZoomError

_CREATE: Shape = {
    "authorization_code": Required(text(1)),
    "redirect_uri": Required(text(1)),
    "zoom_client_id": Required(text(1)),
    "zoom_client_secret": Required(text(1)),
}


class ZoomConnectionRoutesV1:
    def __init__(self, world: World) -> None:
        self.world, self.credentials = world, ZoomCredentials(world)

    def routes(self) -> list[Route]:
        return [
            route("/zoom_oauth_connections/", self.index, "GET"),
            route("/zoom_oauth_connections/", self.create, "POST"),
            route("/zoom_oauth_connections/{uuid}", self.show, "GET"),
            route("/zoom_oauth_connections/{uuid}", self.delete, "DELETE"),
        ]

    async def create(self, request: Request) -> JSONResponse:
        body = await read_body(request, _CREATE)
        now = self.world.clock.now()
        credential = Credential(
            credential_id=self.world.ids.uuid(),
            provider=V1,
            name="",
            client_id=body["zoom_client_id"],
            created_at=now,
            updated_at=now,
        )
        secret, code = body["zoom_client_secret"], body["authorization_code"]
        try:
            self.credentials.trade(credential, secret, code, body["redirect_uri"])
        except ZoomError as error:
            raise refused(400, f"Zoom OAuth error: {error.reason}") from None
        self.world.zoom.credentials[credential.credential_id] = credential
        return JSONResponse(_shown(credential), 201)

    async def index(self, request: Request) -> JSONResponse:
        return JSONResponse([_shown(one) for one in self.credentials.of(V1)])

    async def show(self, request: Request) -> JSONResponse:
        return JSONResponse(_shown(self._credential(request)))

    async def delete(self, request: Request) -> Response:
        del self.world.zoom.credentials[self._credential(request).credential_id]
        return Response(status_code=204)

    def _credential(self, request: Request) -> Credential:
        credential = self.world.zoom.credentials.get(request.path_params["uuid"])
        if credential is None or credential.provider != V1:
            raise refused(404, "Zoom OAuth connection not found")
        return credential


def _shown(credential: Credential) -> Json:
    """Times without a zone, as the schema says; why it failed only once it has."""
    account = account_of(credential)
    shown: Json = {
        "uuid": credential.credential_id,
        "zoom_user_id": account.user_id,
        "zoom_account_id": account.account_id,
        "scopes": credential.scopes or None,
        "state": "refresh_failed" if credential.error else "connected",
        "created_at": iso(credential.created_at).removesuffix("Z"),
        "updated_at": iso(credential.updated_at).removesuffix("Z"),
    }
    if credential.error:
        shown["connection_failure_data"] = {"message": credential.error}
    return shown
