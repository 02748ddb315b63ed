"""What the two authorization servers have in common: forms, redirects, PKCE, id tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse

from sandbox.http import Json


async def read_form(request: Request) -> dict[str, list[str]]:
    return parse_qs((await request.body()).decode(errors="replace"), keep_blank_values=True)


def back(query: Json, **answer: str) -> RedirectResponse:
    """To the application, with its `state` if it gave one."""
    state = {"state": query["state"]} if "state" in query else {}
    joiner = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return RedirectResponse(f"{query['redirect_uri']}{joiner}{urlencode({**answer, **state})}", 303)


def is_redirectable(address: str) -> bool:
    parts = urlsplit(address)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return (
        bool(parts.netloc)
        and not parts.fragment
        and (parts.scheme == "https" or (parts.scheme == "http" and local))
    )


def client_of(request: Request, fields: dict[str, str]) -> tuple[str, str]:
    """The client's id and secret, from the form or from HTTP Basic."""
    basic = request.headers.get("authorization", "")
    if not basic.startswith("Basic "):
        return fields.get("client_id", ""), fields.get("client_secret", "")
    decoded = base64.b64decode(basic.removeprefix("Basic ")).decode(errors="replace")
    id, _, secret = decoded.partition(":")
    fields["client_id"] = id
    return id, secret


def challenge_of(verifier: str) -> str:
    return _base64(hashlib.sha256(verifier.encode()).digest())


def id_token(claims: Json, key: str) -> str:
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_base64(hmac.digest(key.encode(), signed.encode(), 'sha256'))}"


def _part(claims: Json) -> str:
    return _base64(json.dumps(claims).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
