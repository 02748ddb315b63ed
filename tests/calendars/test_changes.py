"""What happened to a meeting is told once, in its row and on its page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from calendars.merging import mark_gone, merge
from calendars.models import Calendar, ChangeKind, Choice, Event, EventChange, Verdict
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.calendars.test_sync import told
from upstream.events import Attendee

pytestmark = pytest.mark.django_db
ADA = Attendee("ada@northwind.example", "Ada", "accepted", is_self=True)
NOT_ADA = Attendee("ada@northwind.example", "Ada", "declined", is_self=True)
LINK = "https://meet.google.com/xyz-abcd-efg"


@pytest.fixture
def local(workspace: Workspace, alice_user: User) -> Calendar:
    calendar = make_calendar(workspace, alice_user)
    return Calendar.objects.for_work().get(pk=calendar.pk)


def kinds(calendar: Calendar) -> list[str]:
    """What happened on this calendar, in the order it is told."""
    found = EventChange.objects.filter(event__calendar=calendar).order_by("id")
    return list(found.values_list("kind", flat=True))


def read(calendar: Calendar, **fields: Any) -> None:
    """The details come, as after each message."""
    wanted = {"attendees": (ADA,), "is_all_day": False, "is_private": False, "texts": (), **fields}
    merge(calendar, [told(**wanted)], with_details=True)


def test_the_first_reading_is_no_news(local: Calendar) -> None:
    merge(local, [told(meeting_url="")])
    read(local, meeting_url="", texts=(LINK,), is_all_day=True, is_private=True,
         attendees=(NOT_ADA,), ical_uid="u@google.com")  # fmt: skip
    assert kinds(local) == []
    assert Event.objects.get().meeting_url == LINK


@pytest.mark.parametrize(
    ("fields", "happened"),
    [
        ({"starts_at": told().starts_at + timedelta(hours=2),
          "ends_at": told().ends_at + timedelta(hours=2)}, ["moved"]),
        ({"title": "New"}, ["renamed"]),
        ({"meeting_url": LINK}, ["link_changed"]),
        ({"meeting_url": ""}, ["link_removed"]),
        ({"meeting_url": "", "texts": (LINK,)}, ["link_changed"]),
        ({"is_private": True}, ["private"]),
        ({"is_private": True, "title": "", "meeting_url": ""}, ["link_removed", "private"]),
        ({"is_all_day": True, "starts_at": told().starts_at.replace(hour=0)}, ["all_day"]),
        ({"attendees": (NOT_ADA,)}, ["declined"]),
        ({"status": "cancelled"}, ["cancelled"]),
        ({"status": "cancelled", "title": "Gone", "meeting_url": ""}, ["cancelled"]),
        ({"status": "cancelled", "attendees": (NOT_ADA,)}, ["declined"]),
        ({"is_recurring": True}, ["recurring"]),
        ({"time_zone": "Europe/Oslo", "status": "tentative"}, []),
    ],
)  # fmt: skip
def test_each_thing_is_told(local: Calendar, fields: dict[str, Any], happened: list[str]) -> None:
    read(local)
    read(local, **fields)
    assert kinds(local) == happened
    read(local, **fields)
    assert kinds(local) == happened  # once


def test_and_back_again(local: Calendar) -> None:
    read(local)
    read(local, is_private=True, is_all_day=True, meeting_url="")
    read(local)
    assert kinds(local)[-3:] == ["public", "link_added", "timed"]
    read(local, status="cancelled")
    read(local)
    assert kinds(local)[-2:] == ["cancelled", "restored"]


def test_a_move_keeps_both_times(local: Calendar) -> None:
    read(local)
    before = Event.objects.get()
    later = before.starts_at + timedelta(hours=4)
    read(local, starts_at=later, ends_at=later + timedelta(hours=1))
    change = EventChange.objects.get()
    assert (change.moved_from, change.moved_to) == (before.starts_at, later)


def test_a_cancellation_that_turns_out_to_be_a_refusal_is_told_as_one(local: Calendar) -> None:
    read(local)
    merge(local, [told(status="cancelled")])  # the webhook knows no people
    assert kinds(local) == ["cancelled"]
    read(local, status="cancelled", attendees=(NOT_ADA,))
    assert kinds(local) == ["declined"]
    merge(local, [told()])
    assert kinds(local) == ["declined"]
    read(local)
    assert kinds(local) == ["declined", "accepted"]


def test_organizers_cancel_what_was_declined(local: Calendar) -> None:
    read(local)
    read(local, attendees=(NOT_ADA,))
    merge(local, [told(status="cancelled")])
    assert kinds(local) == ["declined", "cancelled"]


def test_what_a_complete_reading_lacks_is_told(local: Calendar) -> None:
    start = timezone.now()
    event = make_event(local, starts_at=start + timedelta(days=1))
    yesterday = start - timedelta(days=1)
    Event.objects.update(created_at=yesterday, updated_at=yesterday)
    window = {"start": start, "end": start + timedelta(days=30)}
    assert mark_gone(local, seen=set(), **window) == [event.pk]
    assert mark_gone(local, seen=set(), **window) == []
    assert kinds(local) == ["removed"]


SERIES: dict[str, Any] = {"is_recurring": True, "ical_uid": "standup@google.com"}


def split(calendar: Calendar, *, hours: int, first: str) -> None:
    """Two meetings of a series go, two of another come, in either order."""
    read(calendar, **SERIES)
    Event.objects.update(created_at=timezone.now() - timedelta(days=1))
    at = told().starts_at + timedelta(hours=hours)

    def go() -> None:
        merge(calendar, [told(status="cancelled", is_recurring=True)])

    def come() -> None:
        new: dict[str, Any] = {
            "event_id": "n1", "series_id": "n", "is_recurring": True,
            "starts_at": at, "ends_at": at + timedelta(minutes=30),
        }  # fmt: skip
        merge(calendar, [told(**new)])
        merge(calendar, [told(**{**new, "ical_uid": SERIES["ical_uid"]})], with_details=True)

    for step in (go, come) if first == "go" else (come, go):
        step()


@pytest.mark.parametrize("first", ["go", "come"])
def test_a_split_series_is_told_as_one(local: Calendar, first: str) -> None:
    split(local, hours=4, first=first)
    told_of = {change.event.upstream_id: change for change in EventChange.objects.all()}
    assert {name: change.kind for name, change in told_of.items()} == {
        "e1": "replaced", "n1": "split",
    }  # fmt: skip
    assert told_of["n1"].moved_from == told().starts_at
    fresh = Event.objects.get(upstream_id="n1")
    assert fresh.identity == Event.objects.get(upstream_id="e1").identity


def test_a_series_split_before_we_came_is_no_news(local: Calendar) -> None:
    read(local, **SERIES)
    merge(local, [told(2, series_id="n", **SERIES)], with_details=True)
    assert kinds(local) == []


def test_a_single_meeting_made_recurring_keeps_its_choice(
    local: Calendar, alice_user: User
) -> None:
    read(local, ical_uid="standup@google.com")
    Event.objects.update(created_at=timezone.now() - timedelta(days=1))
    Event.objects.get().choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    merge(local, [told(status="cancelled")])
    merge(local, [told(event_id="n1", series_id="n", **SERIES)], with_details=True)
    assert kinds(local) == ["replaced", "recurring"]
    choice = Choice.objects.about(Event.objects.get(upstream_id="n1"))
    assert choice is not None
    assert choice.verdict == Verdict.RECORD


def test_the_row_tells_the_newest_and_the_page_all(local: Calendar, alice: Client) -> None:
    event = make_event(local, title="Kick-off")
    make_bot(event)
    moved_from = event.starts_at - timedelta(hours=4)
    note = {"workspace": local.workspace, "event": event}
    EventChange.objects.create(kind=ChangeKind.RENAMED, before="<b>Old</b>", after="New", **note)
    EventChange.objects.create(
        kind=ChangeKind.MOVED, moved_from=moved_from, moved_to=event.starts_at, **note
    )
    page = alice.get("/events/").content.decode()
    assert "Moved from" in page
    assert "Renamed" not in page
    page = alice.get(f"/events/{event.public_id}/").content.decode()
    assert "What happened to it" in page
    assert "Renamed, was “&lt;b&gt;Old&lt;/b&gt;”." in page
    EventChange.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert "Moved from" not in alice.get("/events/").content.decode()


def test_the_row_says_whether_the_bot_has_moved(
    local: Calendar, alice: Client, alice_user: User
) -> None:
    event = make_event(local, is_bot_scheduled=True)
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    bot = make_bot(event)
    EventChange.objects.create(
        workspace=local.workspace, event=event, kind=ChangeKind.MOVED,
        moved_from=event.starts_at - timedelta(hours=4), moved_to=event.starts_at,
    )  # fmt: skip
    assert ", the bot moved too." in alice.get("/events/").content.decode()
    bot.starts_at -= timedelta(hours=4)
    bot.save()
    assert ", the bot is being moved." in alice.get("/events/").content.decode()


def test_the_row_says_whether_the_bot_knows_the_new_link(
    local: Calendar, alice: Client, alice_user: User
) -> None:
    event = make_event(local, is_bot_scheduled=True)
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    bot = make_bot(event)
    news = {"workspace": local.workspace, "event": event}
    EventChange.objects.create(kind=ChangeKind.LINK_CHANGED, **news)
    assert (
        "link was changed, the bot goes to the new one." in alice.get("/events/").content.decode()
    )
    bot.meeting_url = "https://meet.google.com/old-link-here"
    bot.save()
    assert "link was changed, the bot is told." in alice.get("/events/").content.decode()


def test_the_row_warns_of_odd_links_and_names_hidden_meetings(
    local: Calendar, alice: Client
) -> None:
    make_event(local, title="", is_private=True, link_flags=["no_passcode", "several"])
    page = alice.get("/events/").content.decode()
    assert "Busy (title hidden)" in page
    assert "The link has no passcode in it." in page
    assert "more than one meeting link" in page
