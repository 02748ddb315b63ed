"""Meeting BaaS v1 as a `Provider`.

What the provider does not have is made of what it has, so that callers need not know it:
- a repeated creation is refused; the bot that the first one made is then found by our own id;
- a bot cannot be rescheduled: another takes its place, and only then the first is called off;
- a booking of an event does not follow it: it is written again, or made if it is gone;
- the health of a calendar shows only in a reading of all of them.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby

from upstream.errors import (
    CALENDAR_REFUSED,
    TIMEOUT,
    BadCredentials,
    Conflict,
    NotFound,
    Refused,
    Retryable,
)
from upstream.events import CalendarEvent
from upstream.fields import Fields
from upstream.meetingbaas_v1 import payloads, requests
from upstream.meetingbaas_v1.client import Client
from upstream.meetingbaas_v1.zoom import ZoomConnections
from upstream.port import (
    AvailableCalendar,
    BotSnapshot,
    BotSpec,
    BotStatusReport,
    CalendarSnapshot,
    Capabilities,
    EventRef,
    OAuthGrant,
    Screenshot,
    SeriesSnapshot,
    TranscriptDocument,
    TranscriptionReport,
)
from upstream.wire import Query

NO_PAUSE = "The recording service (Meeting BaaS v1) cannot pause a recording."
NO_STOP = "The recording service (Meeting BaaS v1) records until its bot leaves."
NO_CHAT = "The recording service (Meeting BaaS v1) neither reads nor writes the meeting’s chat."
NO_RESEND = "The recording service (Meeting BaaS v1) sends its last message only once."
NO_TRANSCRIPTION_IDS = "The recording service (Meeting BaaS v1) tells of transcripts by their bot."
NO_LINES = "The recording service (Meeting BaaS v1) tells what was said after the meeting only."
CAPABILITIES = Capabilities(
    name="Meeting BaaS v1",
    can_pause=False,
    can_send_chat=False,
    can_read_chat=False,
    can_screenshot=True,
    can_resend_webhook=False,
    can_choose_calendar=True,
    follows_moved_events=False,
    lock_window_seconds=0,
    can_transcribe_again=True,
    tells_calendar_health=False,
    keeps_zoom_tokens=True,
    reasons={
        "can_pause": NO_PAUSE,
        "can_stop_recording": NO_STOP,
        "has_live_transcript": NO_LINES,
        "can_send_chat": NO_CHAT,
        "can_read_chat": NO_CHAT,
        "can_resend_webhook": NO_RESEND,
    },
    options=requests.OPTIONS,
)
PAGE = 50
LONGEST_MEETING = timedelta(days=1)
# Words in which a reading of a calendar fails for want of permission, not for a passing trouble.
REFUSALS = ("grant", "token", "unauthor", "forbidden", "revoked", "permission", "401", "403")

BOTS = "/bots/"
BOT = "/bots/{bot_id}"
MEETING_DATA = "/bots/meeting_data"
CALENDARS = "/calendars/"
CALENDAR = "/calendars/{calendar_id}"
EVENTS = "/calendar_events/"
EVENT = "/calendar_events/{event_id}"
EVENT_BOT = "/calendar_events/{event_id}/bot"
ONE: Query = {"all_occurrences": "false"}


class MeetingBaasV1(ZoomConnections):
    """The calling side of one account; safe to share between threads."""

    capabilities = CAPABILITIES

    def __init__(self, client: Client) -> None:
        self._client = client

    # Bots

    def create_bot(self, spec: BotSpec) -> str:
        return self._create(spec, requests.bot(spec))

    def schedule_bot(self, spec: BotSpec, *, join_at: datetime) -> str:
        return self._create(spec, requests.scheduled_bot(spec, join_at=join_at))

    def reschedule_bot(self, bot_id: str, spec: BotSpec, *, join_at: datetime) -> str:
        """Send another in its place. Whatever breaks off in between, repeating it ends the same."""
        body = requests.scheduled_bot(spec, join_at=join_at, instead_of=bot_id)
        new_id = self._create(spec, body, instead_of=bot_id)
        with suppress(NotFound):
            self._client.delete(BOT, bot_id=bot_id)
        return new_id

    def cancel_scheduled_bot(self, bot_id: str) -> None:
        self.leave(bot_id)

    def find_bot(self, correlation_id: str) -> BotSnapshot | None:
        """The newest of that name: an older one was replaced, which the list does not tell."""
        return next(self._find(correlation_id), None)

    def find_bots(self, correlation_id: str) -> tuple[BotSnapshot, ...]:
        return tuple(self._find(correlation_id))

    def list_bots(self, *, since: datetime) -> Iterator[BotSnapshot]:
        query: Query = {"limit": PAGE, "created_after": requests.without_zone(since)}
        return map(payloads.listed_bot, self._client.pages("/bots/bots_with_metadata", query=query))

    def get_bot(self, bot_id: str) -> BotSnapshot:
        return payloads.bot_snapshot(self._meeting_data(bot_id))

    def get_bot_status(self, bot_id: str) -> BotStatusReport:
        return payloads.bot_status_report(self._meeting_data(bot_id), now=datetime.now(UTC))

    def list_screenshots(self, bot_id: str) -> Iterator[Screenshot]:
        shots = self._client.items(f"{BOT}/screenshots", bot_id=bot_id)
        return (payloads.screenshot(number, one) for number, one in enumerate(shots, start=1))

    def leave(self, bot_id: str) -> None:
        """Leave, or not even go: the same call at any stage."""
        self._client.delete(BOT, bot_id=bot_id)

    def pause(self, bot_id: str) -> None:
        raise Refused(NO_PAUSE)

    def resume(self, bot_id: str) -> None:
        raise Refused(NO_PAUSE)

    def stop_recording(self, bot_id: str) -> None:
        raise Refused(NO_STOP)

    def start_recording(self, bot_id: str, spec: BotSpec) -> None:
        raise Refused(NO_STOP)

    def send_chat_message(self, bot_id: str, text: str) -> None:
        raise Refused(NO_CHAT)

    def delete_data(self, bot_id: str) -> None:
        self._client.post(f"{BOT}/delete_data", bot_id=bot_id)

    def resend_webhook(self, bot_id: str) -> None:
        raise Refused(NO_RESEND)

    def transcribe_again(self, bot_id: str, spec: BotSpec, *, recording_id: str = "") -> str:
        """Ask for another transcript; `transcription_complete` tells that it is there."""
        self._client.post(f"{BOTS}retranscribe", requests.transcription(bot_id, spec))
        return ""

    def get_transcription(self, transcription_id: str) -> TranscriptionReport:
        raise Refused(NO_TRANSCRIPTION_IDS)

    def read_transcript(self, file: object) -> TranscriptDocument:
        """Transcripts come with the bot; a file of segments would read the same."""
        return payloads.transcript(Fields({"segments": file}).items("segments"))

    # Calendars

    def list_available_calendars(self, grant: OAuthGrant) -> tuple[AvailableCalendar, ...]:
        answer = self._client.post("/calendars/raw", requests.available_calendars(grant))
        return tuple(payloads.available_calendar(item) for item in answer.items("calendars"))

    def connect_calendar(self, grant: OAuthGrant, raw_id: str) -> CalendarSnapshot:
        """Raises Conflict when the refusal is for a calendar that is connected already."""
        try:
            answer = self._client.post(CALENDARS, requests.calendar(grant, raw_id))
        except Refused as refusal:
            if type(refusal) is Refused and self._has_calendar(raw_id):
                raise Conflict(str(refusal), status=refusal.status) from refusal
            raise
        return _snapshot(answer.inner("calendar"))

    def reconnect_calendar(self, calendar_id: str, grant: OAuthGrant) -> CalendarSnapshot:
        """Every booking of the calendar is gone after this; the next reading shows it."""
        body = requests.available_calendars(grant)
        answer = self._client.patch(CALENDAR, body, calendar_id=calendar_id)
        return _snapshot(answer.inner("calendar"))

    def list_calendars(self) -> Iterator[CalendarSnapshot]:
        return map(_snapshot, self._client.items(CALENDARS))

    def get_calendar(self, calendar_id: str) -> CalendarSnapshot:
        return _snapshot(self._client.get(CALENDAR, calendar_id=calendar_id))

    def delete_calendar(self, calendar_id: str) -> None:
        self._client.delete(CALENDAR, calendar_id=calendar_id)

    def sync_calendar(self, calendar_id: str) -> None:
        """Have all calendars read now, as one cannot be; it is done when this returns.

        Raises BadCredentials when this one may not be read any more.
        """
        answer = self._client.post("/calendars/resync_all")
        for failed_id, said in answer.pairs("errors"):
            if failed_id == calendar_id:
                raise _unread(said)

    def resubscribe_calendar(self, calendar_id: str) -> None:
        self.sync_calendar(calendar_id)

    def list_events(
        self, calendar_id: str, *, start: datetime, end: datetime
    ) -> Iterator[CalendarEvent]:
        """Yield all instances, deleted ones too; those that run at `start` began before it."""
        query: Query = {
            "calendar_id": calendar_id,
            "status": "all",
            "start_date_gte": requests.utc(start - LONGEST_MEETING),
            "start_date_lte": requests.utc(end),
        }
        found = map(payloads.calendar_event, self._client.pages(EVENTS, query=query))
        return (event for event in found if event and event.ends_at >= start)

    def list_series(self, calendar_id: str) -> Iterator[SeriesSnapshot]:
        now = datetime.now(UTC)
        events = sorted(
            self.list_events(calendar_id, start=now, end=now + timedelta(days=30)),
            key=lambda event: event.series_id,
        )
        for series_id, group in groupby(events, key=lambda event: event.series_id):
            instances = tuple(group)
            yield SeriesSnapshot(series_id, instances[0].is_recurring, instances)

    def get_event(self, calendar_id: str, event_id: str) -> CalendarEvent:
        event = payloads.calendar_event(self._client.get(EVENT, event_id=event_id))
        if event is None:
            raise Refused("The provider shows this event without its times.")
        return event

    # Recording of one calendar event

    def book_event(self, ref: EventRef, spec: BotSpec) -> None:
        """Have one event recorded; a refusal is none if the event, read again, is booked."""
        body = requests.event_bot(spec)
        try:
            events = self._client.items(
                EVENT_BOT, method="POST", query=ONE, body=body, event_id=ref.event_id
            )
        except Refused as refusal:
            if type(refusal) in (Refused, Conflict) and self._is_booked(ref):
                return
            raise
        if _shows_booking(events, ref) is False:
            raise Refused("The provider took no booking for this event.")

    def rebook_event(self, ref: EventRef, spec: BotSpec) -> None:
        """Write the booking again for where the event is now; one that is gone is made anew."""
        body = requests.event_bot(spec)
        try:
            events = self._client.items(
                EVENT_BOT, method="PATCH", query=ONE, body=body, event_id=ref.event_id
            )
        except (NotFound, Conflict):
            return self.book_event(ref, spec)
        if _shows_booking(events, ref) is False:
            return self.book_event(ref, spec)
        return None

    def unbook_event(self, ref: EventRef) -> None:
        """Have one event not recorded. Raises Conflict when its bot has gone to the meeting."""
        try:
            events = self._client.items(
                EVENT_BOT, method="DELETE", query=ONE, event_id=ref.event_id
            )
        except NotFound:
            return
        except Refused as refusal:
            if isinstance(refusal, BadCredentials):
                raise
            if self._is_booked(ref):
                raise Conflict(str(refusal), status=refusal.status) from refusal
            return
        if _shows_booking(events, ref):
            raise Conflict("The bot of this event has set out already.")

    def _create(self, spec: BotSpec, body: requests.Body, *, instead_of: str = "") -> str:
        try:
            answer = self._client.post(BOTS, body)
        except Refused as refusal:
            if type(refusal) in (Refused, Conflict) and (
                known := self._made_before(spec, instead_of)
            ):
                return known
            raise
        if bot_id := answer.text("bot_id"):
            return bot_id
        raise Retryable("The provider made a bot but did not name it.", code=TIMEOUT)

    def _made_before(self, spec: BotSpec, instead_of: str) -> str:
        """The bot that an earlier call of ours made, whose answer was lost."""
        found = (bot.bot_id for bot in self._find(spec.correlation_id))
        return next((bot_id for bot_id in found if bot_id != instead_of), "")

    def _find(self, correlation_id: str) -> Iterator[BotSnapshot]:
        """Those that carry our id, the newest first."""
        wanted = f"{payloads.CORRELATION_KEY}:{correlation_id}"
        query: Query = {"limit": PAGE, "filter_by_extra": wanted}
        pages = self._client.pages("/bots/bots_with_metadata", query=query)
        listed = [
            (item.moment("created_at") or datetime.min.replace(tzinfo=UTC), item) for item in pages
        ]
        listed.sort(key=lambda pair: pair[0], reverse=True)
        found = (payloads.listed_bot(item) for _, item in listed)
        return (bot for bot in found if bot.correlation_id == correlation_id)

    def _meeting_data(self, bot_id: str) -> Fields:
        return self._client.get(
            MEETING_DATA, query={"bot_id": bot_id, "include_transcripts": "true"}
        )

    def _has_calendar(self, raw_id: str) -> bool:
        return any(item.text("google_id") == raw_id for item in self._client.items(CALENDARS))

    def _is_booked(self, ref: EventRef) -> bool:
        try:
            return self.get_event(ref.calendar_id, ref.event_id).is_bot_scheduled
        except NotFound:
            return False


def _snapshot(calendar: Fields) -> CalendarSnapshot:
    return payloads.calendar_snapshot(calendar, now=datetime.now(UTC))


def _unread(said: str) -> BadCredentials | Retryable:
    if any(word in said.lower() for word in REFUSALS):
        return BadCredentials("The calendar may not be read any more.", code=CALENDAR_REFUSED)
    return Retryable("The calendar could not be read.")


def _shows_booking(events: tuple[Fields, ...], ref: EventRef) -> bool | None:
    """What the answer says of this event; None when it does not speak of it."""
    ours = [event for event in events if event.text("uuid") == ref.event_id]
    if not ours or not ours[0].has("bot_param"):
        return None
    return bool(ours[0].inner("bot_param"))
