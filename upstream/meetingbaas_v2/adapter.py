"""Meeting BaaS v2 as a `Provider`.

What the provider does not promise is looked up here, so that callers need not know it:
- a booking that "already exists" is a booking once the event shows it;
- switching off what is already off, or gone, is done;
- a bot that waits for its time is read and cancelled at another address than one that has left.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from upstream.errors import TIMEOUT, Conflict, NotFound, Refused, Retryable, UpstreamError
from upstream.events import CalendarEvent
from upstream.fields import Fields
from upstream.meetingbaas_v2 import payloads, requests
from upstream.meetingbaas_v2.client import Client
from upstream.meetingbaas_v2.refusals import item_error
from upstream.meetingbaas_v2.zoom import ZoomCredentials
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
from upstream.states import BotState
from upstream.wire import Query

NO_STOP = "The recording service (Meeting BaaS) makes one recording per bot: it can be paused."
NO_TRANSCRIPTION_IDS = "The recording service (Meeting BaaS v2) tells of transcripts by their bot."
NO_LINES = "The recording service (Meeting BaaS) tells what was said after the meeting only."
CAPABILITIES = Capabilities(
    name="Meeting BaaS",
    can_pause=True,
    can_send_chat=True,
    can_screenshot=True,
    can_resend_webhook=True,
    can_choose_calendar=True,
    follows_moved_events=True,
    lock_window_seconds=240,
    can_transcribe_again=True,
    hears_language_again=True,
    keeps_zoom_tokens=True,
    most_chat_characters=requests.LONGEST_CHAT_MESSAGE,
    options=requests.OPTIONS,
    reasons={"can_stop_recording": NO_STOP, "has_live_transcript": NO_LINES},
)
PAGE = 250
PAGE_OF_SCHEDULED = 100

BOT = "/v2/bots/{bot_id}"
SCHEDULED_BOT = "/v2/bots/scheduled/{bot_id}"
CALENDAR = "/v2/calendars/{calendar_id}"
CALENDAR_BOTS = f"{CALENDAR}/bots"


class MeetingBaasV2(ZoomCredentials):
    """The calling side of one account; safe to share between threads."""

    capabilities = CAPABILITIES

    def __init__(self, client: Client) -> None:
        self._client = client

    # Bots

    def create_bot(self, spec: BotSpec) -> str:
        return _created_id(self._client.post("/v2/bots", requests.bot(spec)))

    def schedule_bot(self, spec: BotSpec, *, join_at: datetime) -> str:
        body = requests.scheduled_bot(spec, join_at=join_at)
        return _created_id(self._client.post("/v2/bots/scheduled", body))

    def reschedule_bot(self, bot_id: str, spec: BotSpec, *, join_at: datetime) -> str:
        body = requests.scheduled_bot(spec, join_at=join_at)
        self._client.patch(SCHEDULED_BOT, body, bot_id=bot_id)
        return bot_id

    def cancel_scheduled_bot(self, bot_id: str) -> None:
        """Cancel, or call back a bot that has just left for its meeting."""
        try:
            self._client.delete(SCHEDULED_BOT, bot_id=bot_id)
        except Conflict:
            self.leave(bot_id)

    def find_bot(self, correlation_id: str) -> BotSnapshot | None:
        ours = self.find_bots(correlation_id)
        return next((bot for bot in ours if bot.state != BotState.CANCELLED), *ours[:1] or (None,))

    def find_bots(self, correlation_id: str) -> tuple[BotSnapshot, ...]:
        extra = f"{payloads.CORRELATION_KEY}:{correlation_id}"
        sent = self._client.pages("/v2/bots", query={"limit": PAGE, "extra": extra})
        waiting = self._client.pages(
            "/v2/bots/scheduled", query={"limit": PAGE_OF_SCHEDULED, "extra": extra}
        )
        found = chain(
            (payloads.bot_snapshot(item) for item in sent),
            (payloads.scheduled_bot_snapshot(item) for item in waiting),
        )
        return tuple(bot for bot in found if bot.correlation_id == correlation_id)

    def list_bots(self, *, since: datetime) -> Iterator[BotSnapshot]:
        """Yield every bot made since then, and those that wait for their time."""
        sent: Query = {"limit": PAGE, "created_after": requests.utc(since)}
        waiting: Query = {"limit": PAGE_OF_SCHEDULED, "status": "scheduled"}
        return chain(
            map(payloads.bot_snapshot, self._client.pages("/v2/bots", query=sent)),
            map(
                payloads.scheduled_bot_snapshot,
                self._client.pages("/v2/bots/scheduled", query=waiting),
            ),
        )

    def get_bot(self, bot_id: str) -> BotSnapshot:
        try:
            answer = self._client.get(BOT, bot_id=bot_id)
        except NotFound:
            waiting = self._client.get(SCHEDULED_BOT, bot_id=bot_id)
            return payloads.scheduled_bot_snapshot(waiting.inner("data"))
        return payloads.bot_snapshot(answer.inner("data"))

    def get_bot_status(self, bot_id: str) -> BotStatusReport:
        answer = self._client.get(f"{BOT}/status", bot_id=bot_id)
        return payloads.bot_status_report(answer.inner("data"))

    def list_screenshots(self, bot_id: str) -> Iterator[Screenshot]:
        pages = self._client.pages(f"{BOT}/screenshots", query={"limit": PAGE}, bot_id=bot_id)
        return map(payloads.screenshot, pages)

    def leave(self, bot_id: str) -> None:
        self._client.post(f"{BOT}/leave", bot_id=bot_id)

    def pause(self, bot_id: str) -> None:
        self._client.post(f"{BOT}/pause-recording", bot_id=bot_id)

    def resume(self, bot_id: str) -> None:
        self._client.post(f"{BOT}/resume-recording", bot_id=bot_id)

    def stop_recording(self, bot_id: str) -> None:
        raise Refused(NO_STOP)

    def start_recording(self, bot_id: str, spec: BotSpec) -> None:
        raise Refused(NO_STOP)

    def send_chat_message(self, bot_id: str, text: str) -> None:
        """Say something in the meeting. Raises Refused for a text the provider would not take."""
        if not 1 <= len(text) <= requests.LONGEST_CHAT_MESSAGE:
            raise Refused("A chat message has between 1 and 500 characters.")
        self._client.post(f"{BOT}/send-chat-message", {"message": text}, bot_id=bot_id)

    def delete_data(self, bot_id: str) -> None:
        query = {"delete_from_provider": "true"}
        self._client.delete(f"{BOT}/delete-data", query=query, bot_id=bot_id)

    def resend_webhook(self, bot_id: str) -> None:
        self._client.post(f"{BOT}/resend-webhook", bot_id=bot_id)

    def transcribe_again(self, bot_id: str, spec: BotSpec, *, recording_id: str = "") -> str:
        """Ask for another transcript of what a bot recorded; its status tells when it is there."""
        self._client.post(f"{BOT}/retranscribe", requests.transcription(spec), bot_id=bot_id)
        return ""

    def get_transcription(self, transcription_id: str) -> TranscriptionReport:
        raise Refused(NO_TRANSCRIPTION_IDS)

    def read_transcript(self, file: object) -> TranscriptDocument:
        """The form all transcripts are brought to is this provider's own."""
        return file if isinstance(file, dict) else {}

    # Calendars

    def list_available_calendars(self, grant: OAuthGrant) -> tuple[AvailableCalendar, ...]:
        answer = self._client.post("/v2/calendars/list-raw", requests.available_calendars(grant))
        return tuple(payloads.available_calendar(item) for item in answer.items("data"))

    def connect_calendar(self, grant: OAuthGrant, raw_id: str) -> CalendarSnapshot:
        answer = self._client.post("/v2/calendars", requests.calendar(grant, raw_id))
        return payloads.calendar_snapshot(answer.inner("data"))

    def reconnect_calendar(self, calendar_id: str, grant: OAuthGrant) -> CalendarSnapshot:
        body = requests.calendar_access(grant)
        answer = self._client.patch(CALENDAR, body, calendar_id=calendar_id)
        return payloads.calendar_snapshot(answer.inner("data"))

    def list_calendars(self) -> Iterator[CalendarSnapshot]:
        pages = self._client.pages("/v2/calendars", query={"limit": PAGE})
        return map(payloads.calendar_snapshot, pages)

    def get_calendar(self, calendar_id: str) -> CalendarSnapshot:
        answer = self._client.get(CALENDAR, calendar_id=calendar_id)
        return payloads.calendar_snapshot(answer.inner("data"))

    def delete_calendar(self, calendar_id: str) -> None:
        """Forget the calendar upstream; its bookings are cancelled, bots in a meeting go on."""
        self._client.delete(CALENDAR, calendar_id=calendar_id)

    def sync_calendar(self, calendar_id: str) -> None:
        """Ask for a full read of the calendar; it may take minutes and ends in webhooks."""
        self._client.post(f"{CALENDAR}/sync", calendar_id=calendar_id)

    def resubscribe_calendar(self, calendar_id: str) -> None:
        self._client.post(f"{CALENDAR}/resubscribe", calendar_id=calendar_id)

    def list_events(
        self, calendar_id: str, *, start: datetime, end: datetime
    ) -> Iterator[CalendarEvent]:
        """Yield all instances, cancelled ones too; the provider knows the next 30 days only."""
        query: Query = {
            "limit": PAGE,
            "start_date": requests.utc(start),
            "end_date": requests.utc(end),
            "show_cancelled": "true",
        }
        pages = self._client.pages(f"{CALENDAR}/events", query=query, calendar_id=calendar_id)
        events = (payloads.calendar_event(item, calendar_id=calendar_id) for item in pages)
        return (event for event in events if event)

    def list_series(self, calendar_id: str) -> Iterator[SeriesSnapshot]:
        query: Query = {"limit": PAGE, "show_cancelled": "true"}
        pages = self._client.pages(f"{CALENDAR}/series", query=query, calendar_id=calendar_id)
        return (payloads.series_snapshot(item, calendar_id=calendar_id) for item in pages)

    def get_event(self, calendar_id: str, event_id: str) -> CalendarEvent:
        answer = self._client.get(
            f"{CALENDAR}/events/{{event_id}}", calendar_id=calendar_id, event_id=event_id
        )
        event = payloads.calendar_event(answer.inner("data"), calendar_id=calendar_id)
        if event is None:
            raise Refused("The provider shows this event without its times.")
        return event

    # Recording of one calendar event

    def book_event(self, ref: EventRef, spec: BotSpec) -> None:
        """Have one event recorded.

        "Already scheduled" is success when the event, read again, shows a booking. Anything else
        the provider says about the item is raised with its code and its words.
        """
        body = requests.calendar_bot(ref, spec)
        try:
            answer = self._client.post(CALENDAR_BOTS, body, calendar_id=ref.calendar_id)
            error = _item_error(answer, ref)
        except Conflict as conflict:
            error = conflict
        if error and not (_says_already(error) and self._is_booked(ref)):
            raise error

    def rebook_event(self, ref: EventRef, spec: BotSpec) -> None:
        """Change a booking. Raises Conflict within four minutes of the start."""
        body = requests.calendar_bot(ref, spec)
        answer = self._client.patch(CALENDAR_BOTS, body, calendar_id=ref.calendar_id)
        if error := _item_error(answer, ref):
            raise error

    def unbook_event(self, ref: EventRef) -> None:
        """Have one event not recorded, at whatever stage its bot is.

        Done quietly when there is nothing to switch off: the event or its calendar is gone (404),
        or the event, read again after a 409, shows no booking. Raises Conflict when a booking
        remains; its bot can still be told to leave.
        """
        body = requests.event_selector(ref)
        try:
            answer = self._client.delete(CALENDAR_BOTS, body, calendar_id=ref.calendar_id)
            error = _item_error(answer, ref)
        except (Conflict, NotFound) as refusal:
            error = refusal
        if error and self._is_booked(ref):
            raise error if isinstance(error, Conflict) else Conflict(str(error), code=error.code)

    def _is_booked(self, ref: EventRef) -> bool:
        try:
            return self.get_event(ref.calendar_id, ref.event_id).is_bot_scheduled
        except NotFound:
            return False


def _created_id(answer: Fields) -> str:
    bot_id = answer.inner("data").text("bot_id")
    if not bot_id:
        raise Retryable("The provider made a bot but did not name it.", code=TIMEOUT)
    return bot_id


def _item_error(answer: Fields, ref: EventRef) -> UpstreamError | None:
    """Return what went wrong for this event; the answer says success even if all items failed."""
    nested = answer.inner("data")
    errors = answer.items("errors") or nested.items("errors")
    ours = [item for item in errors if item.text("event_id") in ("", ref.event_id)]
    return item_error(ours[0]) if ours else None


def _says_already(error: UpstreamError) -> bool:
    return "already" in f"{error.code} {error}".lower()
