"""What happens in a calendar arrives by webhook, is told in the row, and is never guessed at."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from calendars import coverage, queue, sync
from calendars.models import Calendar, Choice, Event, EventChange, SyncState, Verdict
from calendars.tasks import reconcile
from tests.calendars.calls import Calls, again, make_old, news
from tests.calendars.wishes import bookings
from tests.calendars.world import Outside
from upstream.models import UpstreamAccount
from upstream.states import CalendarStatus

pytestmark = pytest.mark.django_db


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
    assert "Made private in the calendar." in page
    calls.after(f"events/{event.upstream_id}/make_public")
    assert again(event).title == "Kick-off"
    assert "public" in news(event)


def test_made_all_day_and_given_a_time(calls: Calls, event: Event, alice: Client) -> None:
    calls.after(f"events/{event.upstream_id}/make_all_day")
    assert again(event).is_all_day
    assert news(event) == ["all_day"]
    assert "Made an all-day entry." in alice.get("/events/").content.decode()
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
    assert "A meeting link was added." in alice.get("/events/").content.decode()


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
