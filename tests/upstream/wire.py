"""The wire, replaced: answers in order of asking, and every request kept for the assertions."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from upstream.meetingbaas_v2.adapter import MeetingBaasV2
from upstream.meetingbaas_v2.client import Client

BASE_URL = "https://provider.example"
API_KEY = "key-never-to-be-seen"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "meetingbaas_v2"

Answer = httpx.Response | Exception


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def ok(data: object = None, **siblings: object) -> httpx.Response:
    body = {"success": True, "data": {} if data is None else data, **siblings}
    return httpx.Response(200, json=body)


def refusal(status: int, code: str = "", **fields: object) -> httpx.Response:
    body = {"success": False, "error": "Refused", "code": code, "statusCode": status, **fields}
    return httpx.Response(status, json=body)


@dataclass
class Wire:
    """Answers what it was given, one answer per request."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def calls(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def body(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)


def client_on(handle: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(base_url=BASE_URL, api_key=API_KEY, transport=httpx.MockTransport(handle))


def provider_on(wire: Wire) -> MeetingBaasV2:
    return MeetingBaasV2(client_on(wire.handle))
