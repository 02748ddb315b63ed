"""Each examination against the real thing: well, and with the trouble it is there to find."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connections
from django.test import Client, TestCase
from django.utils import timezone
from pytest_django import Settings

from accounts.encryption import decrypt
from accounts.models import User, Workspace
from operations.doctor import Finding, Level, keys, outside, providers, servers, set_up, sign_ins
from tests.asgi_server import AsgiServer
from tests.bots.factories import create_account, create_bot
from tests.calendars.factories import make_calendar
from tests.conftest import give_second_step
from tests.sandbox_process import (
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    MICROSOFT_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET,
    ZOOM_CLIENT_ID,
    ZOOM_CLIENT_SECRET,
    Sandbox,
    run_sandbox,
)
from upstream.models import UpstreamAccount
from zoom.models import ZoomAccount

GOOD, ADVICE, WRONG = Level.GOOD, Level.ADVICE, Level.WRONG
Look = Callable[[], Iterator[Finding]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox() as running:
        yield running


@contextmanager
def somebody_else(*, date: str = "") -> Iterator[str]:
    """A web server that is not Earshot, with a clock of its own; its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "5")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"nginx")

        do_HEAD = do_POST = do_GET

        def date_time_string(self, timestamp: float | None = None) -> str:
            return date or super().date_time_string(timestamp)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def levels(look: Look) -> list[Level]:
    return [finding.level for finding in look()]


def words(look: Look) -> str:
    return " ".join(finding.sentence for finding in look())


def test_database_broker_and_storage_are_well(db: None) -> None:
    for look in (servers.database, servers.broker, servers.storage):
        found = list(look())
        assert {it.level for it in found} <= {GOOD, ADVICE}, found


def test_a_database_that_does_not_answer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "host", "/nowhere")
    assert levels(servers.database) == [WRONG]
    assert "DATABASE_URL" in words(servers.database)


def test_a_broker_that_does_not_answer(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "amqp://127.0.0.1:9//"
    assert levels(servers.broker) == [WRONG]


def test_a_storage_that_takes_nothing(settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    settings.MEDIA_ROOT = blocked / "media"
    assert levels(servers.storage)[0] == WRONG
    assert str(blocked) in words(servers.storage)


def test_settings_of_a_demo_are_not_those_of_an_installation(settings: Settings) -> None:
    settings.DEBUG, settings.IS_HTTPS, settings.ALLOW_LOOPBACK_FETCH = True, False, True
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    told = words(set_up.settings_fit)
    for name in ("DEBUG", "https://", "ALLOW_LOOPBACK_FETCH", "EMAIL_URL", "CACHE_URL"):
        assert name in told


def test_settings_of_an_installation_are_fine(settings: Settings) -> None:
    settings.DEBUG, settings.IS_HTTPS, settings.ALLOW_LOOPBACK_FETCH = False, True, False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Earshot <earshot@example.com>"
    redis = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": redis, "LOCATION": "redis://x"}}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert levels(set_up.settings_fit) == [GOOD]
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = "/nowhere"
    assert "collectstatic" in words(set_up.settings_fit)


def test_secrets_move_to_the_newest_key(
    workspace: Workspace, alice_user: User, client: Client, settings: Settings
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    account = create_account()
    client.force_login(alice_user)
    give_second_step(client, alice_user)
    shared = decrypt(Authenticator.objects.get(type="totp").data["secret"])
    shown = ZoomAccount.objects.create(
        workspace=workspace,
        user=alice_user,
        account=account,
        zoom_user_id="z",
        refresh_token="of zoom",
    )
    assert levels(keys.secrets_can_be_read) == [GOOD]

    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert "manage.py rotate_keys" in words(keys.secrets_can_be_read)
    printed = StringIO()
    call_command("rotate_keys", stdout=printed)
    assert not printed.getvalue().startswith("0 ")
    assert levels(keys.secrets_can_be_read) == [ADVICE, GOOD]  # the old key can go

    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert levels(keys.secrets_can_be_read) == [GOOD]
    assert UpstreamAccount.objects.get(pk=account.pk).api_key == "mb-test-key"
    assert ZoomAccount.objects.get(pk=shown.pk).refresh_token == "of zoom"
    assert decrypt(Authenticator.objects.get(type="totp").data["secret"]) == shared

    settings.FIELD_ENCRYPTION_KEYS = [old]
    assert levels(keys.secrets_can_be_read) == [WRONG]
    with pytest.raises(SystemExit):
        call_command("rotate_keys", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_the_public_address(asgi_server: AsgiServer, settings: Settings) -> None:
    settings.PUBLIC_URL = settings.WEBHOOK_BASE_URL = asgi_server.url
    assert levels(outside.public_address) == [GOOD, GOOD]
    settings.ALLOW_LOOPBACK_FETCH = False
    assert levels(outside.public_address) == [GOOD, WRONG]  # nobody else reaches this machine
    with somebody_else() as address:
        settings.PUBLIC_URL = settings.WEBHOOK_BASE_URL = address
        assert levels(outside.public_address) == [WRONG, WRONG]
    assert levels(outside.public_address) == [WRONG]  # now nothing answers
    assert address in words(outside.public_address)


def test_the_clock(db: None) -> None:
    assert levels(outside.clock) == [GOOD]
    account = create_account()
    with somebody_else(date="Sat, 21 Nov 2020 19:00:00 GMT") as address:
        UpstreamAccount.objects.filter(pk=account.pk).update(base_url=address)
        assert levels(outside.clock) == [WRONG]
        assert "ahead of the recording service's" in words(outside.clock)


def test_an_account_that_works_and_is_heard_of(
    db: None, sandbox: Sandbox, workspace: Workspace
) -> None:
    assert levels(providers.accounts) == [WRONG]  # there is none
    account = create_account()
    account.base_url, account.api_key = sandbox.url, "sandbox-key"
    account.webhook_secret, account.last_delivery_at = "whsec_c2VjcmV0", timezone.now()
    account.save()
    assert levels(providers.accounts) == [GOOD, GOOD]
    account.last_delivery_at = timezone.now() - 2 * providers.SILENCE
    account.save()
    create_bot(workspace, account, state="recording", starts_at=timezone.now())
    assert levels(providers.accounts) == [GOOD, WRONG]
    assert f"/webhooks/{account.public_id}/" in words(providers.accounts)


def test_an_account_that_does_not_work(db: None, settings: Settings) -> None:
    create_account()
    settings.UPSTREAM_API_KEY = "another"
    found = list(providers.accounts())
    assert [it.level for it in found] == [WRONG, WRONG, ADVICE]  # never heard of
    assert "ensure_upstream_account" in found[0].sentence
    assert "Nothing answers" in found[1].sentence


def test_who_signs_people_in(sandbox: Sandbox, settings: Settings) -> None:
    known = (sign_ins.google, sign_ins.microsoft, sign_ins.zoom)
    assert [levels(look) for look in known] == [[ADVICE]] * 3  # not set up
    settings.PUBLIC_URL = "https://earshot.example.com"
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = GOOGLE_CLIENT_ID, "wrong"
    settings.MICROSOFT_CLIENT_ID = MICROSOFT_CLIENT_ID
    settings.MICROSOFT_CLIENT_SECRET = MICROSOFT_CLIENT_SECRET
    settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET
    for name, tenant in (("google", ""), ("microsoft", "/common"), ("zoom", "")):
        paths = {
            "google": ("/google/authorize", "/google/token"),
            "microsoft": (f"/microsoft{tenant}/oauth2/v2.0/authorize",) * 2,
            "zoom": ("/zoom/oauth/authorize", "/zoom/oauth/token"),
        }[name]
        setattr(settings, f"{name.upper()}_AUTHORIZE_URL", sandbox.url + paths[0])
        setattr(
            settings,
            f"{name.upper()}_TOKEN_URL",
            sandbox.url + paths[1].replace("/authorize", "/token"),
        )
    assert levels(sign_ins.google) == [WRONG, GOOD]
    settings.GOOGLE_CLIENT_SECRET = GOOGLE_CLIENT_SECRET
    assert [levels(look) for look in known] == [[GOOD, GOOD]] * 3
    told = words(sign_ins.google)
    assert "https://earshot.example.com/oauth/google/callback/" in told
    assert "https://earshot.example.com/account/google/login/callback/" in told
    settings.PUBLIC_URL = "http://earshot.example.com"
    assert levels(sign_ins.google) == [GOOD, WRONG, WRONG]  # no such redirect address


@pytest.mark.django_db(transaction=True)
def test_the_command_says_all_of_it_and_ends_with_one(settings: Settings) -> None:
    settings.PUBLIC_URL = settings.WEBHOOK_BASE_URL = "http://127.0.0.1:9"
    printed = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("doctor", stdout=printed, no_color=True)
    lines = printed.getvalue().splitlines()
    assert end.value.code == 1
    for subject in ("Settings", "Database", "Broker", "Workers", "Storage", "Keys", "Clock"):
        assert any(line[8:].startswith(subject) for line in lines), subject
    assert sum(line.startswith("WRONG") for line in lines) == int(lines[-1].split()[0])
    assert any("No worker answers" in line for line in lines)


@pytest.mark.django_db
def test_every_calendar_of_a_platform_is_given_the_new_client_secret(
    workspace: Workspace, alice_user: User
) -> None:
    for _ in range(2):
        make_calendar(workspace, alice_user)
    make_calendar(workspace, alice_user, disconnected_at=timezone.now())
    printed = StringIO()
    with TestCase.captureOnCommitCallbacks() as queued:
        call_command("renew_calendars", "google", stdout=printed)
        call_command("renew_calendars", "microsoft", stdout=printed)
    assert len(queued) == 2
    assert [line.split()[0] for line in printed.getvalue().splitlines()] == ["2", "0"]
