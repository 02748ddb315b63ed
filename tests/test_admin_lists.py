"""Every list of the support console costs the same for one row and for thirty.

The lists come from the admin site itself, so a new one cannot be forgotten: it fails here until
`fill` makes rows for it.
"""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from accounts.models import User, Workspace
from accounts.people import create_person
from bots.models import Report, Stray
from calendars.models import Choice, Revision, Rule, Verdict
from letters import outbox
from letters.models import Refusal
from recordings import deleting
from recordings.models import ArtifactKind
from support.models import TaskEnd, TaskRun
from tests.calendars.factories import make_calendar, make_event
from tests.recordings.factories import make_artifact, make_recording
from upstream.models import Call, ProviderName, UpstreamAccount
from webhooks.models import Delivery, RefusalCount
from zoom.models import ZoomAccount

OURS = (
    "support",
    "letters",
    "accounts",
    "upstream",
    "zoom",
    "bots",
    "calendars",
    "recordings",
    "webhooks",
)
LISTS = [
    (model._meta.label, f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in admin.site._registry
    if model._meta.app_label in OURS
]


@pytest.fixture
def support(db: None) -> Client:
    client = Client()
    client.force_login(
        create_person(
            email="support@earshot.example", password="x", is_staff=True, is_superuser=True
        )
    )
    return client


@pytest.mark.parametrize(("label", "address"), LISTS)
def test_list_costs_the_same_for_one_row_and_for_thirty(
    label: str, address: str, support: Client
) -> None:
    add = MAKERS[label]
    add(0)
    support.get(reverse(address))  # content types are read once per process
    one = cost(support, address)
    for number in range(1, 30):
        add(number)
    assert cost(support, address) == one


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(address)).status_code == 200
    return len(queries)


def person(number: int) -> User:
    return create_person(email=f"p{number}@northwind.example", password="x")


def team(number: int) -> Workspace:
    return Workspace.objects.create(name=f"Team {number}")


def account(number: int) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        workspace=team(number),
        name=f"Account {number}",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="https://provider.example",
        api_key="key",
    )


def choice(number: int) -> None:
    Choice.objects.create(
        workspace=team(number),
        identity="uid",
        original_start=timezone.now(),
        verdict=Verdict.RECORD,
        chosen_by=person(number),
        chosen_at=timezone.now(),
    )


def refusals(number: int) -> None:
    RefusalCount.objects.create(account=account(number), count=2)


def delivery(number: int) -> None:
    Delivery.objects.create(
        account=account(number), message_id=f"msg_{number}", event="bot.completed", body=b"{}"
    )


def report(number: int) -> None:
    bot = make_recording(team(number)).bot
    Report.objects.create(
        workspace=bot.workspace, bot=bot, reported_by=person(number), text="No sound", state="done"
    )


def zoom_account(number: int) -> None:
    ZoomAccount.objects.create(
        workspace=team(number),
        user=person(number),
        account=account(100 + number),
        zoom_user_id=f"z-{number}",
        credential_id=f"c-{number}",
    )


MAKERS: dict[str, Callable[[int], object]] = {
    "letters.Letter": lambda number: outbox.post("shared", key=f"{number}", to="sam@x.example"),
    "letters.Refusal": lambda number: Refusal.objects.create(
        address="sam@x.example", kind=f"kind {number}"
    ),
    "accounts.User": person,
    "accounts.Workspace": team,
    "accounts.AuditEntry": lambda number: record(
        workspace=team(number), actor=person(number), action="event.choose"
    ),
    "upstream.UpstreamAccount": account,
    "bots.Report": report,
    "bots.Bot": lambda number: make_recording(team(number)),
    "bots.Stray": lambda number: Stray.objects.create(
        account=account(number), upstream_id=f"b-{number}", seen_at=timezone.now()
    ),
    "calendars.Connection": lambda number: make_calendar(team(number), person(number)),
    "calendars.Calendar": lambda number: make_calendar(team(number), person(number)),
    "calendars.Event": lambda number: make_event(make_calendar(team(number), person(number))),
    "calendars.Choice": choice,
    "calendars.Rule": lambda number: Rule.objects.create(workspace=team(number)),
    "calendars.Revision": lambda number: Revision.objects.create(
        workspace=team(number), asked_at=timezone.now()
    ),
    "recordings.Recording": lambda number: make_recording(team(number)),
    "recordings.Artifact": lambda number: make_artifact(
        make_recording(team(number)), ArtifactKind.CHAT
    ),
    "recordings.Deletion": lambda number: deleting.begin(make_recording(team(number)), by=None),
    "zoom.ZoomAccount": zoom_account,
    "webhooks.Delivery": delivery,
    "support.TaskRun": lambda number: TaskRun.objects.create(
        task_id=f"t-{number}",
        name=f"bots.task_{number % 3}",
        started_at=timezone.now(),
        milliseconds=1,
        end=TaskEnd.DONE,
    ),
    "upstream.Call": lambda number: Call.objects.create(
        account=account(number), method="GET", path="/", status=200, milliseconds=1
    ),
    "webhooks.RefusalCount": refusals,
}
