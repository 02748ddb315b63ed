"""What is missing or odd stops the start with one sentence; what is complete passes every check."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghij",
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "PUBLIC_URL": "https://earshot.example.com",
    "ALLOWED_HOSTS": "earshot.example.com",
    "DATABASE_URL": "postgresql://earshot:password@db.example.com/earshot",
    "CELERY_BROKER_URL": "redis://redis.example.com/0",
}
ODD = {
    "SECRET_KEY": ["", "short", "a" * 80],
    "FIELD_ENCRYPTION_KEYS": ["", "no-key", f"{COMPLETE['FIELD_ENCRYPTION_KEYS']},no-key"],
    "PUBLIC_URL": ["", "earshot.example.com", "https://earshot.example.com/earshot"],
    "ALLOWED_HOSTS": ["", "other.example.com"],
    "DATABASE_URL": ["", "mysql://db.example.com/earshot", "sqlite:///earshot.db"],
    "CELERY_BROKER_URL": ["", "http://redis.example.com"],
    "DEBUG": ["maybe"],
    "DATABASE_POOL_SIZE": ["0", "many"],
    "TRUSTED_PROXY_COUNT": ["-1"],
    "UPSTREAM_PROVIDER": ["zoom"],
    "UPSTREAM_BASE_URL": ["us-east-1.recall.ai"],
    "UPSTREAM_TIMEOUT_SECONDS": ["0", "half a minute"],
    "WEBHOOK_BASE_URL": ["earshot.example.com"],
    "GOOGLE_CLIENT_ID": ["without its secret"],
    "MICROSOFT_CLIENT_SECRET": ["without its client"],
    "EMAIL_URL": ["pigeon://post"],
    "CACHE_URL": ["pigeon://post"],
    "LOG_LEVEL": ["LOUD"],
    "SENTRY_DSN": ["sentry.example.com/1", "https://sentry.example.com/1", "https://k@x.example/a"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["collector:4318"],
    "AWS_S3_ENDPOINT_URL": ["storage:8333"],
    "AWS_ACCESS_KEY_ID": ["without its secret"],
    "DEFAULT_FROM_EMAIL": ["", "Earshot"],
    "SUPPORT_EMAIL": ["our support"],
    "GOOGLE_TOKEN_URL": ["", "oauth2.googleapis.com/token"],
    "ZOOM_API_URL": ["api.zoom.us"],
}
READ_EACH = """
import importlib, json, os, sys
complete, cases, said = dict(os.environ), json.loads(sys.argv[1]), []
for case in cases:
    os.environ.clear()
    os.environ.update({**complete, **case})
    sys.modules.pop("config.settings", None)
    try:
        importlib.import_module("config.settings")
        said.append("")
    except Exception as error:
        said.append(f"{type(error).__name__}: {error}")
print(json.dumps(said))
"""


def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**COMPLETE, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_each_odd_setting_is_named_in_one_sentence() -> None:
    cases = [{name: value} for name, values in ODD.items() for value in values]
    example = (ROOT / ".env.example").read_text()
    copied = dict(re.findall(r"^(\w+)=(.*)$", example, re.M))  # then filled in as the page says
    fine = [{}, {"WEBHOOK_BASE_URL": ""}, {**copied, **COMPLETE}]
    done = run("-c", READ_EACH, json.dumps([*cases, *fine]))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said[len(cases) :] == [""] * len(fine)
    for case, sentence in zip(cases, said[: len(cases)], strict=True):
        [(name, value)] = case.items()
        assert sentence.startswith("ImproperlyConfigured: "), (case, sentence)
        assert name in sentence, (case, sentence)
        assert "\n" not in sentence
        is_secret = name in {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
        assert not (is_secret and value and value in sentence)


@pytest.mark.parametrize(
    "program",
    [
        "manage.py migrate",
        "-m celery -A config worker",
        "-m uvicorn config.asgi:application",
        "-m gunicorn --config deploy/gunicorn.conf.py config.wsgi:application",
    ],
)
def test_every_program_ends_with_the_sentence_alone(program: str) -> None:
    done = run(*program.split(), PUBLIC_URL="earshot.example.com")
    assert done.returncode not in {0, None}
    sentence = "Earshot does not start: PUBLIC_URL is not an address that begins with"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith(sentence)


def test_a_secret_may_come_from_a_file_that_ends_with_a_line(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(COMPLETE["SECRET_KEY"] + "\n")
    code = "from django.conf import settings; print(repr(settings.SECRET_KEY))"
    done = run("-c", code, SECRET_KEY_FILE=str(secret), DJANGO_SETTINGS_MODULE="config.settings")
    assert done.stdout.strip() == repr(COMPLETE["SECRET_KEY"]), done.stderr


def test_a_deployment_passes_djangos_own_checks() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")
