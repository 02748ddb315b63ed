"""What each webhook means, in the shape of the API description and in those of the guides."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.upstream.wire import fixture
from upstream.events import (
    ArtifactLinks,
    BotCompleted,
    BotFailed,
    BotStatusChanged,
    CalendarConnectionChanged,
    CalendarConnectionDeleted,
    CalendarEvent,
    CalendarEventsChanged,
    ChatMessageSent,
    DomainEvent,
    Ignored,
    Person,
)
from upstream.meetingbaas_v2.translation import translate
from upstream.states import BotState, CalendarStatus, Platform

BOT = "6f1c2a34-5b7d-4e8f-9a01-23456789abcd"
OURS = "bot_3kTfQz81LmVwXy0a"
EVENT = "9a02b1c3-d4e5-4f60-8172-93a4b5c6d7e8"
CALENDAR = "c1d2e3f4-0516-4738-894a-5b6c7d8e9f01"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_status_change() -> None:
    assert translate(fixture("bot.status_change")) == BotStatusChanged(
        bot_id=BOT,
        code="in_call_recording",
        state=BotState.RECORDING,
        happened_at=at("2026-03-04T15:00:20.114"),
        correlation_id=OURS,
        event_id=EVENT,
    )


def test_completion() -> None:
    assert translate(fixture("bot.completed")) == BotCompleted(
        bot_id=BOT,
        happened_at=at("2026-03-04T15:33:00"),
        correlation_id=OURS,
        duration_seconds=1830.0,
        joined_at=at("2026-03-04T15:00:09"),
        exited_at=at("2026-03-04T15:30:41"),
        participants=(
            Person("Ada Moss", "1", "https://pictures.example/ada.png"),
            Person("Ben Oak"),
        ),
        speakers=(Person("Ada Moss", "1"),),
        links=ArtifactLinks(
            video="https://files.example/v.mp4?sig=1",
            audio="https://files.example/a.flac?sig=1",
            transcript="https://files.example/t.json?sig=1",
            raw_transcript="https://files.example/r.json?sig=1",
            diarization="https://files.example/d.jsonl?sig=1",
        ),
    )


def test_failure() -> None:
    assert translate(fixture("bot.failed")) == BotFailed(
        bot_id=BOT,
        code="BOT_NOT_ACCEPTED",
        message="Not admitted",
        happened_at=at("2026-03-04T15:11:02"),
        correlation_id=OURS,
    )


def test_chat_message() -> None:
    assert translate(fixture("bot.chat_message")) == ChatMessageSent(
        bot_id=BOT,
        message_id="m-17",
        sender_name="Ben Oak",
        text="Here is the link.",
        happened_at=at("2026-03-04T15:12:00"),
    )


def test_first_sync_brings_every_instance_of_every_series() -> None:
    change = translate(fixture("calendar.events_synced"))
    assert isinstance(change, CalendarEventsChanged)
    assert (change.calendar_id, change.is_first_sync, change.is_cancellation) == (
        CALENDAR,
        True,
        False,
    )
    weekly, fair = change.events
    assert weekly == CalendarEvent(
        event_id=EVENT,
        series_id="77ab88cd-99ef-4a0b-8c1d-2e3f4a5b6c7d",
        calendar_id=CALENDAR,
        title="Weekly sync",
        starts_at=at("2026-03-11T15:30:00"),
        ends_at=at("2026-03-11T16:00:00"),
        is_recurring=True,
        is_exception=True,
        is_all_day=False,
        is_bot_scheduled=True,
        meeting_url="https://meet.google.com/abc-defg-hij",
        platform=Platform.MEET,
    )
    assert (fair.series_id, fair.status, fair.is_all_day, fair.is_recurring) == (
        "",
        "tentative",
        True,
        False,
    )


def calendar_message(name: str, **data: object) -> DomainEvent:
    return translate({"event": f"calendar.{name}", "data": {"calendar_id": CALENDAR, **data}})


INSTANCE = {"event_id": EVENT, "start": "2026-03-11T15:30:00Z", "end": "2026-03-11T16:00:00Z"}


@pytest.mark.parametrize(
    ("name", "instances", "status"),
    [
        ("event_created", "instances", "confirmed"),
        ("event_updated", "affected_instances", "confirmed"),
        ("event_cancelled", "cancelled_instances", "cancelled"),
    ],
)
def test_calendar_events_are_found_under_each_name(name: str, instances: str, status: str) -> None:
    change = calendar_message(name, series_id="s1", **{instances: [INSTANCE, {"no": "id"}, None]})
    assert isinstance(change, CalendarEventsChanged)
    assert [(e.event_id, e.series_id, e.status) for e in change.events] == [(EVENT, "s1", status)]
    assert change.is_cancellation is (status == "cancelled")
    assert change.is_first_sync is False


@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("connection_created", "active", CalendarStatus.ACTIVE),
        ("connection_updated", "revoked", CalendarStatus.REVOKED),
        ("connection_updated", "permission_denied", CalendarStatus.PERMISSION_DENIED),
        ("connection_error", "error", CalendarStatus.ERROR),
        ("connection_error", "a_word_of_tomorrow", None),
        ("connection_error", None, None),
    ],
)
def test_connection_change(name: str, status: str | None, expected: CalendarStatus | None) -> None:
    assert calendar_message(name, status=status) == CalendarConnectionChanged(CALENDAR, expected)


def test_connection_deleted() -> None:
    assert calendar_message("connection_deleted") == CalendarConnectionDeleted(CALENDAR)


def test_unknown_code_is_kept_and_changes_no_state() -> None:
    change = translate(
        {"event": "bot.status_change", "data": {"bot_id": BOT, "status": {"code": "levitating"}}}
    )
    assert isinstance(change, BotStatusChanged)
    assert (change.code, change.state, change.is_reason) == ("levitating", None, False)


def test_endless_code_is_cut_to_what_a_row_keeps() -> None:
    assert len(changed("bot.failed", error_code="X" * 5000).code) == 80
    assert len(changed("bot.status_change", status={"code": "x" * 5000}).code) == 80


def test_retry_tells_its_attempts() -> None:
    status = {"code": "retrying", "attempt": 2, "max": 3, "created_at": "2026-03-04T15:00:00Z"}
    change = translate({"event": "bot.status_change", "data": {"bot_id": BOT, "status": status}})
    assert isinstance(change, BotStatusChanged)
    assert (change.is_retry, change.attempt, change.max_attempts) == (True, 2, 3)
    assert change.state is BotState.QUEUED


def changed(name: str, **data: object) -> Any:
    """Return the event of a fixture with some of its data replaced, or taken out by None."""
    payload = fixture(name)
    payload["data"].update(data)
    return translate(payload)


def without_extra(name: str, **top: object) -> Any:
    payload = fixture(name)
    payload.pop("extra")
    return translate({**payload, **top})


def test_video_under_its_old_name() -> None:
    event = changed("bot.completed", video=None, mp4="https://files.example/old.mp4")
    assert event.links.video == "https://files.example/old.mp4"


def test_chat_messages_in_a_completion() -> None:
    event = changed("bot.completed", chat_messages="https://files.example/c.json")
    assert event.links.chat == "https://files.example/c.json"


def test_extra_inside_data() -> None:
    payload = fixture("bot.failed")
    payload["data"]["extra"] = payload.pop("extra")
    event = translate(payload)
    assert isinstance(event, BotFailed)
    assert event.correlation_id == OURS


@pytest.mark.parametrize("extra", [None, {}, [], "text", {"earshot_id": None}, {"other": "tool"}])
def test_extra_that_is_not_ours(extra: object) -> None:
    assert without_extra("bot.failed", extra=extra).correlation_id == ""


def test_sent_at_at_the_top() -> None:
    payload = fixture("bot.failed")
    payload["sent_at"] = payload["data"].pop("sent_at")
    event = translate(payload)
    assert isinstance(event, BotFailed)
    assert event.happened_at == at("2026-03-04T15:11:02")


def test_missing_time_is_the_time_of_arrival() -> None:
    payload = fixture("bot.failed")
    del payload["data"]["sent_at"]
    arrival = at("2026-03-04T15:12:00")
    event = translate(payload, received_at=arrival)
    assert isinstance(event, BotFailed)
    assert event.happened_at == arrival


def test_instance_times_under_their_rest_names() -> None:
    instance = {"event_id": EVENT, "start_time": INSTANCE["start"], "end_time": INSTANCE["end"]}
    change = calendar_message("event_created", instances=[instance])
    assert isinstance(change, CalendarEventsChanged)
    assert change.events[0].starts_at == at("2026-03-11T15:30:00")


def test_sync_with_counts_instead_of_events_still_says_which_calendar() -> None:
    change = calendar_message("events_synced", events=12, sync_type="full", platform="google")
    assert change == CalendarEventsChanged(CALENDAR, (), is_first_sync=True)


def test_status_as_plain_text() -> None:
    payload = {"event": "bot.status_change", "data": {"bot_id": BOT, "status": "queued"}}
    event = translate(payload)
    assert isinstance(event, BotStatusChanged)
    assert event.state is BotState.QUEUED


@pytest.mark.parametrize("participants", [None, "Ada", ["Ada"], [{"id": 4}], {"name": "Ada"}])
def test_odd_participants_harm_nothing(participants: object) -> None:
    event = changed("bot.completed", participants=participants)
    assert all(person.name == "" for person in event.participants)
    assert event.speakers == (Person("Ada Moss", "1"),)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Fine", "Fine"),
        ("nul\0inside", "nulinside"),
        ("half \ud83d of a smile", "half ? of a smile"),
        ("", ""),
        (None, ""),
        (["list"], ""),
        (True, ""),
    ],
)
def test_text_is_storable(text: object, read: str) -> None:
    assert changed("bot.chat_message", text=text).text == read


@pytest.mark.parametrize(
    "moment",
    [None, "", "soon", "0000-01-01T00:00Z", "9999-12-31T23:59:59Z", -1e300, 1e300, True, {}, []],
)
def test_impossible_time_reads_as_none(moment: object) -> None:
    assert changed("bot.completed", joined_at=moment).joined_at is None


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-04T15:00:09Z",
        "2026-03-04T15:00:09.0000000Z",
        "2026-03-04T16:00:09+01:00",
        "2026-03-04T15:00:09",
        " 2026-03-04T15:00:09Z ",
        1772636409,
        1772636409000,
    ],
)
def test_time_in_each_notation(moment: object) -> None:
    assert changed("bot.completed", joined_at=moment).joined_at == at("2026-03-04T15:00:09")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "text",
        {},
        {"event": "bot.completed"},
        {"event": "bot.completed", "data": None},
        {"event": "bot.completed", "data": {"bot_id": ""}},
        {"event": "bot.failed", "data": {"error_code": "X"}},
        {"event": "bot.chat_message", "data": {"bot_id": BOT}},
        {"event": "calendar.events_synced", "data": {"events": []}},
        {"event": "calendar.connection_deleted", "data": {"calendar_id": {}}},
        {"event": "bot.levitated", "data": {"bot_id": BOT}},
        {"event": 7, "data": {"bot_id": BOT}},
    ],
)
def test_what_means_nothing_is_ignored_with_a_reason(payload: object) -> None:
    event = translate(payload)
    assert isinstance(event, Ignored)
    assert event.reason.endswith(".")
