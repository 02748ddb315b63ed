"""What the sandbox is told from outside: environment first, command line above it."""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

# The key is invented and only signs messages between two programs on one machine.
DEFAULT_WEBHOOK_SECRET = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1mb3ItZGVtb3M="


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per `SANDBOX_…` name; `public_url` is how others reach us."""

    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""
    speed: float = 1.0
    seed: str = "northwind"
    provider: str = "meetingbaas_v2"
    api_key: str = "sandbox-key"
    webhook_url: str = ""
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET
    google_client_id: str = "sandbox-google-client"
    google_client_secret: str = "sandbox-google-secret"
    microsoft_client_id: str = "sandbox-microsoft-client"
    microsoft_client_secret: str = "sandbox-microsoft-secret"
    zoom_client_id: str = "sandbox-zoom-client"
    zoom_client_secret: str = "sandbox-zoom-secret"
    media_dir: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "earshot-sandbox")
    state: Path | None = None
    rate_limit: int = 20
    call_seconds: float = 180.0
    waiting_seconds: float = 60.0
    calendar_limit: int = 100

    @classmethod
    def from_environment(cls, arguments: list[str] | None = None) -> Settings:
        env = os.environ
        settings = cls(
            host=env.get("SANDBOX_HOST", "127.0.0.1"),
            port=int(env.get("SANDBOX_PORT", "0")),
            public_url=env.get("SANDBOX_PUBLIC_URL", ""),
            speed=float(env.get("SANDBOX_SPEED", "1")),
            seed=env.get("SANDBOX_SEED", "northwind"),
            provider=env.get("SANDBOX_PROVIDER", "meetingbaas_v2"),
            api_key=env.get("SANDBOX_API_KEY", "sandbox-key"),
            webhook_url=env.get("SANDBOX_WEBHOOK_URL", ""),
            webhook_secret=env.get("SANDBOX_WEBHOOK_SECRET") or DEFAULT_WEBHOOK_SECRET,
            google_client_id=env.get("GOOGLE_CLIENT_ID") or "sandbox-google-client",
            google_client_secret=env.get("GOOGLE_CLIENT_SECRET") or "sandbox-google-secret",
            microsoft_client_id=env.get("MICROSOFT_CLIENT_ID") or "sandbox-microsoft-client",
            microsoft_client_secret=env.get("MICROSOFT_CLIENT_SECRET")
            or "sandbox-microsoft-secret",
            zoom_client_id=env.get("ZOOM_CLIENT_ID") or "sandbox-zoom-client",
            zoom_client_secret=env.get("ZOOM_CLIENT_SECRET") or "sandbox-zoom-secret",
            rate_limit=int(env.get("SANDBOX_RATE_LIMIT", "20")),
            call_seconds=float(env.get("SANDBOX_CALL_SECONDS", "180")),
            waiting_seconds=float(env.get("SANDBOX_WAITING_SECONDS", "60")),
            calendar_limit=int(env.get("SANDBOX_CALENDAR_LIMIT", "100")),
        )
        if media_dir := env.get("SANDBOX_MEDIA_DIR"):
            settings = replace(settings, media_dir=Path(media_dir))
        if state := env.get("SANDBOX_STATE"):
            settings = replace(settings, state=Path(state))
        return settings._with_flags(arguments)

    def _with_flags(self, arguments: list[str] | None) -> Settings:
        parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
        parser.add_argument("--host", default=self.host)
        parser.add_argument("--port", type=int, default=self.port, help="0 chooses a free one")
        parser.add_argument("--speed", type=float, default=self.speed)
        parser.add_argument("--seed", default=self.seed)
        parser.add_argument("--webhook-url", default=self.webhook_url)
        parser.add_argument("--media-dir", type=Path, default=self.media_dir)
        parser.add_argument("--state", type=Path, default=self.state)
        return replace(self, **vars(parser.parse_args(arguments)))
