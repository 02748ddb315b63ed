"""A person's account, the calendars in it, their meetings, and what people said about those.

Connection ──< Calendar ──< Series ──< Event ──? Bot
Choice      hangs on no event: it is keyed to the calendar's own identity of the meeting
Consent     one trip to Google and back, gone as soon as it is used
"""

from calendars.models.choices import Choice, Verdict
from calendars.models.connections import Calendar, Connection, Consent, SyncState
from calendars.models.events import Event, EventStatus, LinkSource, Series

__all__ = [
    "Calendar",
    "Choice",
    "Connection",
    "Consent",
    "Event",
    "EventStatus",
    "LinkSource",
    "Series",
    "SyncState",
    "Verdict",
]
