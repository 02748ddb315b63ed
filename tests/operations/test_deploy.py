"""What is started in production is what is tested here, as far as that can be seen without engines.

compose.yaml, Procfile and the systemd units start known parts and pass known settings; the image
keeps the rules for one that may stand in the open; the pages say nothing that is not there.
"""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from django.core.management import get_commands
from django.urls import resolve

from accounts.identity.provider import SCOPES
from calendars.oauth_platforms import platforms
from config import queues, run, servers
from zoom.endpoint import NEEDED

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: it for name, it in SERVICES.items() if it.get("image") == "earshot"}
OF_PROGRAMS = {"WEB_CONCURRENCY", "HOST", "PORT"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.M)
PAGES = [ROOT / "docs" / "deploy.md", *sorted((ROOT / "docs" / "operations").glob("*.md"))]


def settings_read() -> set[str]:
    source = (ROOT / "config" / "settings.py").read_text()
    return set(re.findall(r'env\.(?:str|bool|int|list|email_url|cache_url)\(\s*"(\w+)"', source))


def documented() -> set[str]:
    return set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))


def started() -> Iterator[tuple[str, list[str]]]:
    """(where, what config.run or manage.py is told) of all that is started anywhere."""
    for name, service in OURS.items():
        yield f"compose: {name}", shlex.split(service["command"])
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(": ")
        yield f"Procfile: {name}", shlex.split(command)
    for unit in sorted((ROOT / "deploy" / "systemd").glob("*.service")):
        text = unit.read_text()
        [enabled] = re.findall(r"^# systemctl enable --now (.+)$", text, re.M)
        [command] = re.findall(r"^ExecStart=\S+/(python .+)$", text, re.M)
        for instance in enabled.split():
            stem, _, name = instance.partition("@")
            assert unit.name == f"{stem}@.service"
            yield f"systemd: {instance}", shlex.split(command.replace("%i", name))


def test_what_is_given_to_a_part_is_a_setting_that_is_documented() -> None:
    given = {name for service in OURS.values() for name in service["environment"]}
    assert given <= settings_read() | OF_PROGRAMS
    for where, named in {
        "compose.yaml": set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text())),
        "deploy/Caddyfile": {"PUBLIC_URL"},
    }.items():
        assert named <= documented(), where


def test_everything_that_is_started_is_a_part_that_exists() -> None:
    found = dict(started())
    for where, (program, *arguments) in found.items():
        assert program == "python", where
        if arguments[0] == "manage.py":
            assert arguments[1] in get_commands(), where
        else:
            assert arguments[:2] == ["-m", "config.run"], where
            assert run.command(*arguments[2:], environment={}), where
    for kind in ("compose", "Procfile", "systemd"):
        parts = [it[2:] for where, it in found.items() if where.startswith(kind) and it[1] == "-m"]
        told = [
            it[3:] for where, it in found.items() if where.startswith(kind) and "config.run" in it
        ]
        assert {it[0] for it in told} == set(run.PARTS), kind
        assert {name for it in told if it[0] == "worker" for name in it[1:]} == set(queues.NAMES)
        assert len([it for it in told if it == ["beat"]]) == 1, kind
        assert parts


def test_a_part_becomes_the_program_that_the_servers_name() -> None:
    given = {"HOST": "10.0.0.1", "PORT": "9000"}
    assert run.command("web", environment=given) == servers.pages(9000, host="10.0.0.1")
    assert run.command("edge", environment={}) == servers.edge(8001, host="127.0.0.1")
    assert run.command("beat", environment={}) == servers.beat()
    for odd in (["nobody"], ["beat", "twice"], ["web", "now"], ["worker", "nobodys"]):
        with pytest.raises(ValueError, match=" ".join(odd)):
            run.command(*odd, environment={})
    for port in ("http", "0", "65536", "-1"):
        with pytest.raises(ValueError, match=f"PORT is '{port}'"):
            run.command("web", environment={"PORT": port})
    with pytest.raises(ValueError, match="WEB_CONCURRENCY is 'two'"):
        run.command("web", environment={"WEB_CONCURRENCY": "two"})
    done = subprocess.run(
        [sys.executable, "-m", "config.run", "nobody"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Earshot does not start: ")


def fault_of(compose: dict[str, Any]) -> str:
    """What the Compose Specification says against it: unknown keys, wrong kinds, loose ends."""
    try:
        PyCompose.from_json(json.dumps(compose)).validate()
    except ValueError as error:
        return str(error)
    return ""


def test_compose_keeps_to_the_specification() -> None:
    assert fault_of(COMPOSE) == ""
    for key, value, told in (
        ("restarts", "always", "restarts"),
        ("stop_grace_period", "soon", "soon"),
        ("depends_on", {"migrate": {"condition": "done"}}, "done"),
        ("networks", ["nowhere"], "nowhere"),
        ("cap_drop", "ALL", "ALL"),
    ):
        web = {**SERVICES["web"], key: value}
        odd = {**COMPOSE, "services": {**SERVICES, "web": web}}
        assert told in fault_of(odd), key


def test_the_services_of_compose_hang_together() -> None:
    assert {"migrate", "web", "edge", "beat", "postgres", "redis", "storage", "proxy"} < set(
        SERVICES
    )
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", [])) <= set(SERVICES), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), (name, mount)
        if name not in OURS:
            tag = service["image"].rpartition(":")[2]
            assert re.match(r"\d+\.\d+", tag), f"{name}: {tag} is not one version"
            assert "healthcheck" in service, name
        assert ("ports" in service) == (name == "proxy"), name  # nothing else is open to the world
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["env_file"] == ".env", name
        waits_for = service["depends_on"]
        assert "migrate" in waits_for or name == "migrate", name
    for secret in re.findall(r"PASSWORD|SECRET\w*: *(.+)", (ROOT / "compose.yaml").read_text()):
        assert not secret or secret.startswith("${"), secret


def test_the_proxy_sends_each_address_to_whom_it_is_for() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    [pattern] = re.findall(r"path_regexp (\S+)", caddy)
    edge = re.compile(pattern)
    for path in ("/webhooks/up_1/", "/live/", "/recordings/rec_1/media/video/", "/shared/t/media/"):
        assert edge.search(path), path
        resolve(path)
    for path in ("/", "/recordings/", "/recordings/rec_1/", "/shared/t/", "/healthz"):
        assert not edge.search(path), path
    assert "path /readyz /metrics" in caddy
    for name in re.findall(r"\{\$\w+:(\w+):8000\}", caddy):
        assert name in OURS
        assert OURS[name]["environment"].get("PORT", "8000") == "8000"


def test_the_image_is_made_in_two_steps_of_a_pinned_base() -> None:
    assert len(STAGES) == 4  # what comes before, base, build, final
    bases = re.findall(r"^FROM (\S+) AS (\w+)$", DOCKERFILE, re.M)
    assert [name for _, name in bases] == ["base", "build", "final"]
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases[0][0])
    assert [base for base, _ in bases[1:]] == ["base", "base"]
    assert "--require-hashes" in STAGES[2]
    assert "collectstatic" in STAGES[2]


def test_what_runs_is_nobodys_root_and_has_no_tools_to_build() -> None:
    final = STAGES[3]
    [user] = re.findall(r"^USER (\S+)$", final, re.M)
    assert user.split(":")[0].isdecimal()
    assert user.split(":")[0] != "0"
    installed = " ".join(re.findall(r"apt-get install -y --no-install-recommends ([^&\\]+)", final))
    assert installed.split() == ["postgresql-client-17"]
    assert not re.search(r"gcc|build-essential|\bg\+\+|-dev\b|pip install|curl|git\b", final)
    assert "/usr/local/bin/pip*" in final  # taken away
    assert final.index("rm -rf /var/lib/apt/lists/*") > final.index("apt-get install")
    [after_user] = re.findall(r"^USER .+\n((?:.|\n)*)", final, re.M)
    assert not re.search(r"^(RUN|COPY|ADD)", after_user, re.M)
    assert "/healthz" in final
    assert not re.search(r"^ADD ", DOCKERFILE, re.M)
    secrets = [line for line in final.splitlines() if re.search(r"SECRET|KEY|PASSWORD", line)]
    assert secrets == []


def test_the_image_holds_every_package_that_runs_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert all((ROOT / name).exists() for name in kept)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"bench", "sandbox", "tests"} <= kept
    assert not kept & {".env", ".git", "tests", "bench", "sandbox", "var"}


def test_the_scopes_to_enter_are_those_that_are_asked_for() -> None:
    sections = (ROOT / "docs" / "deploy.md").read_text().split("\n## ")
    google, microsoft, zoom = (
        next(it for it in sections if it.split()[1].strip(",") == name)
        for name in ("Google", "Microsoft", "Zoom")
    )
    spelt = {"email": "userinfo.email", "profile": "userinfo.profile"}
    for scope in {*SCOPES, *platforms()["google"].scopes} - {"openid"}:
        assert f"`.../auth/{spelt.get(scope, scope.rpartition('/')[2])}`" in google, scope
    for scope in {*SCOPES, *platforms()["microsoft"].scopes}:
        assert f"`{scope}`" in microsoft, scope
    assert any(f"`{scope}`" in zoom for scope in NEEDED)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_name_only_what_exists(page: Path) -> None:
    text = page.read_text()
    for name in re.findall(r"manage\.py (\w+)", text):
        assert name in get_commands(), name
    for name in re.findall(r"`([A-Z][A-Z_]+_[A-Z_]+)[`=]", text):
        assert name in documented() | OF_PROGRAMS, name
    for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text):
        assert (page.parent / target).exists(), target
    for path in re.findall(r"https://earshot\.example\.com(/[\w/]+/)`", text):
        assert resolve(path), path
    for name in re.findall(
        r"`?docker compose (?:exec|run --rm|stop|up -d) ([\w -]+?) python|$^", text
    ):
        assert name in SERVICES, name
    for alert in re.findall(r"`(Earshot\w+)`", text):
        assert f"alert: {alert}\n" in (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
