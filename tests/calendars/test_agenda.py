"""The agenda over HTTP: constant queries, the switch with and without HTMX, who may see what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User, Workspace
from bots.models import Bot, Outcome
from calendars.coverage import decide_again
from calendars.health import take
from calendars.models import Calendar, Choice, Event, Verdict
from calendars.publishing import publish_calendar, publish_events
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.frame import FRAME
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def queries(client: Client, path: str, **headers: Any) -> int:
    with CaptureQueriesContext(database) as seen:
        assert client.get(path, headers=headers or None).status_code == 200
    return len(seen)


def test_queries_are_the_same_for_one_row_and_for_thirty(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    make_bot(make_event(calendar))
    first = queries(alice, "/events/")
    for _ in range(29):
        event = make_event(calendar)
        event.choose(Verdict.RECORD, by=alice_user, at=datetime.now(UTC))
        make_bot(event)
    assert queries(alice, "/events/") == first <= FRAME + 8
    assert queries(alice, "/calendars/") == queries(alice, "/calendars/") <= FRAME + 4


def test_calendars_page_does_not_count_its_rows(
    alice: Client, workspace: Workspace, alice_user: User
) -> None:
    make_calendar(workspace, alice_user)
    first = queries(alice, "/calendars/")
    for _ in range(29):
        make_calendar(workspace, alice_user)
    assert queries(alice, "/calendars/") == first <= FRAME + 4


def test_pages_follow_each_other_without_gaps(alice: Client, calendar: Calendar) -> None:
    at = datetime.now(UTC) + timedelta(days=2)
    for number in range(120):  # many at the same moment: the id breaks the tie
        make_event(calendar, title=f"n{number:03}.", starts_at=at + timedelta(minutes=number // 40))
    seen: list[str] = []
    path = "/events/"
    for _ in range(3):
        page = alice.get(path)
        seen += [row.event.title for day in page.context["days"] for row in day.rows]
        path = f"/events/{page.context['next']}"
    assert len(seen) == len(set(seen)) == 120
    assert page.context["next"] == ""


def test_more_is_a_fragment_that_repeats_no_heading(alice: Client, calendar: Calendar) -> None:
    at = datetime.now(UTC) + timedelta(days=2)
    for _ in range(60):
        make_event(calendar, starts_at=at)
    address = alice.get("/events/").context["next"]
    page = alice.get(f"/events/{address}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "agenda__heading" not in page
    assert page.count('class="timetable__row event"') == 10


def test_coverage_counts_and_filters(alice: Client, calendar: Calendar, alice_user: User) -> None:
    for number in range(3):
        event = make_event(calendar, title=f"title {number}")
        if number:
            event.choose(Verdict.RECORD, by=alice_user, at=datetime.now(UTC))
    Event.objects.filter(title="title 2").update(booking_error="No.", will_record=True)
    Event.objects.filter(title="title 1").update(will_record=True)
    coverage = alice.get("/events/").context["coverage"]
    assert (coverage.meetings, coverage.recorded, coverage.needs_you) == (3, 1, 1)
    for show, titles in {
        "yes": {"title 1"},
        "you": {"title 2"},
        "no": {"title 0"},
    }.items():
        days = alice.get(f"/events/?show={show}").context["days"]
        assert {row.event.title for day in days for row in day.rows} == titles


def test_the_past_is_newest_first(alice: Client, calendar: Calendar) -> None:
    now = datetime.now(UTC)
    for days in (1, 3, 2):
        make_event(calendar, title=f"-{days}", starts_at=now - timedelta(days=days))
    days = alice.get("/events/?period=past").context["days"]
    assert [row.event.title for day in days for row in day.rows] == ["-1", "-2", "-3"]


def test_the_numbers_on_top_are_of_the_coming_days(alice: Client, calendar: Calendar) -> None:
    part = {"HX-Request": "true"}
    assert 'aria-current="true"' in alice.get("/events/", headers=part).text
    assert 'aria-current="true"' not in alice.get("/events/?period=past", headers=part).text


def test_a_booked_bot_leads_to_its_switch(alice: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    bot = make_bot(event)
    way = f'href="/events/{event.public_id}/#choose">Switch it off'
    assert way in alice.get(f"/bots/{bot.public_id}/").text
    Bot.objects.update(state=BotState.RECORDING)
    assert way not in alice.get(f"/bots/{bot.public_id}/").text


@pytest.mark.parametrize(("period", "way"), [("month", 1), ("past", -1)])
def test_a_list_that_is_read_again_is_as_long_as_it_was(
    alice: Client, calendar: Calendar, period: str, way: int
) -> None:
    for number in range(1, 62):
        make_event(calendar, starts_at=datetime.now(UTC) + timedelta(hours=way * number))

    def titles(page: Any) -> list[str]:
        return [row.event.title for day in page.context["days"] for row in day.rows]

    first = alice.get(f"/events/?period={period}")
    more = alice.get(f"/events/{first.context['next']}", headers={"HX-Request": "true"})
    shown = titles(first) + titles(more)
    assert len(shown) == 61
    assert 'name="until"' not in first.content.decode()
    assert 'name="until"' in more.content.decode()
    again = alice.get(more["HX-Replace-Url"])
    assert titles(again) == shown
    assert again.context["until"] == more.context["until"]
    assert titles(alice.get(f"/events/?period={period}")) == titles(first)


@pytest.mark.parametrize(
    "query",
    ["until=x", "period=never", "after=x", "after=2026-01-01~evt", "show=1", "after=2026-13-01T~"],
)
def test_odd_addresses_are_no_pages(alice: Client, calendar: Calendar, query: str) -> None:
    assert alice.get(f"/events/?{query}").status_code == 404


def test_the_switch_as_a_plain_form(alice: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    answer = alice.post(f"/events/{event.public_id}/choice/", {"verdict": "record"})
    assert answer.status_code == 302
    assert Choice.objects.get().verdict == Verdict.RECORD
    event.refresh_from_db()
    assert event.will_record
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("event.choose", event.public_id)
    assert (entry.before, entry.after) == ({"verdict": "follow"}, {"verdict": "record"})
    alice.post(f"/events/{event.public_id}/choice/", {"verdict": "follow"})
    assert not Choice.objects.exists()


def test_the_switch_with_htmx_returns_its_row(alice: Client, calendar: Calendar) -> None:
    event = make_event(calendar, title="<script>alert(1)</script>")
    answer = alice.post(
        f"/events/{event.public_id}/choice/",
        {"verdict": "record"},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert page.strip().startswith("<li")
    assert 'aria-checked="true"' in page
    assert "Arranging it" in page
    assert "<script>" not in page


def test_an_unknown_verdict_is_a_form_error(alice: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    assert alice.post(f"/events/{event.public_id}/choice/", {"verdict": "?"}).status_code == 422
    nothing_to_ask = alice.get(f"/events/{event.public_id}/choice/")
    assert nothing_to_ask["Location"] == f"/events/{event.public_id}/"


def test_strangers_see_nothing(mallory: Client, calendar: Calendar) -> None:
    event = make_event(calendar, title="Our secret")
    ids = event.public_id, calendar.public_id, calendar.connection.public_id
    for path in (
        f"/events/{ids[0]}/",
        f"/calendars/{ids[1]}/disconnection/",
        f"/calendars/accounts/{ids[2]}/",
        f"/calendars/accounts/{ids[2]}/reconnect/",
    ):
        assert mallory.get(path).status_code == 404, path
    for path in (
        f"/events/{ids[0]}/choice/",
        f"/calendars/{ids[1]}/sync/",
        f"/calendars/{ids[1]}/disconnection/",
    ):
        assert mallory.post(path, {"verdict": "record"}).status_code == 404, path
    assert b"Our secret" not in mallory.get("/events/").content
    assert not Choice.objects.exists()


def test_the_event_page_tells_why(alice: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    alice.post(f"/events/{event.public_id}/choice/", {"verdict": "never"})
    page = alice.get(f"/events/{event.public_id}/").content.decode()
    assert "No: switched off for this meeting" in page
    assert "switched recording off" in page
    assert "ines@acme.example" in page


def test_a_calendar_called_by_its_address_is_named_once(calendar: Calendar) -> None:
    address = calendar.connection.email
    assert calendar.name_and_account == f"Maya's calendar of {address}"
    for name in ("", address, f"Calendar of {address}"):
        calendar.name, calendar.email = name, address
        assert calendar.name_and_account == (name or address)


def test_live_fragments_need_no_request(calendar: Calendar) -> None:
    event = make_event(calendar)
    make_bot(event)
    publish_events(calendar.workspace, [event.id])
    publish_calendar(calendar)


def test_the_numbers_on_top_are_published_with_the_rows(alice: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    alice.post(f"/events/{event.public_id}/choice/", {"verdict": "record"})
    with CaptureQueriesContext(database) as seen:
        publish_events(calendar.workspace, [event.id])
    said = "".join(query["sql"] for query in seen.captured_queries)
    page = alice.get("/events/").content.decode()
    for name in ("meetings", "recorded", "not-recorded", "needs-you"):
        assert f'id="coverage-{name}"' in page
        assert f"coverage-{name}" in said


def test_a_meeting_that_came_back_is_listed_once(alice: Client, calendar: Calendar) -> None:
    now = datetime.now(UTC)
    gone = make_event(calendar, title="Before", gone_at=now)
    make_event(calendar, title="Cancelled", gone_at=now)
    make_event(calendar, title="After", identity=gone.identity, original_start=gone.original_start)
    page = alice.get("/events/").content.decode()
    assert "After" in page
    assert "Cancelled" in page
    assert "Before" not in page


@pytest.mark.parametrize(
    ("state", "asks", "note"),
    [
        (BotState.SCHEDULED, False, ""),
        (BotState.RECORDING, True, ""),
        (BotState.PROCESSING, False, "Its bot has left the meeting"),
    ],
)
def test_switching_off_in_the_middle_of_a_meeting_asks_first(
    alice: Client, calendar: Calendar, alice_user: User, state: BotState, asks: bool, note: str
) -> None:
    event = make_event(calendar)
    event.choose(Verdict.RECORD, by=alice_user, at=datetime.now(UTC))
    bot = make_bot(event)
    bot.state = state
    bot.save()
    page = alice.get("/events/").content.decode()
    assert ("hx-confirm" in page) is asks
    assert note in page


def test_a_failed_bot_is_said_while_its_meeting_runs(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    now = datetime.now(UTC)
    event = make_event(calendar, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(1))
    event.choose(Verdict.RECORD, by=alice_user, at=now)
    bot = make_bot(event)
    decide_again([event])
    assert alice.get("/events/").context["coverage"].recorded == 1
    bot.state, bot.outcome = BotState.FAILED, Outcome.TECHNICAL
    bot.save()
    page = alice.get("/events/")
    coverage = page.context["coverage"]
    assert (coverage.recorded, coverage.needs_you) == (0, 1)
    assert "its bot came back without a recording" in page.content.decode()
    assert "Yes: chosen" not in page.content.decode()


def test_numbers_wait_for_the_first_meetings(alice: Client, calendar: Calendar) -> None:
    Calendar.objects.update(sync_state="waiting")
    page = alice.get("/events/").content.decode()
    assert "Your meetings are on their way" in page
    assert "coverage-meetings" not in page


def test_after_following_the_rules_the_keyboard_goes_on_at_the_switch(
    alice: Client, calendar: Calendar
) -> None:
    path = f"/events/{make_event(calendar).public_id}/choice/"
    for verdict, takes_focus in (("record", False), ("follow", True)):
        answer = alice.post(path, {"verdict": verdict}, headers={"HX-Request": "true"})
        assert (b" autofocus>" in answer.content) is takes_focus


def test_a_choice_without_its_history_is_told_all_the_same(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    event = make_event(calendar)
    event.choose(Verdict.RECORD, by=alice_user, at=datetime.now(UTC))
    page = alice.get(f"/events/{event.public_id}/").content.decode()
    assert "Nobody has chosen" not in page
    assert "switched recording on" in page


def test_a_broken_calendar_says_how_many_meetings_are_at_risk(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    event = make_event(calendar)
    event.choose(Verdict.RECORD, by=alice_user, at=datetime.now(UTC))
    take(Calendar.objects.for_work().get(), CalendarStatus.REVOKED)
    page = alice.get("/events/").content.decode()
    assert "1 meeting that should be recorded is at risk." in page
    assert f"/calendars/accounts/{calendar.connection.public_id}/reconnect/" in page


def test_disconnecting_says_what_it_costs(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    make_event(calendar)
    event = make_event(calendar)
    alice.post(f"/events/{event.public_id}/choice/", {"verdict": "record"})
    page = alice.get(f"/calendars/{calendar.public_id}/disconnection/").content.decode()
    assert "Its 2 coming meetings disappear from Earshot." in page
    assert "1 recording that is booked will not happen" in page
    alice.post(f"/calendars/{calendar.public_id}/disconnection/")
    calendar.refresh_from_db()
    assert calendar.is_disconnected
    assert alice.get("/events/").context["days"] == []


def test_an_empty_day_says_when_the_next_meeting_is(alice: Client, calendar: Calendar) -> None:
    make_event(calendar, starts_at=datetime.now(UTC) + timedelta(days=9), title="Far away")
    for path in ("/events/?period=today", "/events/?period=week"):
        page = alice.get(path).content.decode()
        assert "No meetings with a link until" in page
    assert "a link until" not in alice.get("/events/?period=today&q=x").content.decode()


def test_a_stale_calendar_says_since_when(alice: Client, calendar: Calendar) -> None:
    Calendar.objects.update(synced_at=datetime.now(UTC) - timedelta(hours=5))
    make_event(calendar)
    page = alice.get("/events/").content.decode()
    assert "Last read 5\xa0hours ago; what you see may have moved." in page
