"""One meeting, this and later, the whole series, many at once, and back again."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, User, Workspace
from calendars import choosing, undoing
from calendars.choosing import Scope
from calendars.coverage import decide_again
from calendars.merging import merge
from calendars.models import (
    EVER,
    Calendar,
    Choice,
    Event,
    Reach,
    Series,
    Undo,
    Verdict,
    resolve,
)
from calendars.views.choices import ROWS_ANSWERED
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.calendars.test_sync import told
from upstream.states import BotState

RECORD, NEVER, FOLLOW = Verdict.RECORD, Verdict.NEVER, Verdict.FOLLOW


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def make_series(calendar: Calendar, count: int = 4, identity: str = "weekly") -> list[Event]:
    series = Series.objects.create(
        workspace=calendar.workspace,
        calendar=calendar,
        upstream_id=f"{identity}-{calendar.pk}",
        is_recurring=True,
    )
    first = timezone.now().replace(microsecond=0) + timedelta(days=1)
    return [
        make_event(
            calendar,
            identity=identity,
            series=series,
            title=f"Weekly {number}",
            starts_at=first + timedelta(days=7 * number),
        )
        for number in range(count)
    ]


def say(
    event: Event, verdict: Verdict | None, user: User, scope: Scope = Scope.THIS
) -> choosing.Chosen:
    event.refresh_from_db()
    return choosing.choose([event], verdict, by=user, at=timezone.now(), scope=scope)


def switches(events: Iterable[Event]) -> str:
    """Which of these will be recorded, as on the rows: "1001"."""
    return "".join(
        str(int(Event.objects.values_list("will_record", flat=True).get(pk=event.pk)))
        for event in events
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "result"),
    [
        ([(1, RECORD, Scope.THIS)], "0100"),
        ([(1, RECORD, Scope.LATER)], "0111"),
        ([(1, RECORD, Scope.SERIES)], "1111"),
        ([(0, RECORD, Scope.SERIES), (2, NEVER, Scope.THIS)], "1101"),
        ([(0, RECORD, Scope.SERIES), (2, FOLLOW, Scope.THIS)], "1101"),
        ([(0, RECORD, Scope.SERIES), (2, FOLLOW, Scope.THIS), (2, None, Scope.THIS)], "1111"),
        ([(0, RECORD, Scope.SERIES), (2, NEVER, Scope.LATER)], "1100"),
        ([(0, RECORD, Scope.SERIES), (2, FOLLOW, Scope.LATER)], "1100"),
        ([(2, RECORD, Scope.LATER), (1, NEVER, Scope.LATER)], "0000"),
        ([(1, NEVER, Scope.LATER), (3, RECORD, Scope.LATER)], "0001"),
        ([(2, NEVER, Scope.THIS), (0, RECORD, Scope.SERIES)], "1101"),
        ([(2, NEVER, Scope.THIS), (2, RECORD, Scope.SERIES)], "1111"),
        ([(2, NEVER, Scope.THIS), (0, RECORD, Scope.SERIES), (0, None, Scope.SERIES)], "1111"),
        ([(0, RECORD, Scope.SERIES), (3, FOLLOW, Scope.SERIES)], "0000"),
    ],
)
def test_each_scope(
    calendar: Calendar,
    alice_user: User,
    said: Sequence[tuple[int, Verdict | None, Scope]],
    result: str,
) -> None:
    events = make_series(calendar)
    for at, verdict, scope in said:
        say(events[at], verdict, alice_user, scope)
    assert switches(events) == result


@pytest.mark.django_db
def test_taking_everything_back_leaves_nothing_behind(calendar: Calendar, alice_user: User) -> None:
    first, *_ = events = make_series(calendar)
    say(first, RECORD, alice_user, Scope.SERIES)
    say(events[2], NEVER, alice_user, Scope.LATER)
    say(first, FOLLOW, alice_user, Scope.SERIES)
    assert not Choice.objects.exists()


@pytest.mark.django_db
def test_it_tells_how_many_keep_their_own(calendar: Calendar, alice_user: User) -> None:
    events = make_series(calendar)
    say(events[1], NEVER, alice_user)
    say(events[2], RECORD, alice_user)  # the same as the series: nothing to tell
    say(events[3], NEVER, alice_user)
    assert say(events[0], RECORD, alice_user, Scope.LATER).kept_alone == 2
    assert say(events[0], RECORD, alice_user, Scope.THIS).kept_alone == 0
    say(events[0], None, alice_user, Scope.SERIES)
    assert switches(events) == "1111"


@pytest.mark.django_db
def test_a_new_meeting_of_the_series_follows_it(calendar: Calendar, alice_user: User) -> None:
    events = make_series(calendar)
    say(events[1], RECORD, alice_user, Scope.LATER)
    start = events[-1].starts_at + timedelta(days=7)
    late = make_event(calendar, identity="weekly", series=events[0].series, starts_at=start)
    moved = make_event(
        calendar,
        identity="weekly",
        series=events[0].series,
        starts_at=start,
        original_start=events[0].starts_at - timedelta(days=7),
    )
    assert switches([late, moved]) == "10"


@pytest.mark.django_db
def test_a_colleagues_calendar_follows_the_same_choice(
    calendar: Calendar, workspace: Workspace, alice_user: User
) -> None:
    events = make_series(calendar)
    say(events[0], RECORD, alice_user, Scope.SERIES)
    other = make_calendar(workspace, alice_user)
    twin = make_event(
        other, identity="weekly", starts_at=events[1].starts_at, meeting_url=events[1].meeting_url
    )
    assert twin.will_record


@pytest.mark.django_db
def test_a_series_choice_moves_to_the_identity_that_becomes_known(
    calendar: Calendar, alice_user: User
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    unread = [
        told(number, series_id="s1", starts_at=start + timedelta(days=number))
        for number in range(3)
    ]
    merge(calendar, unread)
    first, second, third = Event.objects.order_by("starts_at")
    assert first.identity == "series:s1"
    say(first, RECORD, alice_user, Scope.LATER)
    say(third, NEVER, alice_user)
    merge(
        calendar,
        [told(1, series_id="s1", starts_at=second.starts_at, ical_uid="weekly@google.com")],
    )
    decide_again(Event.objects.for_list())
    assert set(Event.objects.values_list("identity", flat=True)) == {"weekly@google.com"}
    assert switches([first, second, third]) == "110"
    assert set(Choice.objects.values_list("identity", flat=True)) == {"weekly@google.com"}


MOMENTS = [EVER, *(datetime(2026, 5, day, tzinfo=UTC) for day in (4, 11, 18, 25))]
choices = st.lists(
    st.builds(
        Choice,
        reach=st.sampled_from(Reach),
        original_start=st.sampled_from(MOMENTS),
        verdict=st.sampled_from(Verdict),
    ),
    unique_by=lambda choice: (choice.reach, choice.original_start),
)


@given(choices, st.sampled_from(MOMENTS), st.randoms())
def test_the_nearest_word_counts(said: list[Choice], start: datetime, chance: object) -> None:
    found = resolve(said, start)
    own = [one for one in said if one.is_alone and one.original_start == start]
    before = [one for one in said if not one.is_alone and one.original_start <= start]
    if own:
        assert [found] == own
    elif before:
        assert found is not None
        assert found in before
        assert found.original_start == max(one.original_start for one in before)
    else:
        assert found is None
    assert resolve(reversed(said), start) is found


@pytest.mark.django_db
@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("verdict", [RECORD, NEVER, FOLLOW, None])
def test_undo_brings_back_exactly_what_was(
    calendar: Calendar, alice_user: User, scope: Scope, verdict: Verdict | None
) -> None:
    events = make_series(calendar)
    say(events[0], RECORD, alice_user, Scope.SERIES)
    say(events[2], NEVER, alice_user, Scope.LATER)
    say(events[1], NEVER, alice_user)
    fields = "identity", "reach", "original_start", "verdict", "chosen_by", "chosen_at"
    before, shown = set(Choice.objects.values_list(*fields)), switches(events)
    chosen = say(events[1], verdict, alice_user, scope)
    undoing.take_back(chosen.undo)
    assert set(Choice.objects.values_list(*fields)) == before
    assert switches(events) == shown


@pytest.mark.django_db
def test_undo_leaves_what_a_colleague_said_since(
    calendar: Calendar, alice_user: User, bob_user: User
) -> None:
    first, *_ = make_series(calendar)
    chosen = say(first, RECORD, alice_user)
    say(first, NEVER, bob_user)
    with pytest.raises(undoing.TooLate):
        undoing.take_back(chosen.undo)
    assert Choice.objects.get().chosen_by == bob_user


@pytest.mark.django_db
def test_undo_gives_the_ended_bot_back(calendar: Calendar, alice_user: User) -> None:
    event = make_event(calendar)
    bot = make_bot(event, state=BotState.FAILED)
    chosen = say(event, RECORD, alice_user)
    event.refresh_from_db()
    assert event.bot is None
    undoing.take_back(chosen.undo)
    event.refresh_from_db()
    assert event.bot == bot


def post(client: Client, path: str, **data: object) -> str:
    answer = client.post(path, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.mark.django_db
def test_undo_over_http(alice: Client, bob: Client, mallory: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    page = post(alice, f"/events/{event.public_id}/choice/", verdict="record")
    path = f"/events/undo/{Undo.objects.get().public_id}/"
    assert f'action="{path}"' in page
    assert mallory.post(path).status_code == bob.post(path).status_code == 404
    page = post(alice, path)
    assert 'aria-checked="false"' in page
    assert not Choice.objects.exists()
    assert list(AuditEntry.objects.order_by("id").values_list("action", "target")) == [
        ("event.choose", event.public_id),
        ("event.undo_choice", event.public_id),
    ]
    assert "changed again since" in post(alice, path)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["agenda", "//evil.example/", "https://evil.example/", "a:b"])
def test_made_up_way_back_leads_to_the_agenda(alice: Client, calendar: Calendar, page: str) -> None:
    event = make_event(calendar)
    wish = {"verdict": "never", "next": page}
    answer = alice.post(f"/events/{event.public_id}/choice/", wish)
    assert (answer.status_code, answer["Location"]) == (302, "/events/")


def test_a_series_over_http(alice: Client, calendar: Calendar) -> None:
    events = make_series(calendar)
    post(alice, f"/events/{events[2].public_id}/choice/", verdict="never")
    path = f"/events/{events[0].public_id}/choice/"
    page = post(alice, path, verdict="record", scope="series")
    assert page.count("<li") == 4
    assert "1 meeting keeps what was chosen for it alone." in page
    assert f'href="/events/{events[0].public_id}/#choose"' in page
    assert switches(events) == "1101"
    entry = AuditEntry.objects.latest("id")
    assert entry.after == {"verdict": "record", "scope": "series"}


@pytest.mark.django_db
def test_the_last_of_a_very_long_series_is_answered(alice: Client, calendar: Calendar) -> None:
    (last,) = make_series(calendar, count=1)
    before = [copy(last) for _ in range(ROWS_ANSWERED)]
    for number, event in enumerate(before, start=1):
        event.pk, event.public_id, event.upstream_id = None, f"evt_{number:016}", f"before-{number}"
        event.starts_at = event.original_start = last.starts_at - timedelta(minutes=number)
    Event.objects.bulk_create(before)
    answer = alice.post(
        f"/events/{last.public_id}/choice/",
        {"verdict": "record", "scope": "series"},
        headers={"hx-request": "true"},
    )
    assert answer.status_code == 200
    assert last.public_id in answer.content.decode()


def test_many_at_once(alice: Client, calendar: Calendar) -> None:
    events = make_series(calendar)
    now = timezone.now()
    over = make_event(calendar, starts_at=now - timedelta(hours=2))
    ids = [event.public_id for event in (*events, over)]
    page = post(alice, "/events/choices/", verdict="record", event=ids)
    assert "4 switched on, 1 cannot: it is over." in page
    assert switches(events) == "1111"
    assert AuditEntry.objects.filter(action="event.choose").count() == 4
    page = post(alice, "/events/choices/", verdict="follow", event=ids[1:3])
    assert "2 following the rules." in page
    assert switches(events) == "1001"
    post(alice, f"/events/undo/{Undo.objects.latest('id').public_id}/")
    assert switches(events) == "1111"


@pytest.mark.django_db
def test_strangers_rows_are_not_found(mallory: Client, calendar: Calendar) -> None:
    event = make_event(calendar)
    mallory.post("/events/choices/", {"verdict": "record", "event": event.public_id})
    assert not Choice.objects.exists()
    answer = mallory.post("/events/choices/", {"verdict": "record"}, follow=True)
    assert "Tick the meetings first." in answer.content.decode()


@pytest.mark.django_db
def test_many_take_no_more_queries_than_one(alice: Client, calendar: Calendar) -> None:
    events = make_series(calendar, count=31)

    def queries(*chosen: Event) -> int:
        ids = [event.public_id for event in chosen]
        with CaptureQueriesContext(database) as seen:
            post(alice, "/events/choices/", verdict="record", event=ids)
        return len([one for one in seen.captured_queries if "pg_notify" not in one["sql"]])

    assert queries(*events[1:]) <= queries(events[0])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/events/{}/choice/", "/events/choices/"])
def test_a_running_recording_is_stopped_only_after_a_question(
    alice: Client, calendar: Calendar, alice_user: User, path: str
) -> None:
    now = timezone.now()
    event = make_event(calendar, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(1))
    event.choose(RECORD, by=alice_user, at=now)
    make_bot(event, state=BotState.RECORDING)
    decide_again([event])
    path = path.format(event.public_id)
    data = {"verdict": "never", "event": event.public_id}
    asked = alice.post(path, data, follow=True)
    assert asked.redirect_chain
    assert "What is recorded so far is kept." in asked.content.decode()
    assert switches([event]) == "1"
    late = alice.post(path, data, headers={"HX-Request": "true"})
    assert late["HX-Redirect"].startswith(path)
    alice.post(path, {**data, "confirmed": "1"})
    assert switches([event]) == "0"
