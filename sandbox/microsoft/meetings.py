"""What the people with a mailbox at Microsoft meet about, and an event as Graph shows it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sandbox.google.meetings import FR, MO, TH, TU, WE, WEEKDAYS, Series
from sandbox.microsoft.state import ACCOUNTS

_JONAS, _ELIN, _BEN = "AAMkAG-jonas-calendar", "AAMkAG-elin-calendar", "AAMkAG-ben-calendar"
_PRODUCT, _SAM = "AAMkAG-shared-product-team", "AQMkAD-sam-calendar"

SERIES = (
    Series("ms-standup", _JONAS, "Engineering standup", WEEKDAYS, "09:30", 15, "teams",
           ("jonas", "elin", "tomas")),
    Series("ms-oncall", _JONAS, "On-call handover", (MO,), "11:00", 30, "teams",
           ("jonas", "tomas")),
    Series("ms-kestrel", _JONAS, "Kestrel Rail: integration working group", (TU,), "14:00", 60,
           "teams", ("ben", "jonas", "tomas", "karin")),
    Series("ms-oneonone", _JONAS, "Jonas / Elin 1:1", (WE,), "15:00", 30, "teams",
           ("jonas", "elin")),
    Series("ms-architecture", _JONAS, "Architecture round", (TH,), "10:00", 60, "zoom",
           ("jonas", "maya", "tomas", "elin"), 2),
    Series("ms-focus", _JONAS, "Focus time", (TU, TH), "13:00", 60, "", ()),
    Series("ms-release", _PRODUCT, "Release readiness", (TH,), "15:30", 45, "teams",
           ("elin", "jonas", "maya")),
    Series("ms-triage", _PRODUCT, "Bug triage", (MO, WE), "13:30", 30, "teams",
           ("elin", "jonas", "tomas")),
    Series("ms-elin", _ELIN, "Customer interviews: synthesis", (FR,), "10:00", 45, "teams",
           ("elin", "aisha")),
    Series("ms-ben", _BEN, "Northwind rollout", (MO,), "11:00", 30, "teams", ("ben", "karin")),
    Series("ms-sam", _SAM, "Swim practice", (WE,), "18:00", 60, "", ()),
)  # fmt: skip

SINGLES: dict[str, tuple[tuple[str, str, int, tuple[str, ...]], ...]] = {
    _JONAS: (
        ("Incident review: slow calendar sync", "teams", 45, ("jonas", "tomas", "maya")),
        ("Vendor call: Aurora Foods data import", "zoom", 30, ("sofia", "jonas")),
        ("Pairing with Tomas", "teams", 60, ("jonas", "tomas")),
        ("Interview: Alex Moreno (system design)", "teams", 60, ("jonas", "elin", "recruit")),
        ("Pick up the bike", "", 30, ()),
    ),
    _PRODUCT: (("Usability test: recordings page", "teams", 45, ("aisha", "jonas")),),
    _BEN: (("Procurement: security questionnaire", "teams", 45, ("ben", "maya")),),
}


_ANSWERS = {
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentativelyAccepted",
    "needsAction": "notResponded",
}


def owner_of(raw_id: str) -> str:
    """Whose calendar this is; a shared one belongs to whoever shares it first."""
    owners = (a.email for a in ACCOUNTS.values() if any(raw_id == raw for raw, _ in a.calendars))
    return next(owners, raw_id)


def raw_event(meeting: dict[str, Any]) -> dict[str, Any]:
    """The event in Graph's words, as far as anybody reads it."""
    recurring = meeting["recurring_id"]
    raw: dict[str, Any] = {
        "id": meeting["id"],
        "iCalUId": _global_object_id(meeting),
        "subject": meeting["title"],
        "sensitivity": "private" if meeting.get("private") else "normal",
        "isAllDay": meeting["all_day"],
        "isCancelled": meeting["status"] == "cancelled",
        "type": _kind(meeting),
        "start": {"dateTime": _wall_clock(meeting["start"]), "timeZone": "UTC"},
        "end": {"dateTime": _wall_clock(meeting["end"]), "timeZone": "UTC"},
        "originalStartTimeZone": meeting["timezone"],
        "organizer": {"emailAddress": _address(meeting, "organizer_email", "organizer_name")},
        "location": {"displayName": meeting["location"] or ""},
        "body": {"contentType": "text", "content": meeting["description"] or ""},
        "attendees": [
            {
                "emailAddress": _address(row, "email", "name"),
                "status": {"response": _ANSWERS[row["response_status"]]},
            }
            for row in meeting["attendees"] or []
        ],
    }
    if recurring:
        raw["seriesMasterId"] = recurring
        raw["originalStart"] = f"{_wall_clock(meeting['original_start'])[:19]}Z"
    is_teams = meeting["meeting_platform"] == "teams"
    if address := meeting.get("conference_url") or (is_teams and meeting["meeting_url"]):
        raw["onlineMeeting"] = {"joinUrl": address}
    return raw


def _address(row: dict[str, Any], email: str, name: str) -> dict[str, Any]:
    return {"address": row[email], "name": row[name] or row[email]}


def _global_object_id(meeting: dict[str, Any]) -> str:
    """Bytes 16 to 19 are the day of an instance, zero for a single meeting (MS-OXOCAL)."""
    series = meeting["recurring_id"] or meeting["id"]
    own = hashlib.sha256(series.encode()).hexdigest()[:46].upper()
    day = "00000000"
    if meeting["recurring_id"]:
        at = datetime.fromtimestamp(meeting["original_start"], UTC)
        day = f"{at.year:04X}{at.month:02X}{at.day:02X}"
    return f"040000008200E00074C5B7101A82E008{day}{own}"


def _kind(meeting: dict[str, Any]) -> str:
    if not meeting["recurring_id"]:
        return "singleInstance"
    return "exception" if meeting["is_exception"] else "occurrence"


def _wall_clock(at: float) -> str:
    """Graph's seven digits and no zone; `timeZone` beside it says which."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}.0000000"
