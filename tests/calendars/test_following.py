"""What happens in a calendar arrives by webhook, is told in the row, and is never guessed at."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from calendars import connecting, coverage, queue, sync
from calendars.details import read as read_details
from calendars.models import Calendar, Choice, Connection, Event, EventChange, SyncState, Verdict
from calendars.tasks import reconcile
from tests.calendars.world import Outside
from tests.sandbox_process import WEBHOOK_SECRET, Sandbox
from tests.webhooks.signing import signed
from upstream.errors import BadCredentials, Retryable
from upstream.models import UpstreamAccount
from upstream.registry import open_provider
from upstream.states import CalendarStatus
from webhooks import processing

pytestmark = pytest.mark.django_db


class Calls:
    """The provider's webhooks, brought to our door as they were made, and worked off."""

    def __init__(self, outside: Outside, account: UpstreamAccount) -> None:
        self.outside, self.account = outside, account
        self.known = {message["id"] for message in self._made()}

    def bring(self) -> list[str]:
        """Bring what was made since the last time; returns the names of the messages."""
        fresh = [message for message in self._made() if message["id"] not in self.known]
        self.known |= {message["id"] for message in fresh}
        with self.outside.work():
            for one in fresh:
                letter = signed(one["body"], message_id=one["id"], secret=WEBHOOK_SECRET)
                answer = Client().generic(
                    "POST",
                    f"/webhooks/{self.account.public_id}/",
                    letter.body,
                    content_type="application/json",
                    headers={k: v for k, v in letter.headers.items() if k != "content-type"},
                )
                assert answer.status_code == 204, answer.content
            processing.drain()
        return [message["event"] for message in fresh]

    def after(self, path: str, /, **wishes: Any) -> list[str]:
        """Something happens in the calendar, and its webhooks come."""
        self.outside.sandbox.post(path, **wishes)
        self.outside.sandbox.wait_for(
            lambda: any(message["id"] not in self.known for message in self._made())
        )
        return self.bring()

    def _made(self) -> list[Any]:
        rows = self.outside.sandbox.deliveries()
        return [row for row in rows if row["event"].startswith("calendar.")]


@pytest.fixture
def calls(calendar: Calendar, outside: Outside, account: UpstreamAccount) -> Calls:
    return Calls(outside, account)


@pytest.fixture
def event(calendar: Calendar, calls: Calls) -> Event:
    """A single meeting of the day after tomorrow, which somebody wants recorded and is booked."""
    starts_at = timezone.now() + timedelta(days=2)
    calls.after("events", title="Kick-off", link="zoom", start=starts_at.timestamp())
    found = Event.objects.get(title="Kick-off")
    found.choose(Verdict.RECORD, by=calendar.owner, at=timezone.now())
    with calls.outside.work():
        coverage.decide_again([found])
        queue.schedule(found.id)
    found.refresh_from_db()
    assert found.is_bot_scheduled
    make_old()
    return found


def make_old() -> None:
    """All that is known came before the one transaction of a test, in which time stands still."""
    Event.objects.update(created_at=timezone.now() - timedelta(days=1))


def again(event: Event) -> Event:
    return Event.objects.for_list().get(pk=event.pk)


def news(event: Event) -> list[str]:
    return list(event.changes.order_by("id").values_list("kind", flat=True))


def bookings(outside: Outside) -> list[Any]:
    return [b for b in outside.sandbox.state()["bookings"] if b["status"] == "scheduled"]


def test_a_new_meeting_comes_with_its_people(calls: Calls, event: Event) -> None:
    assert event.details_at
    assert event.attendees
    assert event.link_source == "provider"
    assert news(event) == []


def test_moved_and_the_bot_moved_too(calls: Calls, event: Event, alice: Client) -> None:
    assert calls.after(f"events/{event.upstream_id}/move", minutes=240) == [
        "calendar.event_updated"
    ]
    moved = again(event)
    assert moved.starts_at == event.starts_at + timedelta(hours=4)
    assert news(event) == ["moved"]
    assert moved.bot is not None
    assert moved.bot.starts_at == moved.starts_at
    assert len(bookings(calls.outside)) == 1
    page = " ".join(alice.get("/events/").content.decode().split())
    assert "Moved from" in page
    assert ", the bot moved too." in page


def test_cancelled_and_restored(calls: Calls, event: Event, alice: Client) -> None:
    assert calls.after(f"events/{event.upstream_id}/cancel") == ["calendar.event_cancelled"]
    assert again(event).gone_at
    assert bookings(calls.outside) == []
    assert "Cancelled in the calendar." in alice.get("/events/").content.decode()
    calls.after(f"events/{event.upstream_id}/restore")
    assert again(event).gone_at is None
    assert news(event) == ["cancelled", "restored"]
    assert again(event).will_record
    assert len(bookings(calls.outside)) == 1


def test_declined_and_accepted_again(calls: Calls, event: Event, alice: Client) -> None:
    calls.after(f"events/{event.upstream_id}/decline")
    assert news(event) == ["declined"]
    assert not again(event).will_record
    assert bookings(calls.outside) == []
    assert "Declined in the calendar" in alice.get("/events/").content.decode()
    calls.after(f"events/{event.upstream_id}/accept")
    assert news(event) == ["declined", "accepted"]
    assert again(event).will_record
    assert len(bookings(calls.outside)) == 1


def test_made_private(calls: Calls, event: Event, alice: Client) -> None:
    calls.after(f"events/{event.upstream_id}/make_private")
    hidden = again(event)
    assert (hidden.title, hidden.meeting_url, hidden.is_private) == ("", "", True)
    assert news(event)[-1] == "private"
    assert not hidden.will_record
    assert bookings(calls.outside) == []  # the provider would send it to the link it remembers
    page = alice.get("/events/").content.decode()
    assert "Busy (title hidden)" in page
    assert "Kick-off" not in page
    calls.after(f"events/{event.upstream_id}/make_public")
    assert again(event).title == "Kick-off"
    assert "public" in news(event)


def test_made_all_day_and_given_a_time(calls: Calls, event: Event) -> None:
    calls.after(f"events/{event.upstream_id}/make_all_day")
    assert again(event).is_all_day
    assert news(event) == ["all_day"]
    calls.after(f"events/{event.upstream_id}/make_timed")
    assert news(event) == ["all_day", "timed"]
    assert again(event).starts_at == event.starts_at


def test_link_removed_is_unbooked_and_added_is_booked_again(
    calls: Calls, event: Event, alice: Client
) -> None:
    calls.after(f"events/{event.upstream_id}/remove_link")
    bare = again(event)
    assert (bare.meeting_url, bare.link_source) == ("", "")
    assert bare.needs_you  # it was wished for
    assert bookings(calls.outside) == []
    assert "The meeting link was taken out." in alice.get("/events/").content.decode()
    calls.after(f"events/{event.upstream_id}/add_link", link="https://meet.google.com/abc-defg-hij")
    assert news(event) == ["link_removed", "link_added"]
    assert again(event).link_source == "provider"
    assert len(bookings(calls.outside)) == 1


@pytest.mark.parametrize("wrapper", ["", "safelinks", "proofpoint", "google"])
def test_a_link_only_the_invitation_has_is_found(calls: Calls, event: Event, wrapper: str) -> None:
    calls.after(f"events/{event.upstream_id}/hide_link", wrapper=wrapper)
    found = again(event)
    assert (found.meeting_url, found.link_source) == (event.meeting_url, "found")
    with calls.outside.work():
        sync.sync(Calendar.objects.for_work().get())
    assert again(event).meeting_url == event.meeting_url  # a listing does not know it


@pytest.mark.parametrize(("wrapper", "flag"), [("mimecast", "wrapped"), ("shortened", "shortened")])
def test_a_link_nobody_can_open_is_flagged(
    calls: Calls, event: Event, alice: Client, wrapper: str, flag: str
) -> None:
    calls.after(f"events/{event.upstream_id}/hide_link", wrapper=wrapper)
    assert (again(event).meeting_url, again(event).link_flags) == ("", [flag])
    page = alice.get("/events/").content.decode()
    assert "Put the meeting link itself into the calendar." in page


def test_a_series_split_keeps_its_identity(calls: Calls, calendar: Calendar, alice: Client) -> None:
    standups = calendar.events.filter(title="Daily standup", gone_at=None).order_by("starts_at")
    third = standups[3]
    make_old()
    calls.after(f"events/{third.upstream_id}/split", minutes=240)
    calls.outside.sandbox.wait_for(lambda: calls.bring() or True)
    fresh = standups.filter(series__upstream_id__gt="").exclude(series=third.series)
    assert fresh.count() >= 5
    assert set(fresh.values_list("identity", flat=True)) == {third.identity}
    kinds = set(EventChange.objects.filter(event__in=fresh).values_list("kind", flat=True))
    assert kinds == {"split"}
    assert news(third) == ["replaced"]
    assert "were changed; this one was at" in alice.get("/events/").content.decode()


def test_made_recurring_keeps_the_choice(calls: Calls, event: Event) -> None:
    calls.after(f"events/{event.upstream_id}/make_recurring", weeks=3)
    first, *others = Event.objects.filter(title="Kick-off", gone_at=None).order_by("starts_at")
    assert len(others) == 2
    assert {one.identity for one in (first, *others)} == {event.identity}
    assert news(first) == ["recurring"]
    choice = Choice.objects.about(first)
    assert choice is not None
    assert choice.verdict == Verdict.RECORD
    assert first.will_record


def test_the_first_reading_comes_by_webhook_too(
    calendar: Calendar, outside: Outside, account: UpstreamAccount
) -> None:
    calls = Calls(outside, account)
    calls.known = set()
    Event.objects.all().delete()
    Calendar.objects.update(sync_state=SyncState.WAITING, synced_at=None)
    assert "calendar.events_synced" in calls.bring()
    read = Calendar.objects.get()
    assert (read.sync_state, read.details_left) == (SyncState.READY, 0)
    assert not read.events.without_details().exists()
    assert not EventChange.objects.exists()


def test_a_message_told_twice_is_told_once(calls: Calls, event: Event) -> None:
    calls.after(f"events/{event.upstream_id}/move", minutes=60)
    calls.known.clear()
    calls.bring()
    assert news(event) == ["moved"]


def test_on_demand_the_provider_reads_again(calls: Calls, event: Event, alice: Client) -> None:
    calendar = event.calendar
    with calls.outside.work():
        alice.post(f"/calendars/{calendar.public_id}/sync/")
    asked = [r["path"] for r in calls.outside.sandbox.get("requests")["requests"]]
    assert f"/v2/calendars/{calendar.upstream_id}/sync" in asked


def test_lost_webhooks_are_made_good_by_the_next_reading(calls: Calls, event: Event) -> None:
    sandbox = calls.outside.sandbox
    made = len(sandbox.deliveries())
    sandbox.post(f"events/{event.upstream_id}/move", minutes=60)
    sandbox.wait_for(lambda: len(sandbox.deliveries()) > made)
    Calendar.objects.update(synced_at=timezone.now() - timedelta(hours=4), tried_at=None)
    with calls.outside.work():
        reconcile()
    assert news(event) == ["moved"]


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


def test_what_leaves_the_window_stays_as_history(calls: Calls, event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    with calls.outside.work():
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


@pytest.mark.parametrize(
    ("pull", "status"),
    [("revoke", CalendarStatus.REVOKED), ("untick", CalendarStatus.PERMISSION_DENIED)],
)
def test_a_withdrawn_permission_pauses_and_loses_nothing(
    calls: Calls, event: Event, pull: str, status: CalendarStatus
) -> None:
    before = Event.objects.filter(gone_at=None).count()
    names = calls.after("google/behaviour", **{pull: "maya@northwind.example"})
    assert names == ["calendar.connection_updated"]
    assert Calendar.objects.get().status == status
    assert Event.objects.filter(gone_at=None).count() == before
    assert again(event).is_paused
    assert len(bookings(calls.outside)) == 1


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
