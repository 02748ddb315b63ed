"""What goes wrong on the way, by hand: faults, accidents with a name, the endpoint, bad weather."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sandbox import accidents
from sandbox.accidents import ACCIDENTS
from sandbox.control.reading import missing, number_in, share_in, truth_in
from sandbox.faults import LISTINGS, Fault
from sandbox.http import Json, invalid
from sandbox.weather import Weather
from sandbox.world import World


class TroubleControl:
    def __init__(self, world: World) -> None:
        self.world = world

    def webhook(self, body: Json) -> Json:
        """Where to send to, and whether at all."""
        post = self.world.post
        post.url, post.secret = body.get("url", post.url), body.get("secret", post.secret)
        if truth_in(body, "enabled", True):
            post.switch_on()
        else:
            post.switch_off()
        return self.endpoint()

    def endpoint(self) -> Json:
        """`open`: messages of which at least one copy is still to come."""
        post = self.world.post
        waiting = sum(not message.is_settled for message in post.messages.values())
        return {"url": post.url, "enabled": post.enabled, "open": waiting}

    def weather(self, body: Json) -> Json:
        """From now on these shares of all webhooks and callbacks meet with bad luck."""
        now = self.world.post.weather
        self.world.post.weather = Weather(
            lost=share_in(body, "lost", now.lost),
            doubled=share_in(body, "doubled", now.doubled),
            reordered=share_in(body, "reordered", now.reordered),
            seed=str(body.get("seed", now.seed)),
        )
        return self.view()

    def view(self) -> Json:
        """Counted since the weather was last set."""
        return asdict(self.world.post.weather)

    def recover(self, body: Json) -> Json:
        return {"resent": self.world.post.recover()}

    def resend(self, body: Json) -> Json:
        message = self.world.post.messages.get(str(body.get("id")))
        if message is None:
            raise missing("delivery")
        self.world.post.resend(message)
        return {"id": message.id}

    def accident(self, body: Json) -> Json:
        name = str(body.get("name", ""))
        if name not in ACCIDENTS:
            raise invalid(f"unknown accident; there are {', '.join(ACCIDENTS)}")
        accidents.start(self.world, ACCIDENTS[name])
        return {"name": name}

    def fault(self, body: Json) -> Json:
        if truth_in(body, "clear", False):
            self.world.faults.clear()
            return {}
        known = {field.name for field in fields(Fault)}
        if "path" not in body or set(body) - known:
            raise invalid(f"a fault has a path and some of {', '.join(sorted(known))}")
        if body.get("listing", "") not in ("", *LISTINGS):
            raise invalid(f"listing is one of {', '.join(LISTINGS)}")
        fault = Fault(**{name: _typed(Fault.__annotations__[name], body, name) for name in body})
        self.world.faults.append(fault)
        return body


def _typed(kind: str, body: Json, name: str) -> Any:
    """A form says "500" where a test says 500."""
    match kind:
        case "bool":
            return truth_in(body, name, False)
        case "str":
            return str(body[name])
        case "float":
            return number_in(body, name)
        case _:
            value = number_in(body, name)
            return None if value is None else int(value)
