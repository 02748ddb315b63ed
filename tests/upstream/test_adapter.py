"""What the provider leaves open, the adapter finds out: bookings, cancellations, lost answers."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.upstream.wire import Wire, fixture, ok, provider_on, refusal
from upstream.errors import (
    TIMEOUT,
    Conflict,
    NotFound,
    QuotaReached,
    Refused,
    Retryable,
    UpstreamError,
)
from upstream.events import Attendee
from upstream.meetingbaas_v2.client import MOST_PAGES
from upstream.port import BotSpec, EventRef, OAuthGrant, Provider
from upstream.states import BotState, CalendarStatus, Platform, TranscriptState

CALENDAR = "c1d2e3f4-0516-4738-894a-5b6c7d8e9f01"
EVENT = "9a02b1c3-d4e5-4f60-8172-93a4b5c6d7e8"
REF = EventRef(CALENDAR, "77ab88cd-99ef-4a0b-8c1d-2e3f4a5b6c7d", EVENT)
SPEC = BotSpec(correlation_id="bot_ours", bot_name="Earshot")
GRANT = OAuthGrant("google", "client", "client-secret-never-shown", "refresh-never-shown")

BOOK = f"POST /v2/calendars/{CALENDAR}/bots"
UNBOOK = f"DELETE /v2/calendars/{CALENDAR}/bots"
READ_EVENT = f"GET /v2/calendars/{CALENDAR}/events/{EVENT}"


def event_answer(*, is_booked: bool) -> httpx.Response:
    details = fixture("event_details.google")
    details["data"]["bot_scheduled"] = is_booked
    return httpx.Response(200, json=details)


def booked() -> httpx.Response:
    return ok([{"event_id": EVENT}], errors=[])


def item_error(code: str, message: str, event_id: str = EVENT) -> httpx.Response:
    error = {"event_id": event_id, "code": code, "message": message, "details": None}
    return ok([], errors=[error])


def test_adapter_is_a_provider() -> None:
    provider: Provider = provider_on(Wire())
    assert provider.capabilities.lock_window_seconds == 240


# Booking


def test_booking_that_works_needs_one_call() -> None:
    wire = Wire([booked()])
    provider_on(wire).book_event(REF, SPEC)
    assert wire.calls == [BOOK]


@pytest.mark.parametrize(
    "answer",
    [
        item_error("BOT_ALREADY_SCHEDULED", "A bot is already scheduled for this event"),
        item_error("FST_ERR_X", "This event already has a bot"),
        refusal(409, "FST_ERR_BOT_ALREADY_EXISTS"),
        ok({"success": [], "errors": [{"event_id": EVENT, "code": "ALREADY", "message": ""}]}),
    ],
)
def test_already_scheduled_is_success_once_the_event_shows_it(answer: httpx.Response) -> None:
    wire = Wire([answer, event_answer(is_booked=True)])
    provider_on(wire).book_event(REF, SPEC)
    assert wire.calls == [BOOK, READ_EVENT]


def test_already_scheduled_is_an_error_when_the_event_does_not_show_it() -> None:
    answer = item_error("BOT_ALREADY_SCHEDULED", "A bot is already scheduled")
    wire = Wire([answer, event_answer(is_booked=False)])
    with pytest.raises(Conflict, match="already scheduled") as caught:
        provider_on(wire).book_event(REF, SPEC)
    assert caught.value.code == "BOT_ALREADY_SCHEDULED"


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("FST_ERR_NO_MEETING_URL", "The event has no meeting URL", Refused),
        ("EVENT_NOT_FOUND", "No such event", NotFound),
        ("INSUFFICIENT_TOKENS", "No tokens left", QuotaReached),
        ("FST_ERR_DAILY_BOT_CAP_REACHED", "Too many today", QuotaReached),
        ("FST_ERR_BOT_STATUS", "Within four minutes", Conflict),
        ("", "", Refused),
    ],
)
def test_item_error_is_raised_with_its_code_and_words(
    code: str, message: str, kind: type[UpstreamError]
) -> None:
    wire = Wire([item_error(code, message)])
    with pytest.raises(UpstreamError) as caught:
        provider_on(wire).book_event(REF, SPEC)
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert message in str(caught.value)


def test_error_of_another_instance_is_not_ours() -> None:
    wire = Wire([item_error("FST_ERR_NO_MEETING_URL", "No URL", event_id="another")])
    provider_on(wire).book_event(REF, SPEC)
    assert wire.calls == [BOOK]


def test_rebooking_inside_the_lock_window_is_a_conflict() -> None:
    wire = Wire([refusal(409, "FST_ERR_BOT_STATUS", message="Too late to change")])
    with pytest.raises(Conflict, match="Too late"):
        provider_on(wire).rebook_event(REF, SPEC)


# Switching off


def test_unbooking_sends_its_selector_as_a_body() -> None:
    wire = Wire([booked()])
    provider_on(wire).unbook_event(REF)
    assert wire.calls == [UNBOOK]
    assert wire.body() == {
        "series_id": REF.series_id,
        "event_id": EVENT,
        "all_occurrences": False,
    }


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, "FST_ERR_EVENT_NOT_FOUND"),
        refusal(409, "FST_ERR_BOT_STATUS"),
        item_error("BOT_NOT_FOUND", "No bot scheduled"),
    ],
)
@pytest.mark.parametrize("event", [event_answer(is_booked=False), refusal(404, "GONE")])
def test_unbooking_what_is_not_booked_is_done(
    answer: httpx.Response, event: httpx.Response
) -> None:
    wire = Wire([answer, event])
    provider_on(wire).unbook_event(REF)
    assert wire.calls == [UNBOOK, READ_EVENT]


@pytest.mark.parametrize(
    "answer",
    [refusal(409, "FST_ERR_BOT_STATUS"), item_error("FST_ERR_BOT_STATUS", "On its way")],
)
def test_unbooking_that_leaves_a_booking_is_a_conflict(answer: httpx.Response) -> None:
    wire = Wire([answer, event_answer(is_booked=True)])
    with pytest.raises(Conflict) as caught:
        provider_on(wire).unbook_event(REF)
    assert caught.value.code == "FST_ERR_BOT_STATUS"


def test_unbooking_without_an_answer_is_for_later() -> None:
    wire = Wire([httpx.ReadTimeout("slow")])
    with pytest.raises(Retryable):
        provider_on(wire).unbook_event(REF)


# Bots


def test_creating_returns_the_bots_id() -> None:
    assert provider_on(Wire([ok({"bot_id": "b1"})])).create_bot(SPEC) == "b1"


def test_creation_without_an_id_may_have_worked() -> None:
    with pytest.raises(Retryable) as caught:
        provider_on(Wire([ok({})])).create_bot(SPEC)
    assert caught.value.code == TIMEOUT


def test_bot_is_found_by_our_id_among_others() -> None:
    others = [{"bot_id": "b0", "status": "queued", "extra": {"earshot_id": "bot_other"}}]
    ours = {"bot_id": "b1", "status": "joining_call", "extra": {"earshot_id": "bot_ours"}}
    wire = Wire([ok([*others, ours], cursor=None), ok([], cursor=None)])
    bot = provider_on(wire).find_bot("bot_ours")
    assert bot is not None
    assert (bot.bot_id, bot.state) == ("b1", BotState.JOINING)
    assert wire.requests[0].url.params["extra"] == "earshot_id:bot_ours"


def test_bot_is_found_among_the_scheduled_ones() -> None:
    ours = {"bot_id": "b1", "status": "scheduled", "extra": {"earshot_id": "bot_ours"}}
    wire = Wire([ok([], cursor=None), ok([ours], cursor=None)])
    bot = provider_on(wire).find_bot("bot_ours")
    assert bot is not None
    assert (bot.bot_id, bot.state) == ("b1", BotState.SCHEDULED)
    assert wire.calls == ["GET /v2/bots", "GET /v2/bots/scheduled"]


def test_bot_that_nobody_knows_is_not_found() -> None:
    wire = Wire([ok([], cursor=None), ok([], cursor=None)])
    assert provider_on(wire).find_bot("bot_ours") is None


def test_bot_that_waits_is_read_at_its_own_address() -> None:
    wire = Wire([refusal(404, "GONE"), ok({"bot_id": "b1", "status": "completed"})])
    bot = provider_on(wire).get_bot("b1")
    assert wire.calls == ["GET /v2/bots/b1", "GET /v2/bots/scheduled/b1"]
    assert bot.state is BotState.QUEUED  # `completed` there means: sent on its way


def test_bot_that_is_gone_is_not_found() -> None:
    wire = Wire([refusal(404, "GONE"), refusal(404, "GONE")])
    with pytest.raises(NotFound):
        provider_on(wire).get_bot("b1")


@pytest.mark.parametrize(
    ("video", "error_code", "state"),
    [
        ("https://files.example/v.mp4", "TRANSCRIPTION_FAILED", BotState.DONE),
        ("https://files.example/v.mp4", "BOT_CRASHED", BotState.FAILED),
        (None, "TRANSCRIPTION_FAILED", BotState.FAILED),
    ],
)
def test_failed_transcript_is_no_failed_recording(
    video: str | None, error_code: str, state: BotState
) -> None:
    data = {"bot_id": "b1", "status": "failed", "error_code": error_code, "video": video}
    assert provider_on(Wire([ok(data)])).get_bot("b1").state is state


def test_cancelling_a_bot_that_has_left_calls_it_back() -> None:
    wire = Wire([refusal(409, "FST_ERR_BOT_STATUS"), ok({"message": "leaving"})])
    provider_on(wire).cancel_scheduled_bot("b1")
    assert wire.calls == ["DELETE /v2/bots/scheduled/b1", "POST /v2/bots/b1/leave"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("not-applicable", TranscriptState.NOT_REQUESTED),
        ("queued", TranscriptState.PENDING),
        ("done", TranscriptState.READY),
        ("error", TranscriptState.FAILED),
        ("a_word_of_tomorrow", TranscriptState.PENDING),
    ],
)
def test_status_tells_where_the_transcript_is(word: str, state: TranscriptState) -> None:
    data = {"bot_id": "b1", "status": "transcribing", "transcription_status": word}
    report = provider_on(Wire([ok(data)])).get_bot_status("b1")
    assert (report.state, report.transcript_state) == (BotState.PROCESSING, state)


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_chat_message_of_impossible_length_is_refused_before_it_is_sent(text: str) -> None:
    wire = Wire()
    with pytest.raises(Refused):
        provider_on(wire).send_chat_message("b1", text)
    assert wire.requests == []


def test_screenshots_come_in_order() -> None:
    wire = Wire([ok([{"screenshot_id": 1, "url": "https://s.example/1"}], cursor=None)])
    [shot] = provider_on(wire).list_screenshots("b1")
    assert (shot.number, shot.url) == (1, "https://s.example/1")


# Calendars


def test_grant_does_not_show_its_secrets() -> None:
    assert "never-shown" not in repr(GRANT)
    assert "never-shown" not in str(GRANT)


def test_available_calendars() -> None:
    raw = [{"id": "ada@x.example", "name": "Ada", "email": "ada@x.example", "is_primary": True}]
    [calendar] = provider_on(Wire([ok(raw)])).list_available_calendars(GRANT)
    assert (calendar.raw_id, calendar.name, calendar.is_primary) == ("ada@x.example", "Ada", True)


@pytest.mark.parametrize(
    ("word", "status", "message"),
    [
        ("active", CalendarStatus.ACTIVE, ""),
        ("revoked", CalendarStatus.REVOKED, ""),
        ("a_word_of_tomorrow", CalendarStatus.ERROR, "a_word_of_tomorrow"),
    ],
)
def test_calendar_with_each_status(word: str, status: CalendarStatus, message: str) -> None:
    data = {"calendar_id": CALENDAR, "calendar_platform": "google", "status": word}
    calendar = provider_on(Wire([ok(data)])).get_calendar(CALENDAR)
    assert (calendar.status, calendar.status_message) == (status, message)
    assert calendar.platform == "google"


def test_event_of_google_brings_its_identity() -> None:
    wire = Wire([event_answer(is_booked=False)])
    event = provider_on(wire).get_event(CALENDAR, EVENT)
    assert event.ical_uid == "weekly-sync@google.com"
    assert event.original_start == datetime(2026, 3, 11, 15, tzinfo=UTC)
    assert (event.platform, event.time_zone) == (Platform.MEET, "Europe/Stockholm")
    assert event.attendees == (
        Attendee("ada@northwind.example", "Ada Moss", "accepted", True, True),
        Attendee("ben@contoso.example", "", "needsAction"),
    )


def test_event_of_microsoft_brings_its_identity() -> None:
    wire = Wire([httpx.Response(200, json=fixture("event_details.microsoft"))])
    event = provider_on(wire).get_event(CALENDAR, EVENT)
    assert event.ical_uid == "040000008200E00074C5B7101A82E008"
    assert event.original_start == datetime(2026, 3, 11, 15, tzinfo=UTC)
    assert event.attendees is None  # not said, which is not the same as nobody


def test_event_without_times_cannot_be_read() -> None:
    with pytest.raises(Refused):
        provider_on(Wire([ok({"event_id": EVENT})])).get_event(CALENDAR, EVENT)


def test_events_of_all_pages_are_listed() -> None:
    one = fixture("event_details.google")["data"]
    two = {**one, "event_id": "e2", "end_time": "2026-03-11T14:00:00Z"}
    wire = Wire([ok([one, {"odd": 1}], cursor="next"), ok([two], cursor=None)])
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    events = list(provider_on(wire).list_events(CALENDAR, start=start, end=end))
    assert [event.event_id for event in events] == [EVENT, "e2"]
    assert events[1].ends_at == events[1].starts_at  # an end before the start is no end


def test_series_bring_their_events() -> None:
    event = {"event_id": "e1", "start_time": "2026-03-11T15:00:00Z"}
    series = {
        "series_id": "s1",
        "event_type": "recurring",
        "events": [{**event, "end_time": "2026-03-11T16:00:00Z"}, event],
    }
    [found] = provider_on(Wire([ok([series], cursor=None)])).list_series(CALENDAR)
    assert (found.series_id, found.is_recurring) == ("s1", True)
    assert [(e.event_id, e.series_id, e.calendar_id) for e in found.events] == [
        ("e1", "s1", CALENDAR)
    ]


def test_endless_list_is_given_up() -> None:
    page = [{"calendar_id": CALENDAR}]
    wire = Wire([ok(page, cursor=f"c{number}") for number in range(MOST_PAGES + 1)])
    with pytest.raises(Retryable, match="does not end"):
        list(provider_on(wire).list_calendars())
