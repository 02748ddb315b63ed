"""Promises of the project as a whole: settings are documented, migrations go both ways."""

import io
import json
import logging.config
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import uvicorn
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from structlog.stdlib import ProcessorFormatter

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    "support",
    "webhooks",
    "recordings",
    "calendars",
    "bots",
    "notifications",
    "zoom",
    "upstream",
    "letters",
    "accounts",
)


def test_every_setting_is_in_the_example_file() -> None:
    source = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:str|bool|int|list|email_url|cache_url)\(\s*"(\w+)"', source))
    documented = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read - {"TEST_DATABASE_NAME"} == documented - {"POSTGRES_PASSWORD", "POSTGRES_ARCHIVE"}


def test_the_example_file_can_be_used_as_it_is() -> None:
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
    secrets = {
        "SECRET_KEY": "of the tests, and longer than anybody would care to guess",
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
    code = (
        "import django, json; django.setup(); from django.conf import settings;"
        "print(json.dumps([settings.WEBHOOK_BASE_URL, settings.MICROSOFT_TENANT, settings.DEBUG]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**example, **secrets, "PATH": "", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [example["PUBLIC_URL"], "common", False]


def test_the_server_writes_down_no_codes_and_tokens_of_addresses() -> None:
    uvicorn.Config("config.asgi:application")  # which sets its own logs up when it starts
    logging.config.dictConfig(settings.LOGGING)  # and then imports us
    assert logging.getLogger("django.request").hasHandlers()
    assert not logging.getLogger("uvicorn.access").hasHandlers()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What this process writes into its log."""
    root = logging.getLogger()
    (handler,) = (one for one in root.handlers if isinstance(one.formatter, ProcessorFormatter))
    assert isinstance(handler, logging.StreamHandler)
    written, level = io.StringIO(), root.level
    usual = handler.setStream(written)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(level)
    handler.setStream(usual)


@pytest.mark.parametrize(
    "path",
    [
        "/shared/{}/",
        "/shared/{}/passcode/",
        "/mail/{}/",
        "/account/confirm-email/{}/",
        "/account/password/reset/key/1-{}/",
    ],
)
def test_no_token_of_an_address_is_in_the_log(
    client: Client, db: None, log: io.StringIO, path: str
) -> None:
    client.get(path.format("tell-nobody"), {"code": "tell-nobody"})
    assert path.partition("{}")[0].removesuffix("1-") in log.getvalue()
    assert "tell-nobody" not in log.getvalue()


@pytest.fixture
def scratch_database(db: None) -> Iterator[str]:
    """The address of an empty database beside the tests' own."""
    name = f"{connection.settings_dict['NAME']}_scratch"
    host = settings.DATABASES["default"]["OPTIONS"].get("host", "")
    server = f"postgresql://postgres@/postgres?host={host}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"postgresql://postgres@/{name}?host={host}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_migrations_go_forward_and_all_the_way_back(scratch_database: str) -> None:
    assert {app.label for app in apps.get_app_configs() if app.models_module} >= set(OURS)
    steps: list[list[str]] = [[]]
    for app in OURS:
        if app == "accounts":  # what Django's own apps hang on it goes first
            steps += [["account", "zero"], ["admin", "zero"]]
        steps.append([app, "zero"])
    migrate(scratch_database, steps)
    with psycopg.connect(scratch_database) as database:
        left = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = {str(name) for (name,) in left.fetchall()}
    assert [name for name in sorted(names) if name.split("_")[0] in OURS] == []


def migrate(address: str, steps: list[list[str]]) -> None:
    """Call `migrate` with each of these arguments in turn, in a process of its own."""
    code = (
        "import json, sys, django; django.setup()\n"
        "from django.core.management import call_command\n"
        "for step in json.loads(sys.argv[1]): call_command('migrate', *step, verbosity=0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(steps)],
        cwd=ROOT,
        env={
            "PATH": "",
            "DEBUG": "1",
            "DATABASE_URL": address,
            "CELERY_BROKER_URL": "memory://",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
