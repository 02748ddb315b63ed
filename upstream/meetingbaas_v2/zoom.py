"""The Zoom permissions that v2 keeps (meetingbaas-v2.md §10).

A renewed permission is a credential of its own: the code of a consent tells only when it is traded
whose it was, and the old credential must not become somebody else's by mistake.
"""

from upstream.fields import Fields
from upstream.meetingbaas_v2 import requests
from upstream.meetingbaas_v2.client import Client
from upstream.zoom import ZoomCode, ZoomCredential

PATH = "/v2/zoom-credentials"


class ZoomCredentials:
    """The part of the adapter that is about Zoom."""

    _client: Client

    def connect_zoom(self, code: ZoomCode) -> ZoomCredential:
        answer = self._client.post(PATH, requests.zoom_credential(code))
        return _credential(answer.inner("data"))

    def list_zoom(self) -> tuple[ZoomCredential, ...]:
        answer = self._client.get(PATH, query={"credential_type": "user"})
        return tuple(map(_credential, answer.items("data")))

    def forget_zoom(self, credential_id: str) -> None:
        self._client.delete(f"{PATH}/{{credential_id}}", credential_id=credential_id)


def _credential(data: Fields) -> ZoomCredential:
    return ZoomCredential(
        credential_id=data.text("credential_id"),
        user_id=data.text("zoom_user_id"),
        account_id=data.text("zoom_account_id"),
        email=data.text("zoom_email"),
        name=data.text("zoom_display_name"),
        scopes=data.text("scopes"),
        is_good=data.text("state") != "invalid",
        message=data.text("last_error_message"),
    )
