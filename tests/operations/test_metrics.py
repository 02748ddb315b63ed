"""Each number says what the tables say, to whoever has the token."""

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.models import User, Workspace
from calendars.models import Event
from live.hub import BEAT_SECONDS, STREAMS_NAME
from operations.gauges import GAUGES
from support.models import TaskRun
from tests.asgi_server import database_url, run_asgi
from tests.bots.factories import create_bot
from tests.calendars.factories import make_calendar, make_event
from tests.live.listening import listening
from tests.recordings.factories import make_account, make_artifact, make_recording
from upstream.models import Call
from webhooks.models import Delivery, RefusalCount

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
TOKEN = "for the collector"
KEY = {"authorization": f"Bearer {TOKEN}"}
Numbers = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(text: str) -> Numbers:
    """{(name, label, label, …): value}"""
    families = text_string_to_metric_families(text)
    samples = (sample for family in families for sample in family.samples)
    return {(it.name, *it.labels.values()): it.value for it in samples}


def numbers(client: Client) -> Numbers:
    answer = client.get("/metrics", headers=KEY)
    assert answer.status_code == 200
    return read(answer.content.decode())


def test_only_the_token_opens_it(db: None, client: Client, settings: Settings) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer"}).status_code == 401
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_an_empty_installation_has_every_number_that_has_no_labels(
    db: None, client: Client
) -> None:
    found = numbers(client)
    assert {(gauge.name,) for gauge in GAUGES if not gauge.labels} <= set(found)
    assert set(found.values()) == {0.0}


def test_the_numbers_are_those_of_the_tables(
    workspace: Workspace, alice_user: User, client: Client
) -> None:
    now = timezone.now()
    account = make_account()
    for number, (state, minutes) in enumerate(
        [("pending", 5), ("pending", 1), ("processed", 2), ("failed", 3), ("processed", 61)]
    ):
        Delivery.objects.create(
            account=account,
            message_id=f"msg_{number}",
            body=b"{}",
            state=state,
            received_at=now - timedelta(minutes=minutes),
        )
    RefusalCount.objects.create(account=account, count=7)
    for status, minutes in [(200, 1), (200, 2), (429, 3), (None, 4), (200, 61)]:
        at = now - timedelta(minutes=minutes)
        Call.objects.create(account=account, status=status, at=at, milliseconds=1)
    calendar = make_calendar(workspace, alice_user)
    make_event(calendar, starts_at=now + timedelta(minutes=30))
    make_event(calendar, starts_at=now + timedelta(days=1))
    Event.objects.update(will_record=True)  # and nobody has booked them
    create_bot(workspace, account, state="recording", heard_at=now, starts_at=now)
    recording = make_recording(workspace)
    make_artifact(recording, "video", state="pending", next_try_at=now - timedelta(minutes=9))
    TaskRun.objects.create(
        task_id="t", name="bots.send", started_at=now, milliseconds=1, end="failed"
    )

    found = numbers(client)

    assert found["earshot_inbox_waiting",] == 2
    assert 300 <= found["earshot_inbox_lag_seconds",] < 400
    assert found["earshot_deliveries_last_hour", "processed"] == 1
    assert found["earshot_deliveries_last_hour", "failed"] == 1
    assert found["earshot_deliveries_refused",] == 7
    calls = {row[1:]: it for row, it in found.items() if row[0].endswith("_calls_last_hour")}
    assert calls == {
        ("meetingbaas_v2", "200"): 2,
        ("meetingbaas_v2", "429"): 1,
        ("meetingbaas_v2", "none"): 1,
    }
    assert found["earshot_scheduling_gap",] == 2
    assert found["earshot_scheduling_gap_soon",] == 1
    assert found["earshot_ingest_files", "pending"] == 1
    assert 540 <= found["earshot_ingest_lag_seconds",] < 640
    assert found["earshot_bots", "recording"] == 1
    assert found["earshot_calendars", "google", "active"] == 1
    assert found["earshot_tasks_last_hour", "failed"] == 1


def test_streams_are_counted_over_all_processes(db: None, client: Client) -> None:
    with (
        psycopg.connect(database_url(), application_name=f"{STREAMS_NAME}40"),
        psycopg.connect(database_url(), application_name=f"{STREAMS_NAME}2"),
        psycopg.connect(database_url(), application_name=f"{STREAMS_NAME}of others"),
    ):
        assert numbers(client)["earshot_open_streams",] >= 42  # the tests' own server may run too


@pytest.mark.django_db(transaction=True)
def test_a_server_tells_how_many_listen_to_it(alice: Client, workspace: Workspace) -> None:
    with (
        run_asgi(METRICS_TOKEN=TOKEN) as server,
        listening(server.url, alice, f"{workspace.public_id}/events"),
        listening(server.url, alice, f"{workspace.public_id}/bots"),
        psycopg.connect(database_url(), autocommit=True) as database,
    ):
        deadline = time.monotonic() + 10 * BEAT_SECONDS
        while names(database).isdisjoint({f"{STREAMS_NAME}2"}):
            assert time.monotonic() < deadline, names(database)
            time.sleep(0.2)
        answer = httpx.get(f"{server.url}/metrics", headers=KEY, timeout=60)
        assert read(answer.text)["earshot_open_streams",] >= 2


def names(database: "psycopg.Connection[Any]") -> set[str]:
    rows = database.execute(
        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
    )
    return {str(name) for (name,) in rows}


def expressions() -> Iterator[tuple[str, str]]:
    """(where, PromQL) of every alert and of every panel."""
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    board = json.loads((DEPLOY / "grafana" / "earshot.json").read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def test_every_number_in_alerts_and_panels_exists_with_its_labels() -> None:
    labels = {gauge.name: set(gauge.labels) for gauge in GAUGES}
    named = set()
    for where, expression in expressions():
        found = re.findall(r"(earshot_\w+)(?:\{([^}]*)\})?", expression)
        assert found, f"{where} asks for nothing of ours"
        for name, chosen in found:
            assert name in labels, f"{where} asks for {name}"
            assert set(re.findall(r"(\w+)\s*[=!]", chosen)) <= labels[name], where
            named.add(name)
    assert named == set(labels)  # and none is gathered for nobody


def test_every_alert_leads_to_a_runbook_that_exists() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    for rule in alerts:
        page, _, section = rule["annotations"]["runbook"].partition("#")
        text = (DEPLOY.parent / page).read_text()
        headings = re.findall(r"^#+ (.+)$", text, re.M)
        anchors = {re.sub(r"[^\w -]", "", it).strip().lower().replace(" ", "-") for it in headings}
        assert not section or section in anchors, rule["alert"]
        assert {"summary"} < set(rule["annotations"])
