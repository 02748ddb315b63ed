"""The page on which a person lets an app use their Zoom account. No script."""

from __future__ import annotations

from sandbox.html import Markup, document, h, join
from sandbox.http import Json
from sandbox.zoom.state import ACCOUNTS

_CARRIED = (
    "client_id", "redirect_uri", "response_type", "state", "code_challenge",
    "code_challenge_method",
)  # fmt: skip


def page(query: Json) -> str:
    hidden = [h("input", type="hidden", name=n, value=query[n]) for n in _CARRIED if n in query]
    first = next(iter(ACCOUNTS))
    accounts = [_account(email, checked=email == first) for email in ACCOUNTS]
    form = h(
        "form",
        *hidden,
        h("fieldset", h("legend", "Signed in as"), *accounts),
        h("p", "See your name and address; let bots join meetings on your behalf", class_="quiet"),
        h(
            "div",
            h("button", "Decline", type="submit", name="decision", value="cancel"),
            h("button", "Allow", type="submit", name="decision", value="continue",
              class_="primary"),
            class_="buttons",
        ),
        method="post",
        action="/zoom/consent",
    )  # fmt: skip
    return document("Zoom (sandbox)", _card("Earshot wants to use your Zoom account", form),
                    page="consent")  # fmt: skip


def error_page(number: str, sentence: str) -> str:
    body = join(h("p", sentence), h("p", f"Error {number}", class_="quiet"))
    return document("Invalid request", _card("Invalid request", body), page="consent")


def _card(title: str, body: Markup) -> Markup:
    brand = h("p", "Zoom · simulated by the sandbox", class_="brand")
    return h("main", brand, h("h1", title), body, class_="card")


def _account(email: str, *, checked: bool) -> Markup:
    name = h("span", ACCOUNTS[email].name, h("span", email, class_="quiet"), class_="who")
    radio = h("input", type="radio", name="account", value=email, checked=checked)
    return h("label", radio, name, class_="choice")
