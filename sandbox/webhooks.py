"""Sending webhooks the way Svix does, with a plain key, and per-bot callbacks.

    pending ──2xx──► delivered
       │  └─else──► pending, tried again after 0, 5 s, 10 s, 5 min, 15 min, 30 min, 2 h (± 20 %)
       └─no try left, or the endpoint was switched off──► failed
    no endpoint when it was made ──► dropped          bad weather (weather.py) ──► lost

The message id is the same on every attempt and on a deliberate duplicate. The spans run in story
time; the signed timestamp is always the true one, because receivers reject old ones. An endpoint
that takes nothing for five days is switched off, and what happens then is never told.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

import httpx

from sandbox.clock import DAY, iso
from sandbox.http import Json
from sandbox.ids import Ids
from sandbox.jobs import Jobs
from sandbox.weather import Weather

RETRIES = (5.0, 10.0, 300.0, 900.0, 1800.0, 7200.0)
JITTER = 0.2
CALLBACK_RETRIES = (1.0, 5.0, 15.0)
PATIENCE_SECONDS = 30.0
SLOW_DOWN_SECONDS = 60.0  # after a 429 or a timeout
GIVE_UP_AFTER = 5 * DAY
MOST_AT_ONCE = 50
KEPT = 2000
KEPT_ON_DISK = 200
SWITCH_OFF, SWITCH_ON = "post.switch_off", "post.switch_on"


@dataclass(slots=True)
class Message:
    id: str
    event: str
    body: str
    created_at: float
    kind: str = "webhook"  # or "callback"
    scheme: str = "svix"  # or "webhook": the same under the standard's names; or "key"
    url: str = ""
    secret: str = ""
    method: str = "POST"
    state: str = "pending"
    attempts: list[dict[str, Any]] = field(default_factory=list)
    speed: float | None = None
    copies: int = 0
    open: int = 0  # of them, those whose last try is still to come

    @property
    def is_settled(self) -> bool:
        return self.state != "pending" and not self.open

    @property
    def tries_left(self) -> int:
        return len(self._retries) + 1 - len(self.attempts)

    @property
    def _retries(self) -> tuple[float, ...]:
        return RETRIES if self.kind == "webhook" else CALLBACK_RETRIES

    def wait_after(self, status: int | None, error: str | None, luck: Random) -> float | None:
        """Seconds until the next attempt; None when this was the last."""
        if self.tries_left <= 0:
            return None
        if self.kind == "callback" and status is not None and status < 500:
            return None
        wait = self._retries[len(self.attempts) - 1]
        if self.kind == "webhook":
            wait *= luck.uniform(1 - JITTER, 1 + JITTER)
        slowed = status == 429 or (error or "").endswith("Timeout")
        return max(wait, SLOW_DOWN_SECONDS) if slowed else wait


class Post:
    """The team's one endpoint, and everything that was ever sent."""

    def __init__(self, jobs: Jobs, ids: Ids, url: str, secret: str) -> None:
        self.jobs, self.ids = jobs, ids
        self.url, self.secret, self.enabled = url, secret, True
        self.messages: dict[str, Message] = {}
        self.weather = Weather()
        self._luck = Random(ids.seed)
        self._client: httpx.AsyncClient | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        jobs.handlers["post.attempt"] = self._start_attempt
        jobs.handlers[SWITCH_OFF] = self.switch_off
        jobs.handlers[SWITCH_ON] = self.switch_on

    def send(
        self,
        event: str,
        payload: Json,
        *,
        delays: Sequence[float] = (0.0,),
        speed: float | None,
        key: str = "",
        url: str = "",
        scheme: str = "svix",
    ) -> Message:
        """To the team's endpoint or to one of the bot's own; with a key instead of a signature."""
        message = self._message(event, payload, speed)
        message.url, message.secret = url or self.url, key or self.secret
        message.scheme = "key" if key else scheme
        if message.url and self.enabled:
            self._post(message, delays)
        else:
            message.state = "dropped"
        return message

    def call_back(
        self,
        event: str,
        payload: Json,
        config: Json,
        *,
        delays: Sequence[float] = (0.0,),
        speed: float | None,
    ) -> Message:
        message = self._message(event, payload, speed)
        message.kind = "callback"
        message.url, message.secret = config["url"], config.get("secret") or ""
        message.method = config.get("method") or "POST"
        self._post(message, delays)
        return message

    def resend(self, message: Message) -> None:
        """By hand: the same message id, once more."""
        message.state = "pending"
        self._plan(message, (0.0,))

    def recover(self) -> int:
        """By hand: once more all that never arrived, as the endpoint's page offers it."""
        missed = [m for m in self.messages.values() if m.state in ("failed", "dropped")]
        for message in missed:
            message.url, message.secret = message.url or self.url, message.secret or self.secret
            self.resend(message)
        return len(missed)

    def switch_off(self, for_seconds: float | None = None) -> None:
        """Tell nobody anything, not even later; until somebody switches it on, or for a while."""
        self.enabled = False
        self.jobs.cancel(SWITCH_OFF)
        if for_seconds is not None:
            self.jobs.after(SWITCH_ON, SWITCH_ON, for_seconds)

    def switch_on(self) -> None:
        self.enabled = True
        self.jobs.cancel(SWITCH_ON)

    async def close(self) -> None:
        for task in self._under_way:
            task.cancel()
        if self._client is not None:
            await self._client.aclose()

    def _message(self, event: str, payload: Json, speed: float | None) -> Message:
        now = self.jobs.clock.now()
        message = Message(self.ids.token("msg_", 27), event, json.dumps(payload), now, speed=speed)
        if len(self.messages) >= KEPT:
            settled = (one.id for one in self.messages.values() if one.is_settled)
            self.messages.pop(next(settled, ""), None)
        self.messages[message.id] = message
        return message

    def _post(self, message: Message, delays: Sequence[float]) -> None:
        if coming := self.weather.falls_on(delays):
            self._plan(message, coming)
        else:
            message.state = "lost"

    def _plan(self, message: Message, delays: Sequence[float]) -> None:
        for delay in delays:
            key = f"post:{message.id}:{message.copies}"
            message.copies += 1
            message.open += 1
            self._attempt_after(message, key, delay)

    def _attempt_after(self, message: Message, key: str, seconds: float) -> None:
        self.jobs.after(
            key, "post.attempt", seconds, speed=message.speed, message_id=message.id, again=key
        )

    def _start_attempt(self, message_id: str, again: str) -> None:
        message = self.messages.get(message_id)
        if message is None:
            return
        if message.kind == "webhook" and not self.enabled:
            self._give_up(message)
            return
        task = asyncio.get_running_loop().create_task(self._attempt(message, again))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _attempt(self, message: Message, key: str) -> None:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False)
        # Waiting for a turn is no fault of the endpoint.
        async with self._turns:
            status, error = await self._request(self._client, message)
        self._settle(message, key, status, error)

    async def _request(
        self, client: httpx.AsyncClient, message: Message
    ) -> tuple[int | None, str | None]:
        began, status, error = time.monotonic(), None, None
        try:
            answer = await client.request(
                message.method, message.url, content=message.body, headers=_headers(message)
            )
            status = answer.status_code
        except httpx.HTTPError as failure:
            error = type(failure).__name__
        message.attempts.append(
            {
                "at": iso(self.jobs.clock.now()),
                "status": status,
                "error": error,
                "milliseconds": round((time.monotonic() - began) * 1000),
            }
        )
        return status, error

    def _settle(self, message: Message, key: str, status: int | None, error: str | None) -> None:
        if status is not None and 200 <= status < 300:
            message.state = "delivered"
            message.open -= 1
            self.jobs.cancel(SWITCH_OFF)
            return
        if message.kind == "webhook" and SWITCH_OFF not in self.jobs.pending:
            self.jobs.after(SWITCH_OFF, SWITCH_OFF, GIVE_UP_AFTER)
        wait = message.wait_after(status, error, self._luck)
        if message.state == "delivered" or wait is None:
            self._give_up(message)
        else:
            self._attempt_after(message, key, wait)

    def _give_up(self, message: Message) -> None:
        message.open -= 1
        if message.state != "delivered":
            message.state = "failed"

    def dump(self) -> Json:
        messages = list(self.messages.values())
        oldest = len(messages) - KEPT_ON_DISK
        kept = [one for at, one in enumerate(messages) if at >= oldest or not one.is_settled]
        return {
            "url": self.url,
            "secret": self.secret,
            "enabled": self.enabled,
            "messages": [asdict(message) for message in kept],
        }

    def load(self, saved: Json) -> None:
        self.url, self.secret = saved["url"], saved["secret"]
        self.enabled = saved["enabled"]
        self.messages = {row["id"]: Message(**row) for row in saved["messages"]}


def _headers(message: Message) -> dict[str, str]:
    headers = {"content-type": "application/json", "user-agent": "Svix-Webhooks/sandbox"}
    if message.kind == "callback":
        return {**headers, "x-mb-secret": message.secret} if message.secret else headers
    if message.scheme == "key":
        return {**headers, "user-agent": "sandbox", "x-meeting-baas-api-key": message.secret}
    sent_at = str(int(time.time()))
    return {
        **headers,
        f"{message.scheme}-id": message.id,
        f"{message.scheme}-timestamp": sent_at,
        f"{message.scheme}-signature": signature(message.secret, message.id, sent_at, message.body),
    }


def signature(secret: str, id: str, sent_at: str, body: str) -> str:
    """Svix's scheme, by hand: importing the library costs more than the rest of the start."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id}.{sent_at}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
