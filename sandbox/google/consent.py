"""The page on which a person chooses an account and ticks what the app may do. No script."""

from __future__ import annotations

from sandbox.google.state import ACCOUNTS, CALENDAR_SCOPE
from sandbox.html import Markup, document, h, join
from sandbox.http import Json

_WORDS = {
    CALENDAR_SCOPE: "See your calendars and their events",
    "https://www.googleapis.com/auth/calendar": "See, change and delete your calendars",
    "https://www.googleapis.com/auth/calendar.events.readonly": "See events on your calendars",
}
# Identity comes with signing in; only the rest has a box that can be left unticked.
OPTIONAL = frozenset(_WORDS)
_CARRIED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "access_type",
    "prompt", "code_challenge", "code_challenge_method",
)  # fmt: skip


def page(query: Json, scopes: list[str]) -> str:
    hidden = [h("input", type="hidden", name=n, value=query[n]) for n in _CARRIED if n in query]
    wanted = query.get("login_hint") or next(iter(ACCOUNTS))
    accounts = [_account(email, checked=email == wanted) for email in ACCOUNTS]
    optional = [scope for scope in scopes if scope in OPTIONAL]
    form = h(
        "form",
        *hidden,
        h("fieldset", h("legend", "Choose an account"), *accounts),
        _permissions(optional),
        h(
            "div",
            h("button", "Cancel", type="submit", name="decision", value="cancel"),
            h("button", "Continue", type="submit", name="decision", value="continue",
              class_="primary"),
            class_="buttons",
        ),
        method="post",
        action="/google/consent",
    )  # fmt: skip
    return document(
        "Sign in · Google (sandbox)",
        _card("Earshot wants access to your Google Account", form),
        page="consent",
    )


def error_page(error: str, sentence: str) -> str:
    body = join(h("p", sentence), h("p", f"Error 400: {error}", class_="quiet"))
    return document("Access blocked", _card("Access blocked: the request is invalid", body),
                    page="consent")  # fmt: skip


def _card(title: str, body: Markup) -> Markup:
    brand = h("p", "Google · simulated by the sandbox", class_="brand")
    return h("main", brand, h("h1", title), body, class_="card")


def _account(email: str, *, checked: bool) -> Markup:
    name = h("span", ACCOUNTS[email].name, h("span", email, class_="quiet"), class_="who")
    radio = h("input", type="radio", name="account", value=email, checked=checked)
    return h("label", radio, name, class_="choice")


def _permissions(scopes: list[str]) -> Markup:
    fixed = h("p", "See your e-mail address and your name", class_="quiet")
    boxes = [
        h(
            "label",
            h("input", type="checkbox", name="granted", value=scope, checked=True),
            h("span", _WORDS[scope]),
            class_="choice",
        )
        for scope in scopes
    ]
    return h("fieldset", h("legend", "What Earshot may do"), fixed, *boxes)
