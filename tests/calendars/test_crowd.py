"""A page costs the same in a workspace of 100,000 meetings as in a small one."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import reconciliation
from calendars.models import Event
from calendars.place import place_of
from tests.calendars.crowd import make_crowd
from tests.frame import FRAME

pytestmark = pytest.mark.django_db

SMALL = 3_000  # 300 of them ahead: every page that is measured is full
ROUNDS = 9
FLAT = 1.3


@pytest.fixture(
    params=[
        pytest.param(6_000, id="twice as many"),
        pytest.param(100_000, id="100,000", marks=pytest.mark.slow),
    ]
)
def size(request: pytest.FixtureRequest) -> int:
    """How many meetings the large workspace has."""
    return int(request.param)


@pytest.fixture
def crowds(
    workspace: Workspace,
    alice_user: User,
    other_workspace: Workspace,
    mallory_user: User,
    size: int,
) -> None:
    make_crowd(workspace, alice_user, SMALL)
    make_crowd(other_workspace, mallory_user, size)


def addresses(workspace: Workspace) -> dict[str, str]:
    """Full pages, near and deep; and the page of one meeting."""
    now = timezone.now()
    ahead = workspace.events.filter(starts_at__gt=now).order_by("starts_at", "public_id")
    behind = workspace.events.filter(starts_at__lt=now).order_by("-starts_at", "-public_id")
    deep = quote(place_of(ahead[ahead.count() // 3]))
    past = quote(place_of(behind[behind.count() // 2]))
    return {
        "agenda": "/events/?period=month",
        "agenda, recorded": "/events/?period=month&show=yes",
        "agenda, not recorded": "/events/?period=month&show=no",
        "agenda, deep": f"/events/?period=month&after={deep}",
        "past": "/events/?period=past",
        "past, deep": f"/events/?period=past&after={past}",
        "coverage": "/coverage/?period=ahead&show=yes",
        "coverage, deep": f"/coverage/?period=ahead&show=no&after={deep}",
        "expected and got": "/coverage/?period=month",
        "one meeting": f"/events/{ahead[0].public_id}/",
    }


def opened(client: Client, address: str) -> Callable[[], None]:
    def get() -> None:
        assert client.get(address).status_code == 200

    return get


def switched(client: Client, workspace: Workspace) -> Callable[[], None]:
    event = workspace.events.filter(starts_at__gt=timezone.now() + timedelta(days=3)).first()
    assert event

    def post() -> None:
        path = f"/events/{event.public_id}/choice/"
        headers = {"HX-Request": "true"}
        assert client.post(path, {"verdict": "never"}, headers=headers).status_code == 200

    return post


def taken(do: Callable[[], None]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def queries(do: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as seen:
        do()
    return len(seen)


@pytest.mark.usefixtures("crowds")
def test_query_counts_are_flat(
    alice: Client, mallory: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    large = addresses(other_workspace)
    for name, address in addresses(workspace).items():
        few = queries(opened(alice, address))
        # One more may ask who shares the bots that the page shows, when it shows any.
        assert queries(opened(mallory, large[name])) <= few + 1 <= FRAME + 9, name
    assert queries(switched(alice, workspace)) == queries(switched(mallory, other_workspace))


@pytest.mark.slow
@pytest.mark.usefixtures("crowds")
def test_page_time_is_flat(
    alice: Client, mallory: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    large = addresses(other_workspace)
    work = {
        name: (opened(alice, address), opened(mallory, large[name]))
        for name, address in addresses(workspace).items()
    }
    work["switch"] = switched(alice, workspace), switched(mallory, other_workspace)
    slow = {}
    for name, (here, there) in work.items():
        # In turn, so that both meet the machine's quiet moments and its busy ones.
        ratios = [taken(there) / taken(here) for _ in range(ROUNDS)]
        if (ratio := statistics.median(ratios)) > FLAT:
            slow[name] = round(ratio, 2)
    assert slow == {}


@pytest.mark.usefixtures("crowds")
def test_reconciliation_reads_no_more_than_it_wakes() -> None:
    now = timezone.now()
    waking = Event.objects.unsettled(now).order_by("starts_at").values_list("id", flat=True)
    plan = waking[: reconciliation.AT_ONCE].explain()
    assert "Seq Scan on calendars_event" not in plan
