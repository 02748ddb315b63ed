"""Away and back: every choice is kept, and the bill says what the time away cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import coverage, health, outages
from calendars.models import Calendar, Event, Outage, OutageKind, Verdict
from tests.calendars.conftest import decide
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.calendars.world import Outside
from tests.frame import FRAME
from upstream.events import CalendarConnectionChanged, CalendarConnectionDeleted
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db


def titles(outage: Outage, kind: OutageKind) -> list[str]:
    found = outage.meetings.filter(kind=kind).order_by("event__starts_at")
    return [line.event.title for line in found.select_related("event")]


def bring_back(calendar: Calendar, after: timedelta = timedelta(0)) -> Outage:
    """As the provider's word and the next reading would."""
    health.take(calendar, CalendarStatus.ACTIVE)
    outage = outages.settle(calendar, provider_read_at=timezone.now())
    assert outage is not None
    return outage


def test_the_same_bad_news_again_is_one_outage(workspace: Workspace, alice_user: User) -> None:
    calendar = make_calendar(workspace, alice_user)
    for _ in range(2):
        bad = CalendarConnectionChanged(calendar.upstream_id, CalendarStatus.REVOKED)
        health.connection_changed(calendar.account, bad)
    health.connection_changed(calendar.account, CalendarConnectionDeleted(calendar.upstream_id))
    outage = Outage.objects.get()
    assert outage.mended_at is None


def test_breaking_again_before_it_was_read_is_one_outage(
    workspace: Workspace, alice_user: User
) -> None:
    calendar = make_calendar(workspace, alice_user)
    for status in (CalendarStatus.REVOKED, CalendarStatus.ACTIVE, CalendarStatus.REVOKED):
        health.take(calendar, status)
    outage = Outage.objects.get()
    assert outage.mended_at is None
    assert outages.settle(calendar, provider_read_at=timezone.now()) is None
    bring_back(calendar)
    health.take(calendar, CalendarStatus.REVOKED)
    assert Outage.objects.count() == 2


def test_temporary_trouble_is_no_outage(workspace: Workspace, alice_user: User) -> None:
    health.take(make_calendar(workspace, alice_user), CalendarStatus.ERROR)
    assert not Outage.objects.exists()


def test_the_bill_waits_for_the_provider_to_read_again(
    workspace: Workspace, alice_user: User
) -> None:
    calendar = make_calendar(workspace, alice_user)
    health.take(calendar, CalendarStatus.REVOKED)
    health.take(calendar, CalendarStatus.ACTIVE)
    long_ago = timezone.now() - timedelta(hours=3)
    assert outages.settle(calendar, provider_read_at=long_ago) is None
    Outage.objects.update(mended_at=timezone.now() - timedelta(minutes=11))
    assert outages.settle(calendar, provider_read_at=long_ago) is not None
    assert outages.settle(calendar, provider_read_at=timezone.now()) is None


def test_choices_are_kept_and_counted(workspace: Workspace, alice_user: User) -> None:
    calendar = make_calendar(workspace, alice_user)
    for title, verdict in (("On", Verdict.RECORD), ("Off", Verdict.NEVER), ("Unsaid", None)):
        event = make_event(calendar, title=title)
        if verdict:
            event.choose(verdict, by=alice_user, at=timezone.now())
    health.take(calendar, CalendarStatus.REVOKED)
    outage = bring_back(calendar)
    assert titles(outage, OutageKind.KEPT) == ["On", "Off"]
    assert titles(outage, OutageKind.CHANGED) == []
    assert Event.objects.get(title="On").will_record


def test_missed_is_what_was_wanted_and_has_nothing(workspace: Workspace, alice_user: User) -> None:
    calendar = make_calendar(workspace, alice_user)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    for title in ("Missed", "Bot failed", "Went all the same", "Nobody asked"):
        event = make_event(calendar, title=title, starts_at=an_hour_ago)
        if title != "Nobody asked":
            event.choose(Verdict.RECORD, by=alice_user, at=an_hour_ago)
        if title == "Bot failed":
            make_bot(event, state=BotState.FAILED)
        if title == "Went all the same":
            make_bot(event, state=BotState.DONE)
    make_event(calendar, title="Ahead").choose(Verdict.RECORD, by=alice_user, at=an_hour_ago)
    coverage.decide_again(calendar.events.for_list())
    health.take(calendar, CalendarStatus.REVOKED)
    Outage.objects.update(began_at=timezone.now() - timedelta(hours=2))
    outage = bring_back(calendar)
    assert sorted(titles(outage, OutageKind.MISSED)) == ["Bot failed", "Missed"]


def test_meetings_that_came_with_new_ids_are_no_news(
    workspace: Workspace, alice_user: User
) -> None:
    calendar = make_calendar(workspace, alice_user)
    old = make_event(calendar, title="Weekly")
    Event.objects.update(created_at=timezone.now() - timedelta(days=9))
    health.take(calendar, CalendarStatus.REVOKED)
    Outage.objects.update(began_at=timezone.now() - timedelta(days=1))
    Event.objects.update(gone_at=timezone.now())
    again = {"identity": old.identity, "original_start": old.original_start}
    make_event(calendar, title="Weekly", starts_at=old.starts_at, **again)
    make_event(calendar, title="Brand new")
    entered_the_window = timezone.now() + timedelta(days=29, hours=12)
    make_event(calendar, title="Next month", starts_at=entered_the_window)
    outage = bring_back(calendar)
    assert titles(outage, OutageKind.CHANGED) == ["Brand new"]


@pytest.fixture
def away(alice: Client, alice_user: User, calendar: Calendar, outside: Outside) -> Event:
    """Maya's calendar, with one meeting booked, is cut off; then that meeting moves."""
    soon = timezone.now() + timedelta(days=2)
    ahead = calendar.events.filter(meeting_url__gt="", gone_at=None, starts_at__gt=soon)
    event = ahead.exclude(status="cancelled").order_by("starts_at")[0]
    with outside.work():
        alice.post(f"/events/{event.public_id}/choice/", {"verdict": "record"})
    outside.sandbox.post("google/behaviour", revoke="maya@northwind.example")
    outside.sandbox.wait_for(lambda: outside.sandbox.state()["calendars"][0]["status"] != "active")
    with outside.work():
        health.take(Calendar.objects.for_work().get(), CalendarStatus.REVOKED)
    outside.sandbox.post(f"events/{event.upstream_id}/move", minutes=60)
    return event


def test_disconnect_broken_reconnect_keeps_choice_and_booking(
    alice: Client, away: Event, outside: Outside
) -> None:
    calendar = Calendar.objects.get()
    away.refresh_from_db()
    assert away.is_paused
    assert away.bot is not None
    bot_id = away.bot_id

    account = f"/calendars/accounts/{calendar.connection.public_id}/"
    page = alice.get(f"{account}reconnect/")
    with outside.work():
        back = alice.get(decide(page["Location"]))
        assert back["Location"] == f"{account}reconnection/"
        assert "It could not be read" not in alice.get(back["Location"]).content.decode()
    outside.wait_until_read(calendar)
    outside.sandbox.wait_for(lambda: _settled(calendar, outside))

    again = Event.objects.get(pk=away.pk)
    assert again.will_record
    assert not again.is_paused
    assert again.bot_id == bot_id
    assert again.starts_at == away.starts_at + timedelta(hours=1)
    outage = Outage.objects.get()
    assert again.title in titles(outage, OutageKind.KEPT)
    assert titles(outage, OutageKind.CHANGED) == [again.title]
    assert titles(outage, OutageKind.MISSED) == []

    bill = alice.get(f"{account}reconnection/").content.decode()
    assert "choice kept" in bill
    assert "meeting changed while away" in bill
    assert again.public_id in bill
    listed = alice.get("/calendars/").content.decode()
    assert "1 choice kept, 1 meeting changed, 0 missed" in listed


def _settled(calendar: Calendar, outside: Outside) -> bool:
    outside.wait_until_read(calendar)
    return Outage.objects.filter(calendar=calendar).exclude(settled_at=None).exists()


def test_the_page_before_anything_happened(alice: Client, calendar: Calendar) -> None:
    page = alice.get(f"/calendars/accounts/{calendar.connection.public_id}/reconnection/")
    assert "This account has not been away" in page.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_bill_asks_as_often_for_many_meetings(
    alice: Client,
    workspace: Workspace,
    alice_user: User,
    count: int,
    django_assert_num_queries: object,
) -> None:
    calendar = make_calendar(workspace, alice_user)
    for _ in range(count):
        make_event(calendar).choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    health.take(calendar, CalendarStatus.REVOKED)
    bring_back(calendar)
    path = f"/calendars/accounts/{calendar.connection.public_id}/reconnection/"
    with django_assert_num_queries(FRAME + 3):  # type: ignore[operator]
        page = alice.get(path)
    assert page.content.decode().count("/events/evt_") == count
