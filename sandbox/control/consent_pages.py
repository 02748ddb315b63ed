"""The pages on which a person makes Google, Microsoft and Zoom difficult."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.control.forms import button, form, number, table
from sandbox.html import Markup, h, join
from sandbox.microsoft.state import DOMAINS
from sandbox.world import World

Row = Sequence[Markup | str]
_HEADS = ("What", "Now", "")


def google(world: World) -> Markup:
    behaviour = world.google.behaviour
    rows = [
        _switch("google", "deny", "The person says no", behaviour.deny),
        _switch("google", "admin_policy_enforced", "An administrator blocks",
                behaviour.admin_policy_enforced),
        _switch("google", "no_refresh_token", "No refresh token", behaviour.no_refresh_token),
    ]  # fmt: skip
    emails = {grant.email for grant in world.google.grants.values() if not grant.revoked}
    return table("What can go wrong", _HEADS, [*rows, *_access("google", emails)])


def microsoft(world: World) -> Markup:
    state = world.microsoft
    behaviour = state.behaviour
    switches = {
        "deny": ("The person says no", behaviour.deny),
        "admin_consent_required": ("An admin must approve", behaviour.admin_consent_required),
        "single_tenant": ("The application is single-tenant", behaviour.single_tenant),
        "no_refresh_token": ("No refresh token", behaviour.no_refresh_token),
        "no_calendar_scope": ("No calendar permission", behaviour.no_calendar_scope),
        "no_email_claim": ("No email claim", behaviour.no_email_claim),
        "no_address": ("No address anywhere", behaviour.no_address),
    }
    rows = [_switch("microsoft", name, words, on) for name, (words, on) in switches.items()]
    codes = [
        (words, str(now or "none"),
         form("microsoft/behaviour", number(name, "Code", now), button("Set")))
        for name, words, now in (
            ("redirect_code", "AADSTS code of every consent", behaviour.redirect_code),
            ("token_code", "AADSTS code of every token request", behaviour.token_code),
        )
    ]  # fmt: skip
    approved = [domain for domain, tid in DOMAINS.items() if tid in state.approved]
    forget = form("microsoft/behaviour", h("input", type="hidden", name="approve", value=""),
                  button("Forget"))  # fmt: skip
    approvals = ("Approved by an administrator", ", ".join(approved) or "nobody", forget)
    emails = {grant.email for grant in state.grants.values() if not grant.revoked}
    return table(
        "What can go wrong", _HEADS, [*rows, *codes, approvals, *_access("microsoft", emails)]
    )


def zoom(world: World) -> Markup:
    behaviour = world.zoom.behaviour
    rows = [
        _switch("zoom", "deny", "The person says no", behaviour.deny),
        _switch("zoom", "fewer_scopes", "The app asks for too little", behaviour.fewer_scopes),
        _switch("zoom", "hosts_nothing", "No meeting is the account's own",
                behaviour.hosts_nothing),
    ]  # fmt: skip
    emails = {grant.email for grant in world.zoom.grants.values() if not grant.is_over}
    given = [
        (f"Access given by {email}", "valid",
         join(_pull("zoom", email, "revoke", "Revoke"), _pull("zoom", email, "expire", "Expire")))
        for email in sorted(emails)
    ]  # fmt: skip
    return table("What can go wrong", _HEADS, [*rows, *given])


def _switch(platform: str, name: str, words: str, on: bool) -> Row:
    field = h("input", type="hidden", name=name, value="false" if on else "true")
    turn = form(f"{platform}/behaviour", field, button("Turn off" if on else "Turn on"))
    return (words, "on" if on else "off", turn)


def _access(platform: str, emails: set[str]) -> list[Row]:
    return [
        (f"Access given by {email}", "valid",
         join(_pull(platform, email, "revoke", "Revoke"),
              _pull(platform, email, "untick", "Take the calendar away")))
        for email in sorted(emails)
    ]  # fmt: skip


def _pull(platform: str, email: str, what: str, words: str) -> Markup:
    field = h("input", type="hidden", name=what, value=email)
    return form(f"{platform}/behaviour", field, button(words))
