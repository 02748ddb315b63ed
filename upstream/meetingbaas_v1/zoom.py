"""The Zoom permissions that v1 keeps (meetingbaas-v1.md §5). Bots name the person, not the row."""

from upstream.fields import Fields
from upstream.meetingbaas_v1 import requests
from upstream.meetingbaas_v1.client import Client
from upstream.zoom import ZoomCode, ZoomCredential

PATH = "/zoom_oauth_connections/"


class ZoomConnections:
    """The part of the adapter that is about Zoom."""

    _client: Client

    def connect_zoom(self, code: ZoomCode) -> ZoomCredential:
        return _credential(self._client.post(PATH, requests.zoom_connection(code)))

    def list_zoom(self) -> tuple[ZoomCredential, ...]:
        return tuple(map(_credential, self._client.items(PATH)))

    def forget_zoom(self, credential_id: str) -> None:
        self._client.delete(f"{PATH}{{credential_id}}", credential_id=credential_id)


def _credential(data: Fields) -> ZoomCredential:
    failure = data.inner("connection_failure_data")
    return ZoomCredential(
        credential_id=data.text("uuid"),
        user_id=data.text("zoom_user_id"),
        account_id=data.text("zoom_account_id"),
        scopes=data.text("scopes"),
        is_good=data.text("state") != "refresh_failed",
        message=failure.text("message", "error") or data.text("connection_failure_data"),
    )
