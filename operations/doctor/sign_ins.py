"""Do Google, Microsoft and Zoom know us, and do they know where people come back to?

A code that cannot be good is offered to the token endpoint: what it complains about first tells
whether client and secret are accepted. The page of consent is asked for once per address; some
platforms refuse an unknown one there at once, others only once a person has signed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.urls import reverse

from calendars.oauth_platforms import OAuthPlatform, platforms
from operations.doctor.findings import Finding, advice, good, wrong
from zoom import endpoint as zoom_endpoint

PATIENCE = httpx.Timeout(10.0)
NO_CODE = "none-the-doctor-asks"
OF_THE_CLIENT = ("invalid_client", "unauthorized_client", "deleted_client")
MISMATCHES = ("redirect_uri_mismatch", "AADSTS50011", "AADSTS500113")


@dataclass(frozen=True, slots=True)
class Client:
    label: str
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    come_back: tuple[str, ...]  # redirect addresses


def google() -> Iterator[Finding]:
    return _examine(_of_platform("google"), "GOOGLE")


def microsoft() -> Iterator[Finding]:
    return _examine(_of_platform("microsoft"), "MICROSOFT")


def zoom() -> Iterator[Finding]:
    client = Client(
        label="Zoom",
        client_id=settings.ZOOM_CLIENT_ID,
        client_secret=settings.ZOOM_CLIENT_SECRET,
        authorize_url=settings.ZOOM_AUTHORIZE_URL,
        token_url=settings.ZOOM_TOKEN_URL,
        scopes=(),
        come_back=(zoom_endpoint.redirect_uri(),),
    )
    return _examine(client, "ZOOM")


def _of_platform(name: str) -> Client:
    platform: OAuthPlatform = platforms()[name]
    sign_in = settings.PUBLIC_URL + reverse(f"{name}_callback")
    approval = settings.PUBLIC_URL + reverse("calendars:oauth_approval", args=[name])
    return Client(
        label=platform.label,
        client_id=platform.client_id,
        client_secret=platform.client_secret,
        authorize_url=platform.authorize_url,
        token_url=platform.token_url,
        scopes=platform.scopes,
        come_back=(
            platform.redirect_uri,
            *((approval,) if platform.admin_consent_url else ()),
            sign_in,
        ),
    )


def _examine(client: Client, setting: str) -> Iterator[Finding]:
    if not client.client_id:
        yield advice(
            f"Not set up: nobody can use {client.label} here. See docs/deploy.md, and set"
            f" {setting}_CLIENT_ID and {setting}_CLIENT_SECRET."
        )
        return
    try:
        yield _secret(client, setting)
        refused = [address for address in client.come_back if _is_refused(client, address)]
    except httpx.RequestError:
        yield wrong(
            f"{client.label} does not answer. Does this machine reach the internet, and is"
            f" {setting}_TOKEN_URL right?"
        )
        return
    for address in refused:
        yield wrong(f"{client.label} does not know {address}: add it to the redirect addresses.")
    if not refused:
        yield good(f"It must know these redirect addresses: {' and '.join(client.come_back)}")


def _secret(client: Client, setting: str) -> Finding:
    answer = httpx.post(
        client.token_url,
        data={
            "grant_type": "authorization_code",
            "code": NO_CODE,
            "redirect_uri": client.come_back[0],
            "client_id": client.client_id,
            "client_secret": client.client_secret,
        },
        auth=(client.client_id, client.client_secret) if setting == "ZOOM" else None,
        timeout=PATIENCE,
    )
    try:
        told = answer.json()
    except ValueError:
        told = {}
    error = str(told.get("error", "")) if isinstance(told, dict) else ""
    if error in OF_THE_CLIENT:
        return wrong(
            f"{client.label} refuses our client. Are {setting}_CLIENT_ID and"
            f" {setting}_CLIENT_SECRET right, and has the secret expired?"
        )
    if not error:
        return advice(
            f"{client.label} answered {answer.status_code} and did not say what it thinks of our"
            " client. Connect an account to see."
        )
    return good(f"{client.label} accepts our client and its secret.")


def _is_refused(client: Client, come_back: str) -> bool:
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": come_back,
        "scope": " ".join(client.scopes),
        "state": NO_CODE,
    }
    answer = httpx.get(f"{client.authorize_url}?{urlencode(query)}", timeout=PATIENCE)
    said = answer.text + answer.headers.get("location", "")
    return any(word in said for word in MISMATCHES) or "authError" in said
