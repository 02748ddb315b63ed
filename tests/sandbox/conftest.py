"""A running sandbox, a receiver of its webhooks, and the provider's own description of itself."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.sandbox_process import GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, Sandbox, run_sandbox

_ROOT = Path(__file__).resolve().parents[2]
_NAME = "urn:meeting-baas"
_SPECS = Path(os.environ.get("UPSTREAM_SPECS", _ROOT.parent / "shared" / "upstream"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A minute passes in under a second, and nobody is limited."""
    with run_sandbox(SANDBOX_SPEED="100", SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, headers=sandbox.headers, timeout=30) as client:
        yield client


@dataclass
class Received:
    path: str
    method: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Receiver:
    """An endpoint that answers what `statuses` says, one after the other, then 204."""

    url: str
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def bodies(self, event: str | None = None) -> list[Any]:
        every = [message.body for message in self.received]
        return [body for body in every if event in (None, body["event"])]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    inbox = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            headers = {key.lower(): value for key, value in self.headers.items()}
            inbox.received.append(Received(self.path, self.command, headers, raw))
            self.send_response(inbox.statuses.pop(0) if inbox.statuses else 204)
            self.end_headers()

        do_PUT = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 512  # a burst is not refused

    server = Server(("127.0.0.1", 0), Handler)
    inbox.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield inbox
    server.shutdown()
    server.server_close()
    thread.join()


class Contract:
    """A provider's own description, asked whether something is what it describes."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document: dict[str, Any] = _without_ids(document)
        whole = DRAFT202012.create_resource(self.document)
        self.registry: Registry[Any] = Registry().with_resource(_NAME, whole).crawl()

    def check_schema(self, name: str, instance: Any) -> None:
        self._check(f"/components/schemas/{name}", instance)

    def check_response(self, response: httpx.Response) -> None:
        """By the path that was asked and the status that came."""
        method, path = response.request.method.lower(), self._template(response.request)
        place = ("paths", path, method, "responses", str(response.status_code))
        pointer = (*place, "content", "application/json", "schema")
        escaped = (part.replace("~", "~0").replace("/", "~1") for part in pointer)
        self._check("/" + "/".join(escaped), response.json())

    def _template(self, request: httpx.Request) -> str:
        asked = request.url.path.split("/")
        for template in sorted(self.document["paths"], key=lambda known: known.count("{")):
            known = template.split("/")
            fits = len(known) == len(asked) and all(
                part.startswith("{") or part == piece
                for part, piece in zip(known, asked, strict=True)
            )
            if fits and request.method.lower() in self.document["paths"][template]:
                return str(template)
        raise AssertionError(f"{request.method} {request.url.path} is not in the contract")

    def _check(self, pointer: str, instance: Any) -> None:
        schema = {"$ref": f"{_NAME}#{quote(pointer)}"}
        validator = Draft202012Validator(
            schema, registry=self.registry, format_checker=FormatChecker()
        )
        assert not [f"{e.json_path}: {e.message}" for e in validator.iter_errors(instance)]


def _without_ids(value: Any) -> Any:
    """The file's `$id`s are fragments, which no resolver accepts; its references work without."""
    if isinstance(value, dict):
        return {
            # Older drafts named the schemas of a tuple `items`.
            "prefixItems" if k == "items" and isinstance(v, list) else k: _without_ids(v)
            for k, v in value.items()
            if k not in ("$id", "$schema")
        }
    return [_without_ids(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="session")
def contract() -> Contract:
    return _contract("openapi-v2.json")


@pytest.fixture(scope="session")
def contract_v1() -> Contract:
    return _contract("openapi-v1.json")


def _contract(name: str) -> Contract:
    path = _SPECS / name
    if not path.exists():
        pytest.skip(f"CONTRACT NOT CHECKED: {path} is absent (set UPSTREAM_SPECS)")
    return Contract(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def calendar_id(sandbox: Sandbox, api: httpx.Client) -> str:
    """Maya's primary calendar, connected and synced, in a world that is otherwise new."""
    sandbox.post("reset")
    calendar = api.post("/v2/calendars", json=google_calendar(sandbox)).json()["data"]
    found = str(calendar["calendar_id"])
    sandbox.wait_for(lambda: api.get(f"/v2/calendars/{found}").json()["data"]["synced_at"])
    return found


def google_calendar(sandbox: Sandbox, raw_id: str = "maya@northwind.example") -> dict[str, str]:
    return {
        "calendar_platform": "google",
        "oauth_client_id": GOOGLE_CLIENT_ID,
        "oauth_client_secret": GOOGLE_CLIENT_SECRET,
        "oauth_refresh_token": sandbox.refresh_token(),
        "raw_calendar_id": raw_id,
    }
