"""The adapter and the simulated Recall.ai over real HTTP: both read the same contract."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from tests.sandbox_process import (
    API_KEY,
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    Sandbox,
    run_sandbox,
)
from upstream.errors import Conflict, KeyRefused, NotFound, RateLimited, Refused
from upstream.events import CalendarEvent
from upstream.port import BotSpec, CalendarSnapshot, EventRef, OAuthGrant
from upstream.recall.adapter import Recall
from upstream.recall.client import Client
from upstream.states import BotState, CalendarStatus, TranscriptState

ACCOUNT = "maya@northwind.example"
SPEC = BotSpec(
    correlation_id="bot_plain",
    bot_name="Earshot",
    meeting_url="https://meet.google.com/abc-defg-hij",
)
STRANGER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_SPEED="40", SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture(scope="module")
def provider(sandbox: Sandbox) -> Iterator[Recall]:
    client = Client(base_url=sandbox.url, api_key=API_KEY)
    yield Recall(client)
    client.close()


def grant_of(sandbox: Sandbox, account: str = ACCOUNT) -> OAuthGrant:
    token = sandbox.refresh_token(account)
    return OAuthGrant("google", GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, token, email=account)


@pytest.fixture(scope="module")
def now(sandbox: Sandbox) -> datetime:
    return datetime.fromisoformat(sandbox.state()["now"])


@pytest.fixture(scope="module")
def calendar(sandbox: Sandbox, provider: Recall) -> CalendarSnapshot:
    made = provider.connect_calendar(grant_of(sandbox), ACCOUNT)

    def connected() -> CalendarSnapshot | None:
        found = provider.get_calendar(made.calendar_id)
        return found if found.synced_at else None

    found: CalendarSnapshot = sandbox.wait_for(connected)
    return found


@pytest.fixture(scope="module")
def events(provider: Recall, calendar: CalendarSnapshot, now: datetime) -> list[CalendarEvent]:
    end = now + timedelta(days=28)
    return list(provider.list_events(calendar.calendar_id, start=now, end=end))


@pytest.fixture
def bookable(events: list[CalendarEvent], now: datetime) -> EventRef:
    later = now + timedelta(days=1)
    event = next(
        e for e in events
        if e.meeting_url and e.starts_at > later and e.status == "confirmed"
    )  # fmt: skip
    return EventRef(event.calendar_id, event.series_id, event.event_id)


def test_bot_goes_records_and_comes_home(sandbox: Sandbox, provider: Recall, now: datetime) -> None:
    bot_id = provider.create_bot(replace(SPEC, correlation_id="bot_whole_story"))
    found = provider.find_bot("bot_whole_story")
    assert found is not None
    assert found.bot_id == bot_id
    sandbox.wait_for_bot(bot_id, "in_call_recording")
    provider.pause(bot_id)
    assert provider.get_bot_status(bot_id).state is BotState.PAUSED
    provider.resume(bot_id)
    provider.send_chat_message(bot_id, "This meeting is recorded.")
    assert provider.get_bot(bot_id).state is BotState.RECORDING
    assert bot_id in {one.bot_id for one in provider.list_bots(since=now)}
    provider.leave(bot_id)
    sandbox.wait_for_bot(bot_id, "completed")
    bot = provider.get_bot(bot_id)
    assert (bot.state, bot.correlation_id) == (BotState.DONE, "bot_whole_story")
    assert bot.duration_seconds
    assert provider.get_bot_status(bot_id).transcript_state is TranscriptState.READY
    assert bot.links.video
    assert bot.links.transcript
    told = httpx.get(bot.links.transcript, timeout=30).json()
    result = provider.read_transcript(told)["result"]
    assert isinstance(result, dict)
    assert result["utterances"][0]["words"]
    with pytest.raises(Conflict):
        provider.leave(bot_id)
    provider.delete_data(bot_id)
    assert provider.get_bot(bot_id).is_data_deleted
    assert provider.get_bot(bot_id).links.video is None


@pytest.mark.parametrize(
    ("story", "code"),
    [
        ("host_refuses", "bot_kicked_from_waiting_room"),
        ("never_admitted", "timeout_exceeded_waiting_room"),
        ("nobody_joins", "timeout_exceeded_noone_joined"),
        ("meeting_not_found", "meeting_not_found"),
        ("crashes_while_recording", "bot_errored"),
    ],
)
def test_bot_that_brings_nothing_says_why(
    sandbox: Sandbox, provider: Recall, story: str, code: str
) -> None:
    bot_id = provider.create_bot(replace(SPEC, meeting_url=f"{SPEC.meeting_url}?story={story}"))
    sandbox.wait_for_bot(bot_id, "failed")
    bot = provider.get_bot(bot_id)
    assert (bot.state, bot.error_code) == (BotState.FAILED, code)


def test_failed_transcript_leaves_the_recording(sandbox: Sandbox, provider: Recall) -> None:
    url = f"{SPEC.meeting_url}?story=transcription_fails"
    bot_id = provider.create_bot(replace(SPEC, meeting_url=url))
    sandbox.wait_for_bot(bot_id, "failed")
    bot = provider.get_bot(bot_id)
    assert bot.state is BotState.DONE
    assert bot.links.video
    assert provider.get_bot_status(bot_id).transcript_state is TranscriptState.FAILED


def test_scheduled_bot_waits_moves_and_is_deleted(provider: Recall, now: datetime) -> None:
    spec = replace(SPEC, correlation_id="bot_scheduled")
    bot_id = provider.schedule_bot(spec, join_at=now + timedelta(days=2))
    assert provider.get_bot(bot_id).state is BotState.SCHEDULED
    provider.reschedule_bot(bot_id, spec, join_at=now + timedelta(days=3))
    provider.cancel_scheduled_bot(bot_id)
    with pytest.raises(NotFound):
        provider.get_bot(bot_id)
    assert provider.find_bot("bot_scheduled") is None


def test_ten_minutes_before_its_time_a_bot_is_only_called_back(
    sandbox: Sandbox, provider: Recall, now: datetime
) -> None:
    bot_id = provider.schedule_bot(SPEC, join_at=now + timedelta(minutes=9))
    with pytest.raises(Conflict):
        provider.reschedule_bot(bot_id, SPEC, join_at=now + timedelta(hours=2))
    provider.cancel_scheduled_bot(bot_id)
    sandbox.wait_for_bot(bot_id, "failed")
    bot = provider.get_bot(bot_id)
    assert (bot.state, bot.error_code) == (BotState.FAILED, "bot_received_leave_call")


def test_bot_that_nobody_has_is_not_found(provider: Recall) -> None:
    with pytest.raises(NotFound):
        provider.get_bot(STRANGER)
    assert provider.find_bot("bot_never_made") is None


def test_nobody_free_is_tried_again_with_a_new_key(sandbox: Sandbox, provider: Recall) -> None:
    fault = {"method": "POST", "path": "/api/v1/bot/", "status": 507, "retry_after": 30}
    httpx.post(f"{sandbox.url}/sandbox/api/faults", json=fault).raise_for_status()
    with pytest.raises(RateLimited) as caught:
        provider.create_bot(SPEC)
    assert caught.value.retry_after == 30
    assert provider.create_bot(SPEC)


def test_wrong_key_is_told_apart_from_a_withdrawn_consent(sandbox: Sandbox) -> None:
    client = Client(base_url=sandbox.url, api_key="key-of-another-region")
    with pytest.raises(KeyRefused):
        Recall(client).get_bot(STRANGER)
    client.close()


def test_connected_calendar_is_listed_healthy_and_connected_once(
    sandbox: Sandbox, provider: Recall, calendar: CalendarSnapshot
) -> None:
    assert (calendar.email, calendar.status) == (ACCOUNT, CalendarStatus.ACTIVE)
    assert [one.calendar_id for one in provider.list_calendars()] == [calendar.calendar_id]
    with pytest.raises(Conflict):
        provider.connect_calendar(grant_of(sandbox), ACCOUNT)


def test_withdrawn_consent_disconnects_and_a_new_one_mends_it(
    sandbox: Sandbox, provider: Recall
) -> None:
    account = "jonas@northwind.example"
    bad = replace(grant_of(sandbox, account), refresh_token="withdrawn")
    made = provider.connect_calendar(bad, account)
    assert provider.get_calendar(made.calendar_id).status is CalendarStatus.REVOKED
    provider.reconnect_calendar(made.calendar_id, grant_of(sandbox, account))

    def mended() -> bool:
        return provider.get_calendar(made.calendar_id).synced_at is not None

    sandbox.wait_for(mended)
    provider.delete_calendar(made.calendar_id)
    with pytest.raises(NotFound):
        provider.get_calendar(made.calendar_id)


def test_events_come_with_all_that_a_row_needs(
    provider: Recall, calendar: CalendarSnapshot, events: list[CalendarEvent]
) -> None:
    assert len(events) > 20
    assert all(one.is_detailed and one.ical_uid and one.texts is not None for one in events)
    with_people = next(one for one in events if one.attendees)
    assert with_people.title
    assert provider.get_event(calendar.calendar_id, with_people.event_id).title == with_people.title
    series = list(provider.list_series(calendar.calendar_id))
    assert any(found.is_recurring and len(found.events) > 1 for found in series)


def test_event_is_booked_once_however_often_it_is_asked(
    provider: Recall, bookable: EventRef
) -> None:
    spec = replace(SPEC, correlation_id="bot_of_event", callback_url="https://earshot.example/")
    for name in ("Earshot", "Earshot", "Another name"):
        provider.book_event(bookable, replace(spec, bot_name=name))
    assert provider.get_event(bookable.calendar_id, bookable.event_id).is_bot_scheduled
    found = provider.find_bot("bot_of_event")
    assert found is not None
    assert found.state is BotState.SCHEDULED
    provider.unbook_event(bookable)
    assert not provider.get_event(bookable.calendar_id, bookable.event_id).is_bot_scheduled
    assert provider.find_bot("bot_of_event") is None
    provider.unbook_event(bookable)
    provider.unbook_event(EventRef(bookable.calendar_id, STRANGER, STRANGER))


def test_moved_event_keeps_its_booking_until_it_is_asked_for_again(
    sandbox: Sandbox, provider: Recall, bookable: EventRef
) -> None:
    spec = replace(SPEC, correlation_id="bot_that_moves")
    provider.book_event(bookable, spec)
    before = provider.get_event(bookable.calendar_id, bookable.event_id)
    sandbox.post(f"events/{bookable.event_id}/move", minutes=90)

    def moved() -> CalendarEvent | None:
        event = provider.get_event(bookable.calendar_id, bookable.event_id)
        return event if event.starts_at != before.starts_at else None

    after: CalendarEvent = sandbox.wait_for(moved)
    assert after.is_bot_scheduled
    (booking,) = [b for b in sandbox.state()["bookings"] if b["status"] == "scheduled"]
    assert datetime.fromisoformat(booking["join_at"]) == before.starts_at
    provider.rebook_event(bookable, spec)
    (booking,) = [b for b in sandbox.state()["bookings"] if b["status"] == "scheduled"]
    assert datetime.fromisoformat(booking["join_at"]) == after.starts_at
    provider.unbook_event(bookable)


def test_event_without_a_link_cannot_be_booked(
    provider: Recall, events: list[CalendarEvent], now: datetime
) -> None:
    bare = next(e for e in events if not e.meeting_url and e.starts_at > now)
    with pytest.raises(Refused):
        provider.book_event(EventRef(bare.calendar_id, bare.series_id, bare.event_id), SPEC)


def test_each_endpoint_has_a_limit_of_its_own() -> None:
    with run_sandbox(SANDBOX_RATE_LIMIT="1") as strict:  # a twentieth of the provider's own
        client = Client(base_url=strict.url, api_key=API_KEY)
        provider = Recall(client)
        for _ in range(3):
            provider.create_bot(SPEC)
        with pytest.raises(RateLimited) as caught:
            provider.create_bot(SPEC)
        assert 0 < caught.value.retry_after <= 60
        assert list(provider.list_calendars()) == []
        client.close()
