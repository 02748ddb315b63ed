"""Who gets in where: each address, asked by each kind of person, by GET and by POST.

The addresses come from the URLconf; one without a row here makes this fail. A row says from which
role on an address answers, and how; below that role it is a 403 (or what `refused` says), and for
somebody of another workspace a 404 where the address holds an id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.roles import GRANTS, Permission, Role
from tests.conftest import make_member
from tests.everything import CHOICES, Everything, make_everything
from tests.test_isolation import addresses

VIEWER, MEMBER, ADMIN, OWNER = Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER
ROLES = [VIEWER, MEMBER, ADMIN, OWNER]  # each may do what those before it may
SIGN_IN = "/account/login/"


@dataclass(frozen=True)
class Row:
    """`get` and `post`: (the least role, the answer it gets); None: no such method."""

    get: tuple[Role, int] | None = None
    post: tuple[Role, int] | None = None
    refused: int = 403
    but: Mapping[str, int] = field(default_factory=dict)  # who is answered otherwise


def page(least: Role = VIEWER, status: int = 200) -> Row:
    return Row(get=(least, status))


def verb(least: Role, status: int = 302, refused: int = 403) -> Row:
    return Row(post=(least, status), refused=refused)


TABLE: dict[str, Row] = {
    "dashboard:home": Row(get=(VIEWER, 200), but={"get nobody": 200}),
    "dashboard:coverage": page(),
    "dashboard:first_steps": verb(VIEWER),
    "recordings:sample": verb(MEMBER),
    "notifications:list": page(),
    "notifications:bell": page(),
    "notifications:all_reading": verb(VIEWER),
    "notifications:one": Row(get=(OWNER, 302), refused=404),  # told to the owner alone
    "notifications:reading": verb(OWNER, refused=404),
    "notifications:settings": Row(get=(VIEWER, 200), post=(VIEWER, 200)),
    "dashboard:profile": Row(get=(VIEWER, 200), post=(VIEWER, 200)),
    "dashboard:workspace": page(),
    "dashboard:workspace_name": verb(ADMIN, 422),
    "dashboard:bots": page(),
    "dashboard:bots_setup": verb(ADMIN, 422),
    "dashboard:bots_picture": verb(ADMIN, 422),
    "dashboard:bots_picture_removal": verb(ADMIN),
    "dashboard:service": page(),
    "dashboard:service_test": verb(ADMIN, 200),
    "dashboard:service_keys": verb(ADMIN, 404),
    "dashboard:service_old_keys": verb(ADMIN, 404),
    "dashboard:service_own": verb(ADMIN, 422),
    "dashboard:service_change": Row(get=(VIEWER, 200), post=(ADMIN, 302)),
    "dashboard:zoom": page(),
    "dashboard:zoom_connect": page(MEMBER, 302),
    "dashboard:zoom_reconnect": Row(get=(ADMIN, 302), refused=404),
    "dashboard:zoom_check": verb(ADMIN, 302, refused=404),
    "dashboard:zoom_away": Row(get=(ADMIN, 200), post=(ADMIN, 302), refused=404),
    "dashboard:zoom_callback": page(MEMBER, 400),
    "dashboard:recordings": page(),
    "dashboard:retention": verb(ADMIN, 422),
    "dashboard:new_workspace": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "dashboard:entry": verb(VIEWER),
    "dashboard:people": page(),
    "dashboard:roles": page(),
    "dashboard:invite": verb(ADMIN, 422),
    "dashboard:invitation_sending": verb(ADMIN),
    "dashboard:invitation_revocation": verb(ADMIN),
    "dashboard:leaving": Row(
        get=(VIEWER, 200), post=(VIEWER, 302), but={"post owner": 409, "post stranger": 409}
    ),
    "dashboard:ownership": Row(get=(OWNER, 200), post=(OWNER, 422)),
    "dashboard:person": page(ADMIN),
    "dashboard:role": verb(ADMIN, 422),
    "dashboard:removal": Row(get=(ADMIN, 200), post=(ADMIN, 302)),
    "dashboard:history": page(ADMIN),
    "dashboard:history_table": page(ADMIN),
    "support:access": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "support:revocation": Row(post=(VIEWER, 404), but={"post owner": 302}),
    "accounts:time_zone": verb(VIEWER, 422),
    "calendars:agenda": page(),
    "calendars:choices": Row(get=(MEMBER, 302), post=(MEMBER, 302)),
    "calendars:undo": Row(post=(MEMBER, 404), but={"post owner": 302}),
    "calendars:event": page(),
    "calendars:choice": Row(get=(MEMBER, 302), post=(MEMBER, 422)),
    "calendars:sending": verb(MEMBER),
    "calendars:rules": page(),
    "calendars:new_rule": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "calendars:sentence": verb(VIEWER, 200),
    "calendars:blocks": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "calendars:block_removal": Row(get=(ADMIN, 200), post=(ADMIN, 200)),
    "calendars:colleagues": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "calendars:colleague_removal": Row(get=(ADMIN, 200), post=(ADMIN, 200)),
    "calendars:rule": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "calendars:rule_place": verb(ADMIN, 422),
    "calendars:rule_state": verb(ADMIN, 302),
    "calendars:rule_removal": Row(get=(ADMIN, 200), post=(ADMIN, 200)),
    "calendars:lobby": page(VIEWER, 302),
    "calendars:index": page(),
    "calendars:connect": page(MEMBER, 302),
    "calendars:account": Row(get=(ADMIN, 503), post=(ADMIN, 503), refused=404),
    "calendars:troubles": page(VIEWER, 302),
    "calendars:reconnection": page(),
    "calendars:reconnect": Row(get=(ADMIN, 302), refused=404),
    "calendars:sync": verb(ADMIN, 302, refused=404),
    "calendars:disconnection": Row(get=(ADMIN, 200), post=(ADMIN, 302), refused=404),
    "calendars:oauth_callback": page(MEMBER, 400),
    "bots:index": page(),
    "bots:table": page(),
    "bots:new": Row(get=(MEMBER, 200), post=(MEMBER, 422)),
    "bots:recognition": verb(MEMBER, 200),
    "bots:causes": page(),
    "bots:cause": page(),
    "bots:detail": page(),
    "bots:room": page(),
    "bots:picture": page(VIEWER, 204),
    "bots:report": Row(get=(VIEWER, 200), post=(VIEWER, 422)),
    "bots:change": Row(get=(MEMBER, 409), post=(MEMBER, 409)),
    "bots:leaving": verb(MEMBER, 409),
    "bots:pause": verb(MEMBER, 409),
    "bots:resumption": verb(MEMBER, 409),
    "bots:end_recording": verb(MEMBER, 409),
    "bots:new_recording": verb(MEMBER, 409),
    "bots:chat_messages": verb(MEMBER, 409),
    "recordings:library": page(),
    "recordings:search": page(),
    "recordings:texts": verb(VIEWER),
    "recordings:refetching": verb(MEMBER),
    "recordings:many_keeping": verb(MEMBER),
    "recordings:many_deletion": verb(MEMBER),
    "recordings:many_restoration": verb(MEMBER),
    "recordings:many_release": verb(MEMBER),
    "recordings:title": Row(get=(MEMBER, 200), post=(MEMBER, 200)),
    "recordings:title_undo": verb(MEMBER),
    "recordings:insiders": verb(ADMIN, 422),
    "recordings:asking": verb(VIEWER),
    "recordings:answer": verb(ADMIN),
    "recordings:bin": page(),
    "recordings:receipt": page(),
    "recordings:receipt_file": page(),
    "recordings:deletion_attempt": verb(ADMIN),
    "recordings:share_revocation": verb(ADMIN),
    "recordings:share_restoration": verb(ADMIN),
    "recordings:recording": page(),
    "recordings:fetching": verb(MEMBER),
    "recordings:media": page(),
    "recordings:screenshots": page(),
    "recordings:screenshot": page(),
    "recordings:captions": page(),
    "recordings:transcript": page(),
    "recordings:turn": page(),
    "recordings:turn_name": verb(MEMBER, 422),
    "recordings:turn_text": verb(MEMBER, 422),
    "recordings:corrections": page(),
    "recordings:undo": verb(MEMBER),
    "recordings:transcription": Row(get=(VIEWER, 200), post=(ADMIN, 422)),
    "recordings:showing": verb(MEMBER),
    "recordings:changes": page(VIEWER, 400),
    "recordings:keeping": verb(ADMIN),
    "recordings:deletion": Row(get=(ADMIN, 200), post=(ADMIN, 200)),
    "recordings:restoration": verb(ADMIN),
    "recordings:sharing": Row(get=(VIEWER, 200), post=(ADMIN, 422)),
    "recordings:sharing_revocation": verb(ADMIN),
    "recordings:export": page(),
    "recordings:export_file": page(),
}

# Addresses with a door of their own: the same answer for everybody who is not what they are for.
# name: (GET, POST) of anybody who is signed in, (GET, POST) of nobody
DOORS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "account_login": ((302, 302), (200, 200)),
    "account_logout": ((200, 302), (302, 302)),
    "account_signup": ((302, 302), (200, 200)),
    "account_inactive": ((200, 405), (200, 405)),
    "account_reauthenticate": ((200, 200), (302, 302)),
    "account_change_password": ((200, 200), (302, 302)),
    "account_set_password": ((302, 302), (302, 302)),
    "account_email": ((200, 302), (302, 302)),
    "account_email_verification_sent": ((200, 405), (200, 405)),
    "account_confirm_email": ((200, 404), (200, 404)),
    "account_reset_password": ((200, 200), (200, 200)),
    "account_reset_password_done": ((200, 405), (200, 405)),
    "account_reset_password_from_key": ((200, 200), (200, 200)),
    "account_reset_password_from_key_done": ((200, 405), (200, 405)),
    "account_confirm_login_code": ((302, 302), (302, 302)),
    "accounts:sessions": ((200, 405), (302, 405)),
    "accounts:sessions_end": ((405, 302), (405, 302)),
    "accounts:session_end": ((405, 404), (405, 302)),
    "dashboard:sees": ((200, 405), (200, 405)),
    "dashboard:own_data": ((200, 405), (302, 405)),
    "dashboard:own_data_copy": ((405, 302), (405, 302)),
    "dashboard:own_data_file": ((404, 405), (302, 405)),
    "dashboard:farewell": ((302, 302), (302, 302)),
    "google_login": ((302, 302), (302, 302)),
    "google_callback": ((401, 401), (401, 401)),
    # not set up in these tests
    "microsoft_login": ((404, 404), (404, 404)),
    "microsoft_callback": ((404, 404), (404, 404)),
    "socialaccount_connections": ((200, 200), (302, 302)),
    "socialaccount_login_cancelled": ((200, 405), (200, 405)),
    "socialaccount_login_error": ((401, 405), (401, 405)),
    "socialaccount_signup": ((302, 302), (302, 302)),
    "mfa_index": ((200, 405), (302, 302)),
    "mfa_authenticate": ((302, 302), (302, 302)),
    "mfa_reauthenticate": ((302, 302), (302, 302)),
    "mfa_activate_totp": ((302, 302), (302, 302)),
    "mfa_deactivate_totp": ((404, 404), (302, 302)),
    "mfa_view_recovery_codes": ((404, 405), (302, 302)),
    "mfa_generate_recovery_codes": ((302, 302), (302, 302)),
    "mfa_download_recovery_codes": ((404, 404), (302, 302)),
    "mfa_list_webauthn": ((200, 405), (302, 302)),
    "mfa_add_webauthn": ((302, 302), (302, 302)),
    "mfa_edit_webauthn": ((302, 302), (302, 302)),
    "mfa_remove_webauthn": ((302, 302), (302, 302)),
    "mfa_login_webauthn": ((302, 302), (302, 302)),
    "mfa_reauthenticate_webauthn": ((302, 302), (302, 302)),
    "support:end": ((302, 302), (302, 302)),
    "accounts:invitation": ((404, 404), (404, 404)),
    "calendars:oauth_approval": ((400, 405), (400, 405)),
    "live:stream": ((204, 405), (204, 405)),
    "webhooks:receive": ((405, 404), (405, 404)),
    "fetched:picture": ((404, 405), (404, 405)),
    "operations:alive": ((200, 405), (200, 405)),
    "operations:ready": ((200, 405), (200, 405)),
    "operations:metrics": ((404, 405), (404, 405)),
    "letters:refusal": ((404, 404), (404, 404)),
    "fetched:zoom_zak": ((404, 405), (404, 405)),
    "fetched:zoom_join_token": ((404, 405), (404, 405)),
    "shared:page": ((404, 405), (404, 405)),
    "shared:passcode": ((405, 404), (405, 404)),
    "shared:media": ((404, 405), (404, 405)),
    "shared:captions": ((404, 405), (404, 405)),
    "shared:text": ((404, 405), (404, 405)),
}
SOMEBODYS = (
    "fetched:picture",
    "fetched:zoom_zak",
    "fetched:zoom_join_token",
    "accounts:session_end",
    "dashboard:own_data_file",
)
UNKNOWN = {"token": "unknown", "account": "unknown"}
BY_PATTERN = {  # allauth's own, whose parts have no converters
    "account_confirm_email": {"key": "unknown"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "unknown"},
    "mfa_edit_webauthn": {"pk": "1"},
    "mfa_remove_webauthn": {"pk": "1"},
}


def all_addresses() -> dict[str, frozenset[str]]:
    """Every named address but the support console's, which is for staff alone (test_isolation)."""
    return {
        name: parts
        for namespace, name, parts in addresses(get_resolver().url_patterns)
        if name and namespace != "admin"
    }


def filled_in(everything: Everything) -> dict[str, str]:
    """Every address, about what is in `everything`."""
    asked = {}
    for name, parts in all_addresses().items():
        known = {part: UNKNOWN[part] for part in parts if part in UNKNOWN}
        known |= BY_PATTERN.get(name, {})
        if name in SOMEBODYS:
            known["public_id"] = "unknown"
        asked[name] = reverse(name, kwargs={**known, **everything.fill(name, parts - set(known))})
    return asked


def test_every_address_has_a_row() -> None:
    assert set(TABLE) | set(DOORS) == set(all_addresses())
    assert not set(TABLE) & set(DOORS)


@pytest.fixture
def everything(workspace: Workspace, alice_user: User, settings: Settings) -> Everything:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "client", "of the tests"
    settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = "client", "of the tests"
    settings.CELERY_BROKER_URL = "memory://"  # who asks whether it is ready is the matter here
    return make_everything(workspace, alice_user)


def asker(who: str, workspace: Workspace) -> Client:
    """A client of the kind of person called `who`; the owner's workspace is `workspace`."""
    client = Client()
    if who == "owner":
        client.force_login(workspace.members.get(memberships__role=OWNER))
    elif who == "stranger":
        elsewhere = Workspace.objects.create(name="Contoso")
        client.force_login(make_member("mallory@contoso.example", elsewhere, OWNER))
    elif who != "nobody":
        client.force_login(make_member(f"{who}@northwind.example", workspace, Role(who)))
    return client


def answers(client: Client, asked: Mapping[str, str]) -> Iterator[tuple[str, str, int, str]]:
    """Ask each address by GET and by POST; nothing of it stays."""
    cookies = SimpleCookie({name: one.value for name, one in client.cookies.items()})
    for name, url in asked.items():
        for method in ("get", "post"):
            cache.clear()  # nobody is slowed down by what was asked before
            client.cookies = SimpleCookie({key: one.value for key, one in cookies.items()})
            with transaction.atomic():
                answer = getattr(client, method)(url)
                if answer.streaming:
                    b"".join(answer.streaming_content)
                transaction.set_rollback(True)
            yield name, method, answer.status_code, answer.get("Location", "")


def expected(name: str, method: str, who: str, *, holds_an_id: bool) -> int | str:
    if name in DOORS:
        return DOORS[name][who == "nobody"][method == "post"]
    row = TABLE[name]
    given = row.get if method == "get" else row.post
    if given is None:
        return 405
    least, status = given
    if f"{method} {who}" in row.but:
        return row.but[f"{method} {who}"]
    if who == "nobody":
        return SIGN_IN
    if who == "stranger":
        return 404 if holds_an_id else status
    return status if ROLES.index(Role(who)) >= ROLES.index(least) else row.refused


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "stranger", "viewer", "member", "admin", "owner"])
def test_each_address_answers_by_role(
    who: str, everything: Everything, workspace: Workspace
) -> None:
    parts_of = all_addresses()
    wrong = []
    asked = filled_in(everything)
    for name, method, status, location in answers(asker(who, workspace), asked):
        holds_an_id = bool(parts_of[name] - set(CHOICES))
        wanted = expected(name, method, who, holds_an_id=holds_an_id)
        found = SIGN_IN if wanted == SIGN_IN and location.startswith(SIGN_IN) else status
        if found != wanted:
            wrong.append(f"{method.upper()} {name}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_each_role_may_what_those_below_it_may() -> None:
    for lower, higher in pairwise(ROLES):
        assert GRANTS[lower] < GRANTS[higher]
    assert GRANTS[OWNER] == set(Permission)
