"""The half of the adapter about calendars: connections, meetings, and the bots booked for them.

A booking is replaced whole whenever it is asked for, and stays where it was when its event moves.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from upstream.errors import Conflict, NotFound, Refused
from upstream.events import CalendarEvent
from upstream.fields import Fields
from upstream.port import (
    AvailableCalendar,
    BotSpec,
    CalendarSnapshot,
    EventRef,
    OAuthGrant,
    SeriesSnapshot,
)
from upstream.recall import events, requests
from upstream.recall.client import Client
from upstream.wire import Query

CALENDARS = "/api/v2/calendars/"
CALENDAR = "/api/v2/calendars/{calendar_id}/"
EVENTS = "/api/v2/calendar-events/"
EVENT = "/api/v2/calendar-events/{event_id}/"
EVENT_BOT = f"{EVENT}bot/"
LONGEST_MEETING = timedelta(days=1)  # what began earlier has left the provider's window


class Calendars:
    """Wants `_client` from whoever inherits it."""

    _client: Client

    def list_available_calendars(self, grant: OAuthGrant) -> tuple[AvailableCalendar, ...]:
        """The primary one, which has the account's address for its name; there is no asking."""
        name = grant.email or "Primary calendar"
        return (AvailableCalendar(name, name, grant.email, is_primary=True),)

    def connect_calendar(self, grant: OAuthGrant, raw_id: str) -> CalendarSnapshot:
        """Connect the account. Raises Conflict when it is there: the provider would take it twice.

        The refresh token is tried later; a bad one shows as `disconnected`.
        """
        if any(self._of_account(grant)):
            raise Conflict("This account's calendar is connected already.")
        return events.calendar_snapshot(self._client.post(CALENDARS, requests.calendar(grant)))

    def reconnect_calendar(self, calendar_id: str, grant: OAuthGrant) -> CalendarSnapshot:
        answer = self._client.patch(CALENDAR, requests.access(grant), calendar_id=calendar_id)
        return events.calendar_snapshot(answer)

    def list_calendars(self) -> Iterator[CalendarSnapshot]:
        return map(events.calendar_snapshot, self._client.pages(CALENDARS, query={}))

    def get_calendar(self, calendar_id: str) -> CalendarSnapshot:
        return events.calendar_snapshot(self._client.get(CALENDAR, calendar_id=calendar_id))

    def delete_calendar(self, calendar_id: str) -> None:
        """Forget the calendar upstream; its bookings are cancelled, bots in a meeting go on."""
        self._client.delete(CALENDAR, calendar_id=calendar_id)

    def sync_calendar(self, calendar_id: str) -> None:
        """Nothing to ask for: the provider reads the calendar when it is told of a change."""

    def resubscribe_calendar(self, calendar_id: str) -> None:
        """Nothing to ask for: the provider keeps its subscriptions itself."""

    def list_events(
        self, calendar_id: str, *, start: datetime, end: datetime
    ) -> Iterator[CalendarEvent]:
        """Yield all instances, deleted ones too; the provider knows the next 28 days only."""
        query: Query = {
            "calendar_id": calendar_id,
            "start_time__gte": requests.utc(start - LONGEST_MEETING),
            "start_time__lte": requests.utc(end),
        }
        found = map(events.calendar_event, self._client.pages(EVENTS, query=query))
        return (event for event in found if event and event.ends_at >= start)

    def list_series(self, calendar_id: str) -> Iterator[SeriesSnapshot]:
        pages = self._client.pages(EVENTS, query={"calendar_id": calendar_id})
        found = (event for event in map(events.calendar_event, pages) if event)
        return iter(events.series_of(found))

    def get_event(self, calendar_id: str, event_id: str) -> CalendarEvent:
        event = events.calendar_event(self._client.get(EVENT, event_id=event_id))
        if event is None:
            raise Refused("The provider shows this event without its times.")
        return event

    def book_event(self, ref: EventRef, spec: BotSpec) -> None:
        """Have one event recorded, at the time and place it has now."""
        event = self.get_event(ref.calendar_id, ref.event_id)
        if not event.meeting_url:
            raise Refused("The event has no meeting URL.", code="NO_MEETING_URL")
        body = requests.event_bot(spec, starts_at=event.starts_at, meeting_url=event.meeting_url)
        self._client.post(EVENT_BOT, body, event_id=ref.event_id)

    def rebook_event(self, ref: EventRef, spec: BotSpec) -> None:
        """Change a booking, or have it follow its event: asking again replaces it."""
        self.book_event(ref, spec)

    def unbook_event(self, ref: EventRef) -> None:
        """Have one event not recorded.

        Done quietly when there is nothing to switch off. Raises Conflict when a bot remains that
        has left for the meeting; it can still be told to leave.
        """
        try:
            answer = self._client.delete(EVENT_BOT, event_id=ref.event_id)
        except NotFound:
            return
        if events.is_booked(answer):
            raise Conflict("The bot has left for the meeting.")

    def _of_account(self, grant: OAuthGrant) -> Iterator[Fields]:
        """The address is not known at once, so the one that was sent counts as well."""
        query = {"platform": requests.PLATFORMS[grant.platform]}
        account = grant.email.lower()
        for found in self._client.pages(CALENDARS, query=query):
            addresses = {found.text("platform_email").lower(), found.text("oauth_email").lower()}
            if account and account in addresses:
                yield found
