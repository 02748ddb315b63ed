"""The sandbox as a real process, for any test: it speaks HTTP, so that nothing of it is imported.

with run_sandbox(SANDBOX_SPEED="50") as sandbox:
    sandbox.post("next_story", story="never_admitted")
    httpx.get(f"{sandbox.url}/v2/bots", headers=sandbox.headers)
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

_ROOT = Path(__file__).resolve().parent.parent
SANDBOX_MEDIA = Path(tempfile.gettempdir()) / "earshot-sandbox-media"
API_KEY = "sandbox-key"
WEBHOOK_SECRET = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1mb3ItZGVtb3M="
GOOGLE_CLIENT_ID = "sandbox-google-client"
GOOGLE_CLIENT_SECRET = "sandbox-google-secret"
MICROSOFT_CLIENT_ID = "sandbox-microsoft-client"
MICROSOFT_CLIENT_SECRET = "sandbox-microsoft-secret"
ZOOM_CLIENT_ID = "sandbox-zoom-client"
ZOOM_CLIENT_SECRET = "sandbox-zoom-secret"


@dataclass
class Sandbox:
    url: str
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        return {"x-meeting-baas-api-key": API_KEY}

    def get(self, path: str) -> Any:
        """A control call: `sandbox.get("state")`."""
        return self._answer(httpx.get(f"{self.url}/sandbox/api/{path}", timeout=30))

    def post(self, path: str, /, **wishes: Any) -> Any:
        """A control call: `sandbox.post("speed", speed=20)`."""
        return self._answer(httpx.post(f"{self.url}/sandbox/api/{path}", json=wishes, timeout=30))

    def state(self) -> Any:
        return self.get("state")

    def deliveries(self, event: str | None = None) -> list[Any]:
        found = self.get("deliveries")["deliveries"]
        return [row for row in found if event in (None, row["event"])]

    def point_webhooks_at(self, url: str, secret: str = WEBHOOK_SECRET) -> None:
        self.post("webhook", url=url, secret=secret, enabled=True)

    def refresh_token(self, account: str = "maya@northwind.example", **wishes: Any) -> str:
        """What the consent page would have led to."""
        return str(self.post("google/grants", account=account, **wishes)["refresh_token"])

    def microsoft_grant(self, account: str = "jonas@northwind.example", **wishes: Any) -> Any:
        """The same at Microsoft: `refresh_token` and `sub`."""
        return self.post("microsoft/grants", account=account, **wishes)

    def wait_for(self, check: Callable[[], Any], seconds: float = 30, every: float = 0.05) -> Any:
        """What `check` returns once it is true; the last state is in the failure."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if found := check():
                return found
            time.sleep(every)
        statuses = [(bot["bot_id"], bot["status"]) for bot in self.state()["bots"]]
        raise AssertionError(f"nothing after {seconds} s; the bots are {statuses}")

    def wait_for_bot(self, bot_id: str, *statuses: str, seconds: float = 30) -> Any:
        def reached() -> Any:
            bots = {bot["bot_id"]: bot for bot in self.state()["bots"]}
            bot = bots.get(bot_id)
            return bot if bot and bot["status"] in statuses else None

        return self.wait_for(reached, seconds)

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        assert response.is_success, f"{response.status_code} {response.text}"
        return response.json()


@contextmanager
def run_sandbox(**env: str) -> Iterator[Sandbox]:
    """On a free port, gone at the end; `env` holds its settings (SANDBOX_SPEED="20" …)."""
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox"],
        cwd=_ROOT,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("SANDBOX_")},
            "SANDBOX_MEDIA_DIR": str(SANDBOX_MEDIA),
            "SANDBOX_PORT": "0",
            **env,
        },
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "listening on" in line, f"the sandbox did not start: {line!r}"
            yield Sandbox(line.split()[-1], process)
        finally:
            process.terminate()
            process.wait(timeout=10)
