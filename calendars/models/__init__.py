"""A person's account, the calendars in it, their meetings, and what people said about those.

Connection ──< Calendar ──< Series ──< Event ──? Bot, ──< EventChange
Decided     each answer that differed from the one before
Outage      a time in which a calendar could not be read, and what came of it
Choice      hangs on no event: it is keyed to the calendar's own identity of the meeting
Undo        what a change of choices has to put back when it is taken back
Rule, Block what is recorded when nobody chose, and what is never recorded
OwnDomain   where colleagues have their addresses
Revision    how far the last change of the rules has come
Consent     one trip to a platform and back, gone as soon as it is used
"""

from calendars.models.changes import ChangeKind, EventChange
from calendars.models.choices import EVER, Choice, Reach, Undo, Verdict, resolve
from calendars.models.connections import Calendar, Connection, SyncState
from calendars.models.consents import Consent
from calendars.models.decided import Decided
from calendars.models.events import Event, EventStatus, LinkSource
from calendars.models.outages import Outage, OutageKind, OutageMeeting
from calendars.models.revisions import Revision
from calendars.models.rules import Block, OwnDomain, People, Recurrence, Rule
from calendars.models.series import Series

__all__ = [
    "EVER",
    "Block",
    "Calendar",
    "ChangeKind",
    "Choice",
    "Connection",
    "Consent",
    "Decided",
    "Event",
    "EventChange",
    "EventStatus",
    "LinkSource",
    "Outage",
    "OutageKind",
    "OutageMeeting",
    "OwnDomain",
    "People",
    "Reach",
    "Recurrence",
    "Revision",
    "Rule",
    "Series",
    "SyncState",
    "Undo",
    "Verdict",
    "resolve",
]
