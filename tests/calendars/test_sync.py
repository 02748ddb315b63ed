"""What comes from the provider: all of it at once, or a few meetings by webhook."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User, Workspace
from calendars import connecting, health, sync
from calendars.merging import mark_gone, merge
from calendars.models import Calendar, Choice, Connection, Event, SyncState, Verdict
from calendars.tasks import reconcile
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.calendars.world import Outside
from upstream.errors import Retryable
from upstream.events import (
    Attendee,
    CalendarConnectionChanged,
    CalendarConnectionDeleted,
    CalendarEvent,
    CalendarEventsChanged,
)
from upstream.models import UpstreamAccount
from upstream.states import BotState, CalendarStatus, Platform

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 4, 10, tzinfo=UTC)


@pytest.fixture
def local(workspace: Workspace, alice_user: User) -> Calendar:
    """A calendar that no provider is asked about."""
    calendar = make_calendar(workspace, alice_user)
    return Calendar.objects.for_work().get(pk=calendar.pk)


def told(number: int = 1, **fields: object) -> CalendarEvent:
    starts_at = START + timedelta(hours=number)
    wanted: dict[str, object] = {
        "event_id": f"e{number}",
        "series_id": f"s{number}",
        "calendar_id": "calendar-0",
        "title": f"Meeting {number}",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=30),
        "meeting_url": "https://meet.google.com/abc-defg-hij",
        "platform": Platform.MEET,
        **fields,
    }
    return CalendarEvent(**wanted)  # type: ignore[arg-type]


def test_only_what_differs_is_rewritten(local: Calendar) -> None:
    assert len(merge(local, [told(n) for n in range(300)]).added) == 300
    again = merge(local, [told(n) for n in range(300)])
    assert again.ids == ()
    changed = merge(local, [told(n, title="New" if n == 7 else f"Meeting {n}") for n in range(300)])
    assert [Event.objects.get(pk=pk).title for pk in changed.changed] == ["New"]


def test_the_number_of_statements_does_not_grow(local: Calendar) -> None:
    with CaptureQueriesContext(
        database,
    ) as few:
        merge(local, [told(1)])
    with CaptureQueriesContext(database) as many:
        merge(local, [told(n) for n in range(2, 500)])
    assert len(many) == len(few) <= 10


def test_what_a_message_leaves_out_is_kept(local: Calendar) -> None:
    people = (Attendee("a@acme.example", "A", "accepted"),)
    merge(local, [told(attendees=people, time_zone="Europe/Stockholm")], with_details=True)
    merge(local, [told(title="Renamed")])
    event = Event.objects.get()
    assert event.title == "Renamed"
    assert event.attendees[0]["email"] == "a@acme.example"
    assert event.time_zone == "Europe/Stockholm"
    assert event.details_at


def test_a_move_keeps_the_choice(local: Calendar, alice_user: User) -> None:
    merge(local, [told()])
    event = Event.objects.get()
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    later = event.starts_at + timedelta(days=1)
    merge(local, [told(starts_at=later, ends_at=later + timedelta(hours=1))])
    moved = Event.objects.get()
    assert moved.starts_at == later
    assert Choice.objects.about(moved)


def test_learning_the_ical_uid_takes_the_choice_along(local: Calendar, alice_user: User) -> None:
    merge(local, [told()])
    Event.objects.get().choose(Verdict.NEVER, by=alice_user, at=timezone.now())
    merge(local, [told(ical_uid="uid@google.example")], with_details=True)
    event = Event.objects.get()
    assert event.identity == "uid@google.example"
    choice = Choice.objects.about(event)
    assert choice
    assert choice.verdict == Verdict.NEVER
    merge(local, [told()])  # a webhook does not tell it, and does not unlearn it
    assert Event.objects.get().identity == "uid@google.example"


def test_cancelled_is_marked_and_comes_back(local: Calendar) -> None:
    merge(local, [told()])
    merge(local, [told(status="cancelled")])
    assert Event.objects.get().gone_at
    merge(local, [told()])
    assert Event.objects.get().gone_at is None


def test_hostile_text_and_links(local: Calendar) -> None:
    merge(local, [told(title="\x00" + "x" * 900, meeting_url="javascript:alert(1)")])
    event = Event.objects.get()
    assert len(event.title) == 500
    assert event.meeting_url == ""


def test_the_past_is_history(local: Calendar) -> None:
    now = timezone.now()
    make_event(local, starts_at=now - timedelta(days=2), upstream_id="past")
    make_event(local, starts_at=now + timedelta(days=2), upstream_id="ahead")
    mark_gone(local, seen=set(), start=timezone.now(), end=now + timedelta(days=30))
    gone = dict(Event.objects.values_list("upstream_id", "gone_at"))
    assert gone["past"] is None
    assert gone["ahead"] is not None


def test_what_came_while_the_listing_was_read_is_not_gone(local: Calendar) -> None:
    before, after = make_event(local), make_event(local)
    began = timezone.now()
    Event.objects.filter(pk=before.pk).update(created_at=began - timedelta(hours=1))
    Event.objects.filter(pk=after.pk).update(created_at=began + timedelta(seconds=1))
    gone = mark_gone(local, seen=set(), start=began, end=began + timedelta(days=30))
    assert gone == [before.pk]


def test_what_was_told_of_while_the_listing_was_read_is_not_gone(local: Calendar) -> None:
    silent, told_of = make_event(local), make_event(local)
    began = timezone.now()
    Event.objects.update(created_at=began - timedelta(hours=1))
    Event.objects.filter(pk=told_of.pk).update(updated_at=began + timedelta(seconds=1))
    assert mark_gone(local, seen=set(), start=began, end=began + timedelta(days=30)) == [silent.pk]


def test_a_failing_listing_changes_nothing(calendar: Calendar, outside: Outside) -> None:
    before = list(Event.objects.order_by("id").values_list("id", "gone_at", "updated_at"))
    path = f"/v2/calendars/{calendar.upstream_id}/events"
    outside.sandbox.post("faults", method="GET", path=path, status=503)
    with pytest.raises(Retryable):
        sync.sync(calendar)
    assert list(Event.objects.order_by("id").values_list("id", "gone_at", "updated_at")) == before
    assert "Trying again soon" in Calendar.objects.get().problem


def test_the_first_reading_knows_people_and_identities(calendar: Calendar) -> None:
    assert calendar.sync_state == SyncState.READY
    assert calendar.synced_at
    linked = calendar.events.filter(gone_at=None).exclude(meeting_url="")
    assert linked.count() > 5
    assert not linked.filter(details_at=None).exists()
    assert not linked.filter(identity__startswith="series:").exists()


def test_a_webhook_merges_and_is_read_again(calendar: Calendar, outside: Outside) -> None:
    event = calendar.events.exclude(meeting_url="").filter(gone_at=None).order_by("-starts_at")[0]
    people = event.attendees
    message = CalendarEventsChanged(
        calendar.upstream_id,
        (told(event_id=event.upstream_id, title="Told by webhook", starts_at=event.starts_at,
              ends_at=event.ends_at, series_id=event.series.upstream_id if event.series else ""),),
    )  # fmt: skip
    with outside.work():
        assert sync.apply_change(calendar.account, message) == "0 meetings new, 1 changed"
        assert Event.objects.get(pk=event.pk).title == "Told by webhook"
    again = Event.objects.get(pk=event.pk)
    assert again.title == event.title  # read again: the truth
    assert again.attendees == people


def test_what_a_webhook_told_during_a_listing_is_read_again(
    calendar: Calendar, outside: Outside
) -> None:
    event = calendar.events.exclude(meeting_url="").filter(gone_at=None).order_by("-starts_at")[0]
    asked = f"/v2/calendars/{calendar.upstream_id}/events/{event.upstream_id}"

    def readings() -> int:
        return sum(one["path"] == asked for one in outside.sandbox.get("requests")["requests"])

    before = readings()
    with outside.work():
        sync.sync(calendar)
    assert readings() == before
    Event.objects.filter(pk=event.pk).update(updated_at=timezone.now() + timedelta(minutes=1))
    with outside.work():
        sync.sync(calendar)
    assert readings() > before


def test_news_of_calendars_that_are_not_ours(account: UpstreamAccount) -> None:
    message = CalendarEventsChanged("nobody's", (told(),))
    assert sync.apply_change(account, message) == "no such calendar here"
    gone = CalendarConnectionDeleted("nobody's")
    assert health.connection_changed(account, gone) == "no such calendar here"


def test_revoked_pauses_and_active_again_resumes(local: Calendar, alice_user: User) -> None:
    event = make_event(local)
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    bot = make_bot(event)
    told_off = CalendarConnectionChanged(local.upstream_id, CalendarStatus.REVOKED)
    assert "withdrawn" in health.connection_changed(local.account, told_off)
    event.refresh_from_db()
    assert event.is_paused
    assert event.needs_you
    bot.refresh_from_db()
    assert bot.state == BotState.SCHEDULED
    health.take(Calendar.objects.for_work().get(), CalendarStatus.ACTIVE)
    resumed = Event.objects.get(pk=event.pk)
    assert not resumed.is_paused
    assert resumed.will_record


def test_disconnecting_forgets_upstream_and_keeps_history(
    calendar: Calendar, outside: Outside, alice_user: User
) -> None:
    event = calendar.events.exclude(meeting_url="").filter(gone_at=None).order_by("-starts_at")[0]
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    bot = make_bot(event)
    with outside.work():
        connecting.disconnect(calendar)
    bot.refresh_from_db()
    assert bot.state == BotState.CANCELLED
    assert outside.sandbox.state()["calendars"] == []
    assert Event.objects.filter(pk=event.pk).exists()
    assert Connection.objects.get().refresh_token == ""


def test_disconnecting_leaves_a_colleagues_booking_alone(
    workspace: Workspace, alice_user: User, outside: Outside
) -> None:
    leaving, staying = (make_calendar(workspace, alice_user) for _ in range(2))
    covered, holder = make_event(leaving), make_event(staying, is_bot_scheduled=True)
    bot = make_bot(holder)
    covered.attach(bot)
    connecting.disconnect(Calendar.objects.for_work().get(pk=leaving.pk))
    bot.refresh_from_db()
    assert bot.state == BotState.SCHEDULED
    assert list(bot.events.all()) == [holder]


def test_a_permission_google_did_not_take_back_is_given_back_later(
    calendar: Calendar, outside: Outside, settings: Settings
) -> None:
    good = settings.GOOGLE_REVOKE_URL
    settings.GOOGLE_REVOKE_URL = "http://127.0.0.1:1/revoke"
    with outside.work():
        connecting.disconnect(calendar)
    assert Connection.objects.get().refresh_token
    settings.GOOGLE_REVOKE_URL = good
    with outside.work():
        reconcile()
    assert Connection.objects.get().refresh_token == ""
    assert not Calendar.objects.left_undeleted().exists()


def test_a_permission_given_anew_is_not_given_back(
    calendar: Calendar, outside: Outside, settings: Settings
) -> None:
    settings.GOOGLE_REVOKE_URL = "http://127.0.0.1:1/revoke"
    with outside.work():
        connecting.disconnect(calendar)
    Connection.objects.update(granted_at=timezone.now())
    with outside.work():
        reconcile()
    connecting.finish_disconnecting(Calendar.objects.select_related("connection").get())
    assert Connection.objects.get().refresh_token


def test_a_permission_the_provider_could_not_be_told_of_is_told_later(
    calendar: Calendar, outside: Outside
) -> None:
    health.take(calendar, CalendarStatus.REVOKED)
    Connection.objects.update(granted_at=timezone.now())
    path = f"/v2/calendars/{calendar.upstream_id}"
    outside.sandbox.post("faults", method="PATCH", path=path, status=503)
    with pytest.raises(Retryable):
        connecting.reconnect(Calendar.objects.for_work().get())
    assert Calendar.objects.get().is_broken
    with outside.work():
        reconcile()
    assert not Calendar.objects.get().is_broken
    assert not Calendar.objects.unrenewed().exists()


def test_a_connection_whose_answer_was_lost_is_found_again(
    connection: Connection, account: UpstreamAccount, outside: Outside
) -> None:
    available = connecting.available(connection, account)
    outside.sandbox.post(
        "faults", method="POST", path="/v2/calendars", status=504, performed=True, times=2
    )
    outside.sandbox.post("faults", clear=True)
    outside.sandbox.post("faults", method="POST", path="/v2/calendars", status=504, performed=True)
    with outside.work():
        connecting.choose(connection, account, available[:1])
    calendar = Calendar.objects.get()
    assert calendar.upstream_id
    assert len(outside.sandbox.state()["calendars"]) == 1
