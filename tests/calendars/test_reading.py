"""Listings and details: what is read counts only when it is whole, and nothing is asked twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from calendars import connecting, sync
from calendars.details import read as read_details
from calendars.models import Calendar, Connection, Event, SyncState
from calendars.tasks import reconcile
from tests.calendars.calls import again, news
from tests.calendars.world import Outside
from tests.sandbox_process import Sandbox
from upstream.errors import BadCredentials, Retryable
from upstream.models import UpstreamAccount
from upstream.registry import open_provider

pytestmark = pytest.mark.django_db

SPOILED: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 500, "skip": 2},
    {"listing": "loops", "skip": 1, "times": 50},
    {"listing": "empty"},
    {"listing": "empty", "skip": 1},
    {"listing": "no_list"},
    {"cut_after": 4000},
    {"cut_after": 4000, "skip": 2},
    {"seconds": 1.5},
]


@pytest.mark.parametrize("fault", SPOILED, ids=str)
def test_a_listing_that_is_not_whole_changes_nothing(
    calendar: Calendar, outside: Outside, settings: Settings, fault: dict[str, Any]
) -> None:
    settings.UPSTREAM_TIMEOUT_SECONDS = 0.7
    sandbox = outside.sandbox
    sandbox.post("calendars/fill", count=600)
    sandbox.wait_for(lambda: _listed(sandbox, calendar) > 600)
    state = table()
    path = f"/v2/calendars/{calendar.upstream_id}/events"
    sandbox.post("faults", method="GET", path=path, **fault)
    with pytest.raises(Retryable):
        sync.sync(calendar)
    assert table() == state
    calendar.refresh_from_db()
    assert "Trying again soon" in calendar.problem
    assert calendar.sync_state == SyncState.READY
    sandbox.post("faults", clear=True)
    minutes_ago = timezone.now() - timedelta(minutes=6)
    Calendar.objects.update(tried_at=minutes_ago, synced_at=minutes_ago - timedelta(minutes=9))
    assert Calendar.objects.due_for_sync().exists()
    settings.UPSTREAM_TIMEOUT_SECONDS = 30
    sync.sync(Calendar.objects.for_work().get())
    assert Event.objects.filter(gone_at=None).count() > 600


def test_an_answer_older_than_what_was_told_since_is_asked_for_again(
    calendar: Calendar, outside: Outside, event: Event
) -> None:
    asked = f"/v2/calendars/{calendar.upstream_id}/events/{event.upstream_id}"

    def readings() -> int:
        return sum(one["path"] == asked for one in outside.sandbox.get("requests")["requests"])

    before = readings()
    read_details(calendar, [event.pk])
    assert readings() == before + 1
    Event.objects.filter(pk=event.pk).update(updated_at=timezone.now() + timedelta(minutes=1))
    read_details(calendar, [event.pk])
    assert readings() == before + 3


def table() -> list[Any]:
    return list(Event.objects.order_by("id").values_list("id", "gone_at", "updated_at"))


def _listed(sandbox: Sandbox, calendar: Calendar) -> int:
    calendars = sandbox.state()["calendars"]
    return sum(len(c["events"]) for c in calendars if c["calendar_id"] == calendar.upstream_id)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("active", "partial"),
        ("error", ""),
        ("revoked", "success"),
        ("permission_denied", "success"),
        ("active", "success"),
    ],
)
def test_only_a_copy_that_is_whole_takes_anything_away(
    calendar: Calendar, outside: Outside, status: str, told: str
) -> None:
    sandbox = outside.sandbox
    sandbox.post(f"calendars/{calendar.upstream_id}/trouble", status=status, sync=told)
    Event.objects.create(
        workspace=calendar.workspace, calendar=calendar, upstream_id="not-listed",
        identity="u", original_start=timezone.now(), title="Not listed",
        starts_at=timezone.now() + timedelta(days=1), ends_at=timezone.now() + timedelta(days=2),
        details_at=timezone.now(),
    )  # fmt: skip
    with outside.work():
        sync.sync(calendar)
    is_gone = Event.objects.get(title="Not listed").gone_at is not None
    assert is_gone == ((status, told) == ("active", "success"))


def test_what_leaves_the_window_stays_as_history(event: Event, outside: Outside) -> None:
    Event.objects.filter(pk=event.pk).update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    with outside.work():
        Event.objects.filter(pk=event.pk).update(upstream_id="left-the-store")
        sync.sync(Calendar.objects.for_work().get())
    past = again(event)
    assert past.gone_at is None
    assert news(event) == []


def readings(outside: Outside) -> list[str]:
    requests = outside.sandbox.get("requests")["requests"]
    return [r["path"] for r in requests if r["method"] == "GET" and "/events/" in r["path"]]


@pytest.fixture
def unread(calendar: Calendar) -> list[Event]:
    """Four meetings nobody asked about, the soonest first."""
    soon = calendar.events.standing().filter(ends_at__gt=timezone.now()).order_by("starts_at")
    chosen = list(soon[:4])
    Event.objects.filter(pk__in=[one.pk for one in chosen]).update(details_at=None)
    return chosen


def details(event: Event, **fault: Any) -> dict[str, Any]:
    path = f"/v2/calendars/{event.calendar.upstream_id}/events/{event.upstream_id}"
    return {"method": "GET", "path": path, "times": 9, **fault}


def test_a_meeting_that_cannot_be_read_is_skipped_and_not_asked_for_again(
    calendar: Calendar, outside: Outside, unread: list[Event]
) -> None:
    outside.sandbox.post("faults", **details(unread[0], status=404, code="FST_ERR_NOT_FOUND"))
    outside.sandbox.post("faults", **details(unread[1], status=400, code="FST_ERR_VALIDATION"))
    assert read_details(calendar) == 0
    assert all(again(one).details_at for one in unread)
    assert again(unread[0]).attendees == unread[0].attendees
    before = len(readings(outside))
    assert read_details(calendar) == 0
    assert len(readings(outside)) == before


def test_one_that_fails_for_now_does_not_keep_the_others_waiting(
    calendar: Calendar, outside: Outside, unread: list[Event]
) -> None:
    outside.sandbox.post("faults", **details(unread[0], status=503))
    with pytest.raises(Retryable):
        read_details(calendar)
    assert [bool(again(one).details_at) for one in unread] == [False, True, True, True]
    assert Calendar.objects.get().details_left == 1
    outside.sandbox.post("faults", clear=True)
    Calendar.objects.update(updated_at=timezone.now() - timedelta(minutes=6))
    with outside.work():
        reconcile()
    assert again(unread[0]).details_at


def test_when_two_in_a_row_fail_the_rest_waits(
    calendar: Calendar, outside: Outside, unread: list[Event]
) -> None:
    for one in unread[1:3]:
        outside.sandbox.post("faults", **details(one, status=503))
    with pytest.raises(Retryable):
        read_details(calendar)
    assert [bool(again(one).details_at) for one in unread] == [True, False, False, False]


def test_a_refused_key_keeps_what_was_read_and_stops(
    calendar: Calendar, outside: Outside, unread: list[Event]
) -> None:
    outside.sandbox.post("faults", **details(unread[1], status=401, code="FST_ERR_UNAUTHORIZED"))
    with pytest.raises(BadCredentials):
        read_details(calendar)
    assert [bool(again(one).details_at) for one in unread] == [True, False, False, False]


@pytest.mark.slow
def test_a_calendar_of_ten_thousand_is_read_and_seen_to_grow(
    connection: Connection, account: UpstreamAccount, outside: Outside
) -> None:
    outside.sandbox.post("calendars/fill", count=10_000)
    connecting.choose(connection, account, connecting.available(connection, account)[:1])
    calendar = Calendar.objects.for_work().get()
    connecting.connect(calendar)
    outside.sandbox.wait_for(lambda: _is_listed(calendar))
    sync.sync(calendar)
    calendar.refresh_from_db()
    assert calendar.read_count > 10_000
    assert calendar.details_left >= 10_000
    assert Event.objects.filter(gone_at=None).count() > 10_000
    left = calendar.details_left
    read_details(calendar)
    assert Calendar.objects.get().details_left == left - sync.DETAILS_AT_ONCE


def _is_listed(calendar: Calendar) -> bool:
    return bool(open_provider(calendar.account).get_calendar(calendar.upstream_id).synced_at)
