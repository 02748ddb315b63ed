"""The coverage page: numbers that add up and open their lists, one sentence and one button each."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Outcome
from calendars import coverage
from calendars.models import Calendar, Choice, Event, Rule, SyncState, Verdict
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.frame import FRAME
from tests.recordings.factories import make_recording
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def choose(event: Event, verdict: Verdict, user: User) -> Event:
    event.choose(verdict, by=user, at=event.starts_at - timedelta(days=1))
    coverage.decide_again([event], now=event.starts_at - timedelta(minutes=30))
    return event


def make_past(calendar: Calendar, user: User, outcome: str, **fields: Any) -> Event:
    """A meeting of yesterday that was to be recorded, and how that ended (empty: no bot went)."""
    starts_at = fields.pop("starts_at", timezone.now() - timedelta(days=1))
    event = choose(make_event(calendar, starts_at=starts_at, **fields), Verdict.RECORD, user)
    if outcome:
        state = BotState.DONE if outcome == "recorded" else BotState.FAILED
        make_bot(event, state=state, outcome=outcome, state_at=event.ends_at)
    return event


def titles(page: Any) -> set[str]:
    told = page.context["told"]
    lines = [*told.lead, *(line for day in told.days for line in day.lines)]
    return {line.event.title for line in lines}


def line_of(page: Any, event: Event) -> Any:
    told = page.context["told"]
    lines = [*told.lead, *(line for day in told.days for line in day.lines)]
    return next(line for line in lines if line.event == event)


@pytest.fixture
def month(calendar: Calendar, alice_user: User) -> dict[str, Event]:
    """Two recorded, two not, two that need a person."""
    events = {name: make_event(calendar, title=name) for name in ("yes", "sure", "no", "never")}
    events["linkless"] = make_event(calendar, title="linkless", meeting_url="")
    events["stuck"] = make_event(calendar, title="stuck", booking_error="The limit is reached.")
    for name in ("yes", "sure", "linkless", "stuck"):
        choose(events[name], Verdict.RECORD, alice_user)
    choose(events["never"], Verdict.NEVER, alice_user)
    make_bot(events["sure"])
    return events


def test_the_numbers_add_up_and_open_their_lists(alice: Client, month: dict[str, Event]) -> None:
    page = alice.get("/coverage/")
    counted = page.context["told"].counted
    assert (counted.meetings, counted.recorded, counted.not_recorded, counted.needs_you) == (
        6, 2, 2, 2,
    )  # fmt: skip
    assert counted == alice.get("/events/").context["coverage"]
    assert "<title>Coverage (2 need you)" in page.content.decode()
    for show, expected in {
        "yes": {"yes", "sure"},
        "no": {"no", "never"},
        "you": {"linkless", "stuck"},
        "all": set(month),
    }.items():
        opened = alice.get(f"/coverage/?period=ahead&show={show}")
        assert titles(opened) == expected
        assert f'href="?period=ahead&amp;show={show}" aria-current="true"' in (
            opened.content.decode()
        )


def test_what_waits_for_a_person_leads_and_stands_once(
    alice: Client, month: dict[str, Event]
) -> None:
    page = alice.get("/coverage/")
    assert {line.event.title for line in page.context["told"].lead} == {"linkless", "stuck"}
    assert page.content.decode().count("coverage-line") == 6


@pytest.mark.parametrize(
    ("title", "label", "sentence"),
    [
        ("yes", "Don’t record", "Yes: chosen for this meeting."),
        ("no", "Record it", "No: nobody asked for it."),
        ("never", "Record it", "No: switched off for this meeting."),
        ("linkless", "Add a link", "there is no meeting link"),
        ("stuck", "See why", "The limit is reached."),
    ],
)
def test_one_sentence_and_one_button(
    alice: Client, month: dict[str, Event], title: str, label: str, sentence: str
) -> None:
    page = alice.get("/coverage/")
    line = line_of(page, month[title])
    assert line.button.label == label
    assert sentence in line.sentence


def test_other_buttons(alice: Client, bob: Client, calendar: Calendar, alice_user: User) -> None:
    live = choose(make_event(calendar), Verdict.RECORD, alice_user)
    make_bot(live, state=BotState.RECORDING)
    lost = choose(make_event(calendar), Verdict.RECORD, alice_user)
    make_bot(lost, state=BotState.FAILED)
    locked = make_event(calendar, title="Salary")
    Rule.objects.create(
        workspace=calendar.workspace, records=False, is_locked=True, title_has=["salary"]
    )
    coverage.decide_again([locked])
    page = alice.get("/coverage/")
    labels = [line_of(page, event).button.label for event in (live, lost, locked)]
    assert labels == ["See the bot", "Send a bot again", "See why"]
    calendar.status = CalendarStatus.REVOKED
    calendar.save()
    coverage.decide_calendar_again(calendar)
    assert line_of(alice.get("/coverage/"), lost).button.label == "Reconnect"
    assert line_of(bob.get("/coverage/"), lost).button.label == "See the calendar"


def test_the_button_switches_and_comes_back(alice: Client, month: dict[str, Event]) -> None:
    here = "/coverage/?period=ahead&show=no"
    form = {"verdict": "record", "next": here}
    path = f"/events/{month['no'].public_id}/choice/"
    assert alice.post(path, form)["Location"] == here
    assert "“no” is switched on." in alice.get(here).content.decode()
    form = {"verdict": "never", "next": here}
    fragment = alice.post(path, form, headers={"HX-Request": "true"}, follow=True)
    assert fragment.content.decode().strip().startswith('<div class="stack" id="coverage"')
    assert Choice.objects.get(identity=month["no"].identity).verdict == Verdict.NEVER
    elsewhere = alice.post(path, {"verdict": "never", "next": "https://evil.example/"})
    assert elsewhere["Location"] == "/events/"


def test_past_numbers_add_up_and_open_their_lists(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    for number, outcome in enumerate(["recorded", "recorded", "never_admitted", ""]):
        make_past(calendar, alice_user, outcome, title=f"{outcome or 'unknown'} {number}")
    make_past(
        calendar, alice_user, "technical", title="earlier",
        starts_at=timezone.now() - timedelta(days=9),
    )  # fmt: skip
    page = alice.get("/coverage/?period=week")
    total = page.context["told"].stock.total
    assert total.expected == 4
    assert total.got == [
        ("unknown", 1, "unknown"),
        ("recorded", 2, "recorded"),
        ("never_admitted", 1, "never admitted"),
    ]
    assert "<title>Coverage (1 unknown)" in page.content.decode()
    assert [line.event.title for line in page.context["told"].lead] == ["unknown 3"]
    for outcome, number, _ in total.got:
        assert len(titles(alice.get(f"/coverage/?period=week&show={outcome}"))) == number
    assert "earlier" in titles(alice.get("/coverage/?period=month"))
    for day, tally in page.context["told"].stock.days:
        assert len(titles(alice.get(f"/coverage/?period=week&day={day}"))) == tally.expected
        for outcome, number, _ in tally.got:
            address = f"/coverage/?period=week&show={outcome}&day={day}"
            assert len(titles(alice.get(address))) == number


def test_the_past_in_sentences(alice: Client, calendar: Calendar, alice_user: User) -> None:
    watched = make_past(calendar, alice_user, "recorded")
    assert watched.bot
    recording = make_recording(calendar.workspace, bot=watched.bot)
    watched.bot.duration_seconds = 3120.0
    watched.bot.save()
    refused = make_past(calendar, alice_user, Outcome.REFUSED)
    assert refused.bot
    refused.bot.reason = "BOT_NOT_ACCEPTED"
    refused.bot.save()
    unbooked = make_past(calendar, alice_user, "", booking_error="The limit is reached.")
    page = alice.get("/coverage/?period=week")
    told = {line.event: line for day in page.context["told"].days for line in day.lines}
    assert told[watched].sentence == "52 min of recording."
    assert told[watched].button.path == f"/recordings/{recording.public_id}/"
    assert told[refused].sentence == "The host did not let the bot in."
    assert told[refused].button.path == f"/bots/{refused.bot.public_id}/"
    assert told[unbooked].sentence == "The limit is reached."
    assert told[unbooked].button.path == f"/events/{unbooked.public_id}/"


def test_later_changes_leave_the_past_page_as_it_was(
    alice: Client, calendar: Calendar, alice_user: User
) -> None:
    for outcome in ("recorded", "", "never_admitted"):
        make_past(calendar, alice_user, outcome)
    before = alice.get("/coverage/?period=week").context["told"].stock
    Choice.objects.all().delete()
    Rule.objects.create(workspace=calendar.workspace, records=False, is_locked=True)
    coverage.decide_again(Event.objects.for_list())
    alice.post(f"/calendars/{calendar.public_id}/disconnection/")
    calendar.refresh_from_db()
    assert calendar.is_disconnected
    assert alice.get("/coverage/?period=week").context["told"].stock == before


@pytest.mark.parametrize("period", ["ahead", "week"])
def test_pages_follow_each_other_without_gaps(
    alice: Client, calendar: Calendar, alice_user: User, period: str
) -> None:
    now = timezone.now()
    for number in range(120):
        minutes = timedelta(minutes=number // 40)
        starts_at = now - timedelta(days=1) - minutes if period == "week" else None
        event = make_event(
            calendar,
            title=f"n{number:03}.",
            starts_at=starts_at or now + timedelta(days=2) + minutes,
        )
        if period == "week":
            choose(event, Verdict.RECORD, alice_user)
            make_bot(event, state=BotState.DONE, outcome="recorded", state_at=event.ends_at)
    seen: list[str] = []
    address = f"?period={period}"
    while address:
        page = alice.get(f"/coverage/{address}")
        days = page.context["told"].days
        seen += [line.event.title for day in days for line in day.lines]
        address = page.context["next"]
    assert len(seen) == len(set(seen)) == 120


def test_more_is_a_fragment(alice: Client, calendar: Calendar) -> None:
    at = timezone.now() + timedelta(days=2)
    for _ in range(60):
        make_event(calendar, starts_at=at)
    address = alice.get("/coverage/").context["next"]
    more = alice.get(f"/coverage/{address}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in more
    assert "agenda__heading" not in more
    assert len(re.findall("coverage-line", more)) == 10


@pytest.mark.parametrize("period", ["ahead", "week"])
def test_queries_are_the_same_for_one_row_and_for_thirty(
    alice: Client, calendar: Calendar, alice_user: User, period: str
) -> None:
    def more() -> None:
        if period == "week":
            make_past(calendar, alice_user, "recorded")
            make_past(calendar, alice_user, "")
        else:
            make_bot(choose(make_event(calendar), Verdict.RECORD, alice_user))
            choose(make_event(calendar, meeting_url=""), Verdict.RECORD, alice_user)

    def queries() -> int:
        with CaptureQueriesContext(database) as seen:
            assert alice.get(f"/coverage/?period={period}").status_code == 200
        return len(seen)

    more()
    first = queries()
    for _ in range(15):
        more()
    assert queries() == first <= FRAME + 7


@pytest.mark.parametrize(
    "query",
    ["period=x", "show=recorded", "period=week&show=you", "day=2026-01-01", "after=x",
     "period=week&day=yesterday"],
)  # fmt: skip
def test_odd_addresses_are_no_pages(alice: Client, calendar: Calendar, query: str) -> None:
    assert alice.get(f"/coverage/?{query}").status_code == 404


def test_empty_states_say_what_to_do(alice: Client, workspace: Workspace, alice_user: User) -> None:
    assert "Connect Google Calendar" in alice.get("/coverage/").content.decode()
    calendar = make_calendar(workspace, alice_user, sync_state="reading")
    assert "Your meetings are on their way" in alice.get("/coverage/").content.decode()
    calendar.sync_state = SyncState.READY
    calendar.save()
    assert "No meetings in the next 30 days" in alice.get("/coverage/").content.decode()
    assert "No such meeting" in alice.get("/coverage/?show=you").content.decode()
    assert "Nothing was expected" in alice.get("/coverage/?period=month").content.decode()
    assert alice.get("/coverage/?period=week&day=0001-01-01").status_code == 200


def test_strangers_see_nothing_of_it(mallory: Client, calendar: Calendar, alice_user: User) -> None:
    make_event(calendar, title="Our secret")
    make_past(calendar, alice_user, "recorded", title="Our secret")
    for period in ("ahead", "week"):
        assert b"Our secret" not in mallory.get(f"/coverage/?period={period}").content
