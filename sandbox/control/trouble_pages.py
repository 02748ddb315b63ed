"""Two pages: the accidents one can start, and the webhooks with all that became of them."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.accidents import ACCIDENTS, Accident
from sandbox.clock import iso
from sandbox.control.forms import button, form, number, table
from sandbox.faults import Fault
from sandbox.html import Markup, h, join
from sandbox.webhooks import SWITCH_ON, Message
from sandbox.world import World


def accidents(world: World) -> Markup:
    planned = [fault for fault in world.faults if fault.times > 0]
    weather = world.post.weather
    return join(
        _endpoint(world),
        table("Accidents", ("What happens", "Name", ""), [_row(a) for a in ACCIDENTS.values()]),
        table("Still to come", ("Calls", "Times", "What comes"), [_planned(f) for f in planned]),
        form("faults", h("input", type="hidden", name="clear", value="on"), button("Forget them")),
        h("p", "Of all webhooks and callbacks this share gets lost, comes twice, or is overtaken "
               "by later ones:", class_="quiet"),
        form("weather", number("lost", "Lost", weather.lost),
             number("doubled", "Doubled", weather.doubled),
             number("reordered", "Reordered", weather.reordered), button("Set")),
        h("p", ", ".join(f"{n} {what}" for what, n in weather.counts.items()), class_="quiet"),
    )  # fmt: skip


def deliveries(world: World) -> Markup:
    messages = list(world.post.messages.values())[::-1][:200]
    address = h("label", "Endpoint ", h("input", type="url", name="url", value=world.post.url))
    return join(
        form("webhook", address, button("Set")),
        form("deliveries/recover", button("Send all that never arrived")),
        table("Newest first", ("Made", "Event", "State", "Attempts", ""),
              [_message_row(message) for message in messages]),
    )  # fmt: skip


def _endpoint(world: World) -> Markup:
    if world.post.enabled:
        state, change = "on", "off"
    else:
        ends = world.jobs.pending.get(SWITCH_ON)
        state, change = f"off until {iso(ends.due)}" if ends else "off", "on"
    wish = h("input", type="hidden", name="enabled", value="on" if change == "on" else "no")
    return join(
        h("p", f"The webhooks' endpoint is switched {state}.", class_="quiet"),
        form("webhook", wish, button(f"Switch it {change}")),
    )


def _row(accident: Accident) -> Sequence[Markup | str]:
    name = h("input", type="hidden", name="name", value=accident.name)
    return accident.title, accident.name, form("accidents", name, button("Start"))


def _planned(fault: Fault) -> Sequence[Markup | str]:
    what = str(fault.status or fault.listing or "a broken answer")
    done = ", though it was done" if fault.performed else ""
    return f"{fault.method or 'any'} {fault.path}", str(fault.times), what + done


def _message_row(message: Message) -> Sequence[Markup | str]:
    tries = ", ".join(str(a["status"] or a["error"]) for a in message.attempts)
    again = h("input", type="hidden", name="id", value=message.id)
    state = h("span", message.state, class_="good" if message.state == "delivered" else "bad")
    return (
        iso(message.created_at),
        join(message.event, h("br"), h("span", message.id, class_="quiet")),
        state,
        tries,
        form("deliveries/resend", again, button("Send again")),
    )
