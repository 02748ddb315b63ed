"""Runs the whole of Earshot on one machine: `bin/demo [--fresh] [--provider NAME]`.

    embedded PostgreSQL + Redis → sandbox, web, worker; meanwhile migrate, seed → beat → ready
                                                            (stopped in the reverse order)

What a child prints for people (such as mails) goes to the terminal, its log to var/log/. A setting
that is already in the environment wins over the demo's own.
"""

import base64
import errno
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TextIO

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config import embedded, servers
from config.processes import ChildDied, Children

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR", str(ROOT / "var"))).resolve()
PROVIDERS = ("meetingbaas_v2", "meetingbaas_v1", "recall")
USAGE = f"usage: bin/demo [--fresh] [--provider {'|'.join(PROVIDERS)}]"
KEPT_WHEN_FRESH = {"sandbox-media", "demo.lock", "lint"}
READY_SECONDS = 60
BYTES_FOR_DATA = 300 * 2**20


class Stopped(Exception):
    """Somebody asked the demo to end."""


def main(arguments: list[str]) -> None:
    """Start everything, print where it is, and keep it running until told to stop."""
    is_fresh, provider = _wishes(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    children = Children(VAR / "log")
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        _ensure_space()
        lock = _only_one()
        port = _port("PORT", 8000)
        if is_fresh:
            _start_over()
        _run(children, port, _provider_of_the_data(provider))
        lock.close()
    except Stopped:
        print("\nStopping …", flush=True)
    except (ChildDied, ImproperlyConfigured) as trouble:
        sys.exit(f"earshot: {trouble}")
    except OSError as error:
        full = error.errno == errno.ENOSPC
        sys.exit("earshot: The disk is full." if full else f"earshot: {error}")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop()


def _wishes(arguments: list[str]) -> tuple[bool, str]:
    """Whether to start over, and on which provider; empty: the one of the data."""
    left = list(arguments)
    is_fresh = "--fresh" in left
    if is_fresh:
        left.remove("--fresh")
    match left:
        case []:
            return is_fresh, ""
        case ["--provider", name] if name in PROVIDERS:
            return is_fresh, name
        case _:
            sys.exit(USAGE)


def _provider_of_the_data(wanted: str) -> str:
    """Remember whom the demo's meetings are booked with; its data fits no other."""
    path = VAR / "demo-provider"
    kept = path.read_text().strip() if path.exists() else ""
    if not kept and (VAR / "demo-secrets.json").exists():
        kept = PROVIDERS[0]  # from before there was a choice
    if wanted and kept and wanted != kept:
        sys.exit(
            f"earshot: The data in {VAR} is of {kept}. Start over with --fresh, or choose another"
            " folder with VAR_DIR."
        )
    provider = wanted or kept or PROVIDERS[0]
    path.write_text(provider + "\n")
    return provider


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _run(children: Children, port: int, provider: str) -> None:
    began = time.monotonic()
    environment = _environment(port, provider)
    sandbox_url = f"http://127.0.0.1:{environment['SANDBOX_PORT']}"
    children.start("sandbox", ["-m", "sandbox"], environment)
    told = ["manage.py", "seed_demo", "--sandbox", sandbox_url]
    seed = children.converse("seed", told, environment)
    web = servers.web(port, host="0.0.0.0")  # noqa: S104 (a proxy or a phone may look at it)
    children.start("web", web, environment, speaks=True)
    # Two cores are busy with these; the seed is longest, and needs no worker before its tables.
    children.wait_for(f"http://127.0.0.1:{port}/healthz", READY_SECONDS)
    children.start("worker", servers.worker(), environment, speaks=True)
    story = json.loads(children.end("seed", seed))
    children.wait_for(f"http://127.0.0.1:{port}/account/login/", READY_SECONDS)
    children.start("beat", servers.beat(), environment)
    facts = {"url": environment["PUBLIC_URL"], **story, "sandbox_url": sandbox_url + "/sandbox/"}
    (VAR / "demo.json").write_text(json.dumps(facts, indent=2) + "\n")
    _announce(facts, time.monotonic() - began)
    children.watch()


def _announce(facts: dict[str, str], seconds: float) -> None:
    print(
        f"\nEarshot is ready ({seconds:.0f} s).\n\n"
        f"  {facts['url']}\n"
        f"  sign in as       {facts['email']}  /  {facts['password']}\n"
        f"  support console  {facts['url']}/admin/  as  {facts['admin_email']}"
        f"  /  {facts['admin_password']}\n"
        f"  outside world    {facts['sandbox_url']}\n\n"
        f"Mails are printed here. Ctrl-C stops everything; the data stays in {VAR}.\n",
        flush=True,
    )


def _environment(port: int, provider: str) -> dict[str, str]:
    """The settings of every child: the demo's own, then whatever was set before."""
    kept = _kept_secrets()
    sandbox_port = _port("SANDBOX_PORT", 0)
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    demo = {
        "DEBUG": "0",
        "STAFF_NEED_SECOND_STEP": "0",  # nobody has the phone of an invented person
        "STATIC_FROM_SOURCE": "1",
        "ALLOWED_HOSTS": "*",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(VAR),
        **kept,
        "PUBLIC_URL": f"http://localhost:{port}",
        "WEBHOOK_BASE_URL": f"http://127.0.0.1:{port}",
        "UPSTREAM_PROVIDER": provider,
        "SANDBOX_PROVIDER": provider,
        "UPSTREAM_API_KEY": "sandbox-key",
        "UPSTREAM_BASE_URL": sandbox,
        "GOOGLE_CLIENT_ID": "sandbox-google-client",
        "GOOGLE_CLIENT_SECRET": "sandbox-google-secret",
        "GOOGLE_AUTHORIZE_URL": f"{sandbox}/google/authorize",
        "GOOGLE_TOKEN_URL": f"{sandbox}/google/token",
        "GOOGLE_USERINFO_URL": f"{sandbox}/google/userinfo",
        "GOOGLE_REVOKE_URL": f"{sandbox}/google/revoke",
        "MICROSOFT_CLIENT_ID": "sandbox-microsoft-client",
        "MICROSOFT_CLIENT_SECRET": "sandbox-microsoft-secret",
        "MICROSOFT_AUTHORIZE_URL": f"{sandbox}/microsoft/{{tenant}}/oauth2/v2.0/authorize",
        "MICROSOFT_TOKEN_URL": f"{sandbox}/microsoft/{{tenant}}/oauth2/v2.0/token",
        "MICROSOFT_USERINFO_URL": f"{sandbox}/microsoft/oidc/userinfo",
        "MICROSOFT_PROFILE_URL": f"{sandbox}/microsoft/v1.0/me",
        "MICROSOFT_ADMIN_CONSENT_URL": f"{sandbox}/microsoft/{{tenant}}/v2.0/adminconsent",
        "ZOOM_CLIENT_ID": "sandbox-zoom-client",
        "ZOOM_CLIENT_SECRET": "sandbox-zoom-secret",
        "ZOOM_AUTHORIZE_URL": f"{sandbox}/zoom/oauth/authorize",
        "ZOOM_TOKEN_URL": f"{sandbox}/zoom/oauth/token",
        "ZOOM_REVOKE_URL": f"{sandbox}/zoom/oauth/revoke",
        "ZOOM_API_URL": f"{sandbox}/zoom/v2",
        "ALLOW_LOOPBACK_FETCH": "1",
        "SANDBOX_WEBHOOK_SECRET": kept["UPSTREAM_WEBHOOK_SECRET"],
        "SANDBOX_MEDIA_DIR": str(VAR / "sandbox-media"),
        "SANDBOX_STATE": str(VAR / "sandbox-state.json"),
        "SANDBOX_WAITING_SECONDS": "3600",  # each bot's own patience is what counts
    }
    started = {}
    if not os.environ.get("DATABASE_URL"):
        started["DATABASE_URL"] = embedded.database_url(VAR, is_allowed=True)
    if not os.environ.get("CELERY_BROKER_URL"):
        started["CELERY_BROKER_URL"] = embedded.broker_url(VAR, is_allowed=True)
    return {**demo, **started, **os.environ, "SANDBOX_PORT": str(sandbox_port)}


def _kept_secrets() -> dict[str, str]:
    """Keys that must be the same at the next start, or nothing stored could be read."""
    path = VAR / "demo-secrets.json"
    if not path.exists():
        webhook_secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "UPSTREAM_WEBHOOK_SECRET": webhook_secret,
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _port(name: str, default: int) -> int:
    """The port that `name` asks for, if it is free; 0 means any free one."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) > 65535:
        sys.exit(f"earshot: {name} must be a port number, not {text!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", int(text)))
        except OSError:
            sys.exit(
                f"earshot: Port {text} is in use. Stop what uses it, or choose another one:"
                f" {name}={int(text) + 1} bin/demo"
            )
        port: int = probe.getsockname()[1]
        return port


def _only_one() -> TextIO:
    """Hold the data folder for this demo alone."""
    lock = (VAR / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("earshot: Another bin/demo is running on this data. Stop that one first.")
    return lock


def _ensure_space() -> None:
    free = shutil.disk_usage(VAR).free
    if free < BYTES_FOR_DATA:
        sys.exit(
            f"earshot: The disk is almost full: {free // 2**20} MB are free, the demo's data needs"
            f" {BYTES_FOR_DATA // 2**20} MB. Free some space and start again."
        )


def _start_over() -> None:
    """Throw the demo's data away; generated media of the sandbox are only a cache and stay."""
    for entry in VAR.iterdir():
        if entry.name in KEPT_WHEN_FRESH:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
