"""The adapter and the simulated provider over real HTTP: both read the same contract."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.sandbox_process import (
    API_KEY,
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    Sandbox,
    run_sandbox,
)
from upstream.errors import (
    BadCredentials,
    Conflict,
    NotFound,
    RateLimited,
    Refused,
    Retryable,
)
from upstream.events import CalendarEvent
from upstream.meetingbaas_v2.adapter import MeetingBaasV2
from upstream.meetingbaas_v2.client import Client
from upstream.port import BotSpec, CalendarSnapshot, EventRef, OAuthGrant
from upstream.states import BotState, CalendarStatus, Platform, TranscriptState

ACCOUNT = "maya@northwind.example"
SPEC = BotSpec(
    correlation_id="bot_plain",
    bot_name="Earshot",
    meeting_url="https://meet.google.com/abc-defg-hij",
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_SPEED="40", SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture(scope="module")
def provider(sandbox: Sandbox) -> Iterator[MeetingBaasV2]:
    client = Client(base_url=sandbox.url, api_key=API_KEY)
    yield MeetingBaasV2(client)
    client.close()


def grant_of(sandbox: Sandbox, account: str = ACCOUNT) -> OAuthGrant:
    token = sandbox.refresh_token(account)
    return OAuthGrant("google", GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, token)


def create_many(provider: MeetingBaasV2) -> None:
    """Ask in one breath; a slow machine may keep to one a second for a while."""
    for _ in range(30):
        provider.create_bot(SPEC)


def plan_fault(sandbox: Sandbox, **fault: object) -> None:
    httpx.post(f"{sandbox.url}/sandbox/api/faults", json=fault).raise_for_status()


@pytest.fixture(scope="module")
def calendar(sandbox: Sandbox, provider: MeetingBaasV2) -> CalendarSnapshot:
    return provider.connect_calendar(grant_of(sandbox), ACCOUNT)


@pytest.fixture(scope="module")
def now(sandbox: Sandbox) -> datetime:
    return datetime.fromisoformat(sandbox.state()["now"])


@pytest.fixture(scope="module")
def events(
    sandbox: Sandbox, provider: MeetingBaasV2, calendar: CalendarSnapshot, now: datetime
) -> list[CalendarEvent]:
    """Every meeting of the next four weeks, once the first sync has brought them."""

    def synced() -> list[CalendarEvent]:
        end = now + timedelta(days=28)
        return list(provider.list_events(calendar.calendar_id, start=now, end=end))

    found: list[CalendarEvent] = sandbox.wait_for(synced)
    return found


@pytest.fixture
def bookable(events: list[CalendarEvent], now: datetime) -> EventRef:
    later = now + timedelta(days=1)
    event = next(e for e in events if e.meeting_url and e.starts_at > later and not e.is_all_day)
    return EventRef(event.calendar_id, event.series_id, event.event_id)


def test_bot_goes_records_and_comes_home(sandbox: Sandbox, provider: MeetingBaasV2) -> None:
    spec = replace(SPEC, correlation_id="bot_whole_story")
    bot_id = provider.create_bot(spec)
    found = provider.find_bot("bot_whole_story")
    assert found is not None
    assert found.bot_id == bot_id
    sandbox.wait_for_bot(bot_id, "in_call_recording")
    provider.pause(bot_id)
    assert provider.get_bot_status(bot_id).state is BotState.PAUSED
    provider.resume(bot_id)
    provider.send_chat_message(bot_id, "This meeting is recorded.")
    assert provider.get_bot(bot_id).state is BotState.RECORDING
    provider.leave(bot_id)
    sandbox.wait_for_bot(bot_id, "completed")
    bot = provider.get_bot(bot_id)
    assert (bot.state, bot.correlation_id) == (BotState.DONE, "bot_whole_story")
    assert bot.links.video
    assert bot.links.transcript
    assert bot.participants
    assert bot.duration_seconds
    assert provider.get_bot_status(bot_id).transcript_state is TranscriptState.READY
    assert all(shot.url for shot in provider.list_screenshots(bot_id))
    provider.resend_webhook(bot_id)
    provider.delete_data(bot_id)
    assert provider.get_bot(bot_id).is_data_deleted
    assert provider.get_bot(bot_id).links.video is None


def test_bot_that_is_not_let_in_says_so(sandbox: Sandbox, provider: MeetingBaasV2) -> None:
    sandbox.post("next_story", story="host_refuses")
    bot_id = provider.create_bot(replace(SPEC, correlation_id="bot_refused"))
    sandbox.wait_for_bot(bot_id, "failed")
    bot = provider.get_bot(bot_id)
    assert (bot.state, bot.error_code) == (BotState.FAILED, "BOT_NOT_ACCEPTED")
    with pytest.raises(Conflict):
        provider.leave(bot_id)
    with pytest.raises(Conflict):
        provider.pause(bot_id)


def test_scheduled_bot_waits_moves_and_is_cancelled(provider: MeetingBaasV2, now: datetime) -> None:
    spec = replace(SPEC, correlation_id="bot_scheduled")
    bot_id = provider.schedule_bot(spec, join_at=now + timedelta(days=2))
    assert provider.get_bot(bot_id).state is BotState.SCHEDULED
    provider.reschedule_bot(bot_id, spec, join_at=now + timedelta(days=3))
    found = provider.find_bot("bot_scheduled")
    assert found is not None
    assert found.bot_id == bot_id
    provider.cancel_scheduled_bot(bot_id)
    assert provider.get_bot(bot_id).state is BotState.CANCELLED


def test_bot_that_nobody_has_is_not_found(provider: MeetingBaasV2) -> None:
    stranger = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(NotFound):
        provider.get_bot(stranger)
    with pytest.raises(NotFound):
        provider.leave(stranger)
    assert provider.find_bot("bot_never_made") is None


def test_created_bot_whose_answer_got_lost_is_found(
    sandbox: Sandbox, provider: MeetingBaasV2
) -> None:
    plan_fault(sandbox, method="POST", path="/v2/bots", status=504, performed=True)
    with pytest.raises(Retryable):
        provider.create_bot(replace(SPEC, correlation_id="bot_lost_answer"))
    assert provider.find_bot("bot_lost_answer") is not None


def test_wrong_key_is_bad_credentials(sandbox: Sandbox) -> None:
    client = Client(base_url=sandbox.url, api_key="not-the-key")
    with pytest.raises(BadCredentials):
        MeetingBaasV2(client).get_bot("b1")
    client.close()


def test_available_calendars_are_those_of_the_account(
    sandbox: Sandbox, provider: MeetingBaasV2
) -> None:
    available = provider.list_available_calendars(grant_of(sandbox))
    assert [found.is_primary for found in available].count(True) == 1
    assert ACCOUNT in {found.raw_id for found in available}


def test_withdrawn_consent_is_bad_credentials(provider: MeetingBaasV2) -> None:
    withdrawn = OAuthGrant("google", GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, "withdrawn")
    with pytest.raises(BadCredentials):
        provider.list_available_calendars(withdrawn)


def test_connected_calendar_is_listed_and_healthy(
    sandbox: Sandbox, provider: MeetingBaasV2, calendar: CalendarSnapshot
) -> None:
    assert calendar.email == ACCOUNT
    assert calendar.calendar_id in {found.calendar_id for found in provider.list_calendars()}
    provider.sync_calendar(calendar.calendar_id)
    provider.resubscribe_calendar(calendar.calendar_id)
    provider.reconnect_calendar(calendar.calendar_id, grant_of(sandbox))
    fresh = provider.get_calendar(calendar.calendar_id)
    assert (fresh.status, fresh.platform) == (CalendarStatus.ACTIVE, "google")


def test_calendar_cannot_be_connected_twice(
    sandbox: Sandbox, provider: MeetingBaasV2, calendar: CalendarSnapshot
) -> None:
    with pytest.raises(Conflict):
        provider.connect_calendar(grant_of(sandbox), calendar.email)


def test_events_come_with_all_that_a_row_needs(
    provider: MeetingBaasV2, calendar: CalendarSnapshot, events: list[CalendarEvent]
) -> None:
    with_link = next(event for event in events if event.platform is Platform.MEET)
    assert with_link.meeting_url.startswith("https://meet.google.com/")
    assert with_link.calendar_id == calendar.calendar_id
    assert with_link.starts_at.tzinfo is UTC
    details = provider.get_event(calendar.calendar_id, with_link.event_id)
    assert details.ical_uid
    assert details.attendees
    assert replace(with_link, is_all_day=details.is_all_day).title == details.title


def test_series_hold_the_events(
    provider: MeetingBaasV2, calendar: CalendarSnapshot, events: list[CalendarEvent]
) -> None:
    series = list(provider.list_series(calendar.calendar_id))
    in_series = {event.event_id for found in series for event in found.events}
    assert {event.event_id for event in events} <= in_series
    assert any(found.is_recurring and len(found.events) > 1 for found in series)


def test_event_is_booked_once_however_often_it_is_asked(
    provider: MeetingBaasV2, bookable: EventRef
) -> None:
    spec = replace(SPEC, correlation_id="bot_of_event", callback_url="https://earshot.example/")
    provider.book_event(bookable, spec)
    assert provider.get_event(bookable.calendar_id, bookable.event_id).is_bot_scheduled
    provider.book_event(bookable, spec)
    provider.rebook_event(bookable, replace(spec, bot_name="Another name"))
    provider.unbook_event(bookable)
    assert not provider.get_event(bookable.calendar_id, bookable.event_id).is_bot_scheduled
    provider.unbook_event(bookable)


def test_event_without_a_link_cannot_be_booked(
    provider: MeetingBaasV2, events: list[CalendarEvent], now: datetime
) -> None:
    bare = next(e for e in events if not e.meeting_url and e.starts_at > now)
    with pytest.raises(Refused, match="no meeting URL") as caught:
        provider.book_event(EventRef(bare.calendar_id, bare.series_id, bare.event_id), SPEC)
    assert caught.value.code == "NO_MEETING_URL"


def test_unbooking_an_event_that_is_gone_is_done(
    provider: MeetingBaasV2, calendar: CalendarSnapshot
) -> None:
    gone = "00000000-0000-4000-8000-000000000000"
    provider.unbook_event(EventRef(calendar.calendar_id, gone, gone))


def test_burst_of_errors_passes(sandbox: Sandbox, provider: MeetingBaasV2) -> None:
    plan_fault(sandbox, path="/v2/calendars", status=503, times=2)
    for _ in range(2):
        with pytest.raises(Retryable):
            list(provider.list_calendars())
    assert list(provider.list_calendars()) is not None


def test_deleted_calendar_is_gone(sandbox: Sandbox, provider: MeetingBaasV2) -> None:
    other = provider.list_available_calendars(grant_of(sandbox))[-1]
    connected = provider.connect_calendar(grant_of(sandbox), other.raw_id)
    provider.delete_calendar(connected.calendar_id)
    with pytest.raises(NotFound):
        provider.get_calendar(connected.calendar_id)


def test_too_many_writes_are_told_to_wait() -> None:
    with run_sandbox(SANDBOX_RATE_LIMIT="1") as strict:
        client = Client(base_url=strict.url, api_key=API_KEY)
        provider = MeetingBaasV2(client)
        with pytest.raises(RateLimited) as caught:
            create_many(provider)
        client.close()
    assert 0 < caught.value.retry_after <= 60
