"""Pulling the strings of the two authorization servers, and of a calendar's connection."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, TypeVar

from sandbox.clock import HOUR
from sandbox.control.reading import missing, truth_in
from sandbox.google import state as google
from sandbox.http import Json
from sandbox.microsoft import state as microsoft
from sandbox.microsoft import tokens
from sandbox.play import Play
from sandbox.zoom import state as zoom

B = TypeVar("B", google.Behaviour, microsoft.Behaviour, zoom.Behaviour)


class ConsentControl:
    def __init__(self, play: Play) -> None:
        self.play, self.world = play, play.world

    def google(self, body: Json) -> Json:
        state = self.world.google
        if email := body.get("revoke"):
            state.revoke_account(str(email))
            self._push("google", str(email))
        if email := body.get("untick"):  # the person took the calendar permission away again
            _untick(state, str(email), google.CALENDAR_SCOPE)
            self._push("google", str(email))
        if secret := body.get("client_secret"):
            state.client_secret = str(secret)
        state.behaviour = _changed(state.behaviour, body)
        return asdict(state.behaviour)

    def microsoft(self, body: Json) -> Json:
        state = self.world.microsoft
        if email := body.get("revoke"):
            state.revoke_account(str(email))
            self._push("microsoft", str(email))
        if email := body.get("untick"):
            _untick(state, str(email), "calendars.read")
            self._push("microsoft", str(email))
        if email := body.get("expire"):
            for grant in state.grants.values():
                if grant.email == email:
                    grant.expires_at = self.world.clock.now() - HOUR
        if secret := body.get("client_secret"):
            state.client_secret = str(secret)
        if "approve" in body:
            state.approved = [str(body["approve"])] if body["approve"] else []
        state.behaviour = _changed(state.behaviour, body)
        return asdict(state.behaviour)

    def zoom(self, body: Json) -> Json:
        state = self.world.zoom
        if email := body.get("revoke"):
            state.revoke_account(str(email))
        if email := body.get("expire"):
            state.expire_account(str(email), self.world.clock.now())
        if secret := body.get("client_secret"):
            state.client_secret = str(secret)
        state.behaviour = _changed(state.behaviour, body)
        return asdict(state.behaviour)

    def google_grant(self, body: Json) -> Json:
        """A refresh token without the consent page, for tests of what comes after it."""
        email = str(body.get("account", "maya@northwind.example"))
        if email not in google.ACCOUNTS:
            raise missing("account")
        default = ["openid", google.EMAIL_SCOPE, google.CALENDAR_SCOPE]
        scopes = list(body.get("scopes", default))
        token = self.world.ids.token("1//0e", 60)
        client = self.world.settings.google_client_id
        self.world.google.grants[token] = google.Grant(token, email, client, scopes)
        return {"refresh_token": token, "account": email, "sub": google.ACCOUNTS[email].sub}

    def microsoft_grant(self, body: Json) -> Json:
        account = microsoft.ACCOUNTS.get(str(body.get("account", "jonas@northwind.example")))
        if account is None:
            raise missing("account")
        scopes = list(body.get("scopes", ["openid", "offline_access", "calendars.read"]))
        client, tenant = self.world.settings.microsoft_client_id, str(body.get("tenant", "common"))
        token = tokens.issue(self.world, account.email, client, tenant, scopes)
        return {"refresh_token": token, "account": account.email, "sub": account.sub(client)}

    def trouble(self, calendar_id: str, body: Json) -> Json:
        """`error`: the push subscription lapsed and the provider could not renew it.

        `sync`: what the provider says of its copy: success, partial, failed.
        """
        calendar = self.world.provider.calendars.get(calendar_id)
        if calendar is None:
            raise missing("calendar")
        calendar.status = str(body.get("status", "error"))
        calendar.sync_status = str(body.get("sync", calendar.sync_status))
        calendar.subscription_expires_at = self.world.clock.now() - HOUR
        calendar.updated_at = self.world.clock.now()
        self.play.sync.voice(calendar).health(calendar)
        return {"calendar_id": calendar_id, "status": calendar.status}

    def _push(self, platform: str, email: str) -> None:
        for calendar in self.world.provider.calendars.values():
            if (calendar.platform, calendar.account_email) == (platform, email):
                self.play.sync.soon(calendar)


def _untick(state: google.GoogleState | microsoft.MicrosoftState, email: str, scope: str) -> None:
    for grant in state.grants.values():
        if grant.email == email:
            grant.scopes = [one for one in grant.scopes if one != scope]


def _changed(now: B, body: Json) -> B:
    """The switches with those of `body` turned; `reset` turns all others back first."""
    start = type(now)() if truth_in(body, "reset", False) else now
    found: dict[str, Any] = {}
    for one in fields(start):
        value = getattr(start, one.name)
        is_switch = isinstance(value, bool)
        found[one.name] = (
            truth_in(body, one.name, value) if is_switch else int(body.get(one.name, value))
        )
    return type(now)(**found)
