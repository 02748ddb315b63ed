"""What others must never read: not in a table, a page of support, a log or an error report."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as live_settings
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter
from pytest_django import Settings
from structlog.stdlib import ProcessorFormatter

from accounts.models import User
from calendars.models import Connection
from config.error_reports import SecretlessFilter
from recordings.models import Share
from tests.conftest import PASSWORD
from tests.security.conftest import ask
from tests.test_admin_lists import LISTS
from upstream.models import UpstreamAccount

API_KEY, SIGNING, REFRESH = "api-4711", "whsec_c2VjcmV0IG9mIHRlc3Rz", "1//refresh"
PASSCODE = "0815-42"
SEED = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def secrets(asked: dict[str, str], alice_user: User) -> list[str]:
    """Everything is there, each secret in its place."""
    UpstreamAccount.objects.update(api_key=API_KEY, webhook_secret=SIGNING)
    Connection.objects.update(refresh_token=REFRESH)
    share = Share.objects.earliest("pk")
    share.lock_with(PASSCODE)
    share.save()
    TOTP.activate(alice_user, SEED)
    return [API_KEY, SIGNING, REFRESH, PASSCODE, SEED, PASSWORD]


@pytest.mark.django_db
def test_no_table_holds_a_secret_that_can_be_read(secrets: list[str]) -> None:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (our own tables)
            text = "\n".join(row for (row,) in cursor.fetchall())
            found += [(table, secret) for secret in secrets if secret in text]
    assert found == []


@pytest.mark.django_db
def test_no_page_shows_one(
    secrets: list[str], asked: dict[str, str], alice: Client, admin_client: Client
) -> None:
    UpstreamAccount.objects.filter(workspace=None).update(name="the deployment's")
    pages = {label: reverse(url) for label, url in LISTS}
    for account in UpstreamAccount.objects.all():
        pages[str(account)] = f"/admin/upstream/upstreamaccount/{account.pk}/change/"
    for one in Connection.objects.all():
        pages[str(one)] = f"/admin/calendars/connection/{one.pk}/change/"
    told = ("dashboard", "calendars:index", "calendars:account", "mfa", "recordings:sharing")
    of_people = {name: url for name, url in asked.items() if name.startswith(told)}
    found = [
        (name, secret)
        for browser, addresses in ((alice, of_people), (admin_client, pages))
        for name, _, text in ask(browser, addresses)
        for secret in secrets
        if secret in text
    ]
    assert found == []


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log as it is written down."""
    root = logging.getLogger()
    (formatter,) = {it.formatter for it in root.handlers if is_ours(it)}
    handler, level = logging.StreamHandler(io.StringIO()), root.level
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.stream
    root.removeHandler(handler)
    root.setLevel(level)


def is_ours(handler: logging.Handler) -> bool:
    return isinstance(handler.formatter, ProcessorFormatter)


@pytest.mark.django_db
def test_no_log_tells_what_was_sent(client: Client, alice_user: User, lines: io.StringIO) -> None:
    client.post("/account/login/", {"login": alice_user.email, "password": PASSWORD})
    client.post("/account/login/", {"login": alice_user.email, "password": "wrong-" + PASSWORD})
    client.get("/account/google/login/callback/?code=the-code&state=the-state")
    client.get("/oauth/zoom/callback/?code=the-code&state=the-state")
    client.get("/shared/the-token-of-a-share/")
    Client(enforce_csrf_checks=True).post("/shared/the-token-of-a-share/passcode/")
    client.generic("POST", "/webhooks/up_x/?token=the-token", b'{"transcript": "the-words"}')
    told = lines.getvalue()
    assert "/shared/…/" in told
    for secret in (PASSWORD, "the-code", "the-state", "the-token", "the-words"):
        assert secret not in told


def test_no_error_report_tells_settings_or_passwords(settings: Settings) -> None:
    settings.DEBUG = False
    secret: dict[str, Any] = {
        "CELERY_BROKER_URL": "amqp://earshot:word-1@broker//",
        "EMAIL_HOST_PASSWORD": "word-2",
        "GOOGLE_CLIENT_SECRET": "word-3",
        "FIELD_ENCRYPTION_KEYS": ["word-4"],
        "SECRET_KEY": "word-5",
        "UPSTREAM_API_KEY": "word-6",
        "UPSTREAM_WEBHOOK_SECRET": "word-7",
    }
    for name, value in secret.items():
        setattr(settings, name, value)
    assert secret.keys() <= {name for name in dir(live_settings) if name.isupper()}
    request = RequestFactory().post("/account/login/")
    request.POST = QueryDict("login=a%40b.example&password=word-8&passcode=word-9&api_key=word-10")
    reporter = ExceptionReporter(request, ValueError, ValueError("broken"), None)
    assert isinstance(reporter.filter, SecretlessFilter)
    report = reporter.get_traceback_text() + reporter.get_traceback_html()
    assert "a@b.example" in report
    assert [number for number in range(1, 11) if f"word-{number}" in report] == []
