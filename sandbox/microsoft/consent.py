"""The pages of login.microsoftonline.com, as far as a person who connects a calendar sees them."""

from __future__ import annotations

from sandbox.html import Markup, document, h, join
from sandbox.http import Json
from sandbox.microsoft.errors import AadError
from sandbox.microsoft.state import ACCOUNTS

_WORDS = {
    "calendars.read": "Read your calendars",
    "calendars.readwrite": "Have full access to your calendars",
    "user.read": "Sign you in and read your profile",
    "offline_access": "Maintain access to data you have given it access to",
    "email": "View your email address",
    "profile": "View your basic profile",
}
_CARRIED = (
    "tenant", "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state",
    "nonce", "prompt", "code_challenge", "code_challenge_method",
)  # fmt: skip


def page(query: Json, scopes: list[str]) -> str:
    wanted = query.get("login_hint") or next(iter(ACCOUNTS))
    radios = [_account(email, checked=email == wanted) for email in ACCOUNTS]
    asked = [h("li", _WORDS[scope]) for scope in scopes if scope in _WORDS]
    body = h(
        "form",
        *_hidden(query),
        h("fieldset", h("legend", "Pick an account"), *radios),
        h("fieldset", h("legend", "This app would like to"), h("ul", *asked)),
        _buttons("Cancel", "Accept"),
        method="post",
        action="/microsoft/consent",
    )
    return _document("Permissions requested", "Earshot asks for permissions", body)


def approval_needed(query: Json, back: str) -> str:
    body = join(
        h("p", "Earshot needs permission to access resources in your organization that only an "
               "admin can grant. Please ask an admin to grant permission to this app."),
        h("p", h("a", "Return to the application without granting consent", href=back)),
    )  # fmt: skip
    return _document("Need admin approval", "Need admin approval", body)


def admin_page(query: Json, organisations: dict[str, str]) -> str:
    options = [h("option", domain, value=tid) for domain, tid in organisations.items()]
    body = h(
        "form",
        *_hidden(query),
        h("p", "Earshot would like to read the calendars and profiles of people who sign in. "
               "If you accept, it gets this for everybody in your organization."),
        h("label", "Organization ", h("select", *options, name="organisation")),
        _buttons("Cancel", "Accept"),
        method="post",
        action="/microsoft/adminconsent",
    )  # fmt: skip
    return _document("Review for your organization", "Review for your organization", body)


def error_page(error: AadError) -> str:
    body = join(
        h("p", "Sorry, but we're having trouble with signing you in."),
        h("p", error.description, class_="quiet"),
    )
    return _document("Sign in", "Sign in", body)


def _hidden(query: Json) -> list[Markup]:
    return [h("input", type="hidden", name=n, value=query[n]) for n in _CARRIED if n in query]


def _account(email: str, *, checked: bool) -> Markup:
    name = h("span", ACCOUNTS[email].name, h("span", email, class_="quiet"), class_="who")
    radio = h("input", type="radio", name="account", value=email, checked=checked)
    return h("label", radio, name, class_="choice")


def _buttons(no: str, yes: str) -> Markup:
    return h(
        "div",
        h("button", no, type="submit", name="decision", value="cancel"),
        h("button", yes, type="submit", name="decision", value="continue", class_="primary"),
        class_="buttons",
    )


def _document(title: str, heading: str, body: Markup) -> str:
    brand = h("p", "Microsoft · simulated by the sandbox", class_="brand")
    card = h("main", brand, h("h1", heading), body, class_="card")
    return document(f"{title} · Microsoft (sandbox)", card, page="consent")
