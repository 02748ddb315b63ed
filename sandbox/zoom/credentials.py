"""What a provider does with a person's Zoom permission: trade the code, keep it, use it.

Recall.ai keeps none: as its bot sets out it asks the addresses that came with it for tokens.
"""

from __future__ import annotations

import asyncio

import httpx

from sandbox.http import Json
from sandbox.provider.models import Bot
from sandbox.world import World
from sandbox.zoom.state import ACCOUNTS, Account, Credential
from sandbox.zoom.tokens import ZoomError, check_client, redeem, refresh

REFUSED_STORY = "zoom_refuses_the_token"
ASKED = ("zak_url", "join_token_url")
PATIENCE_SECONDS = 15.0


class ZoomCredentials:
    def __init__(self, world: World) -> None:
        self.world = world
        self._asking: set[asyncio.Task[None]] = set()

    def of(self, provider: str) -> list[Credential]:
        kept = self.world.zoom.credentials.values()
        return [one for one in kept if one.provider == provider]

    def trade(self, credential: Credential, secret: str, code: str, redirect_uri: str) -> None:
        """Use the code; the person is known from then on. Raises ZoomError."""
        check_client(self.world, credential.client_id, secret)
        fields = {"code": code, "redirect_uri": redirect_uri, "client_id": credential.client_id}
        email, token = redeem(self.world, fields)
        credential.email, credential.refresh_token = email, token["refresh_token"]
        credential.scopes, credential.error, credential.error_at = token["scope"], "", None
        credential.updated_at = self.world.clock.now()

    def use(self, bot: Bot) -> None:
        """A bot fetches a token as it sets out; without one it is not let in."""
        if bot.platform != "zoom":
            return
        if addresses := (bot.config.get("recall") or {}).get("zoom"):
            task = asyncio.get_running_loop().create_task(self._ask(bot, addresses))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        elif (credential := self._named(bot)) is not None and not self.is_good(credential):
            bot.script = REFUSED_STORY

    async def _ask(self, bot: Bot, addresses: Json) -> None:
        """No join token is no trouble: the host is asked instead. No ZAK keeps the bot out."""
        answers = {}
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False) as client:
            for name in ASKED:
                if name in addresses:
                    answers[name] = await _status(client, addresses[name])
        bot.config["zoom_answers"] = answers
        if answers.get("zak_url", 200) != 200 and bot.status in ("queued", "joining_call"):
            bot.script = REFUSED_STORY

    def is_good(self, credential: Credential) -> bool:
        now = self.world.clock.now()
        try:
            token = refresh(self.world, credential.refresh_token, credential.client_id)
        except ZoomError as error:
            credential.error, credential.error_at = f"Token refresh failed: {error.reason}", now
            credential.updated_at = now
            return False
        credential.refresh_token, credential.updated_at = token["refresh_token"], now
        return True

    def _named(self, bot: Bot) -> Credential | None:
        """By its id (v2), or by the person (both); a name nobody knows is a credential gone bad."""
        wish: Json = bot.config.get("zoom_config") or {}
        id, user = wish.get("credential_id"), wish.get("credential_user_id")
        if not (id or user):
            return None
        for one in self.of(bot.provider):
            if id == one.credential_id or (user and user == account_of(one).user_id):
                return one
        return Credential("", bot.provider, "", "", 0.0, 0.0)


def account_of(credential: Credential) -> Account:
    return ACCOUNTS.get(credential.email) or Account("", "", "", "")


async def _status(client: httpx.AsyncClient, address: str) -> int:
    """An empty token is none."""
    try:
        answer = await client.get(address)
    except httpx.HTTPError:
        return 0
    return answer.status_code if answer.text.strip() else 204
