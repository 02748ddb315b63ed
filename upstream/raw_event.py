"""What stands in a calendar's own record of a meeting, where a provider hands it on as it came.

Google's events and Microsoft Graph's; what is missing reads as empty, a private event has nearly
nothing. developers.google.com/workspace/calendar/api/v3/reference/events, and `event` of Graph.
"""

from datetime import datetime

from upstream.events import Attendee
from upstream.fields import Fields
from upstream.zones import zone_name

RESPONSES = {
    "organizer": "accepted",
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
    "tentativelyAccepted": "tentative",
}


def series_key(raw: Fields) -> str:
    """The recurring event that this is an instance of; empty for a single meeting."""
    return raw.text("recurringEventId", "seriesMasterId")


def title_of(raw: Fields) -> str:
    return raw.text("summary", "subject")


def is_cancelled(raw: Fields) -> bool:
    return raw.text("status") == "cancelled" or raw.flag("isCancelled") is True


def is_all_day(raw: Fields) -> bool:
    return raw.inner("start").has("date") or raw.flag("isAllDay") is True


def time_zone_of(raw: Fields) -> str | None:
    zone = raw.text("originalStartTimeZone") or raw.inner("start").text("timeZone")
    return zone_name(zone) or None


def is_private(raw: Fields) -> bool | None:
    """Google: `visibility`; Microsoft: `sensitivity`. Their other words hide nothing."""
    if not raw:
        return None
    words = (raw.text("visibility"), raw.text("sensitivity"))
    return any(word in ("private", "confidential", "personal") for word in words)


def original_start(raw: Fields) -> datetime | None:
    """Where the instance stood before anybody moved it.

    Google: `originalStartTime: {dateTime | date}`; Microsoft: `originalStart`, a text.
    """
    google = raw.inner("originalStartTime")
    return google.moment("dateTime", "date") or raw.moment("originalStart")


def meeting_texts(raw: Fields) -> tuple[str, ...]:
    """Where the calendar itself keeps a meeting's address, the likeliest place first.

    Google: `conferenceData.entryPoints[].uri`, `hangoutLink`; Microsoft: `onlineMeeting.joinUrl`.
    """
    entries = raw.inner("conferenceData").items("entryPoints")
    videos = (one.text("uri") for one in entries if one.text("entryPointType") in ("", "video"))
    places = (
        raw.inner("onlineMeeting").text("joinUrl"),
        raw.text("onlineMeetingUrl"),
        *videos,
        raw.text("hangoutLink"),
    )
    return tuple(text for text in places if text)


def invitation_texts(raw: Fields) -> tuple[str, ...]:
    """The same, and where people write it themselves."""
    written = (
        raw.text("location") or raw.inner("location").text("displayName"),
        raw.text("description") or raw.inner("body").text("content"),
    )
    return (*meeting_texts(raw), *(text for text in written if text))


def organizer_of(raw: Fields) -> tuple[str | None, str | None]:
    """Address and name."""
    google = raw.inner("organizer")
    found = google.inner("emailAddress") or google
    email, name = found.text("email", "address"), found.text("displayName", "name")
    return email or None, name or None


def attendees_of(raw: Fields) -> tuple[Attendee, ...] | None:
    """Who is invited; None when the record is not there, or hidden."""
    if not raw:
        return None
    if raw.has("responseStatus") or raw.has("seriesMasterId") or raw.has("subject"):
        return _of_microsoft(raw)
    return tuple(
        Attendee(
            email=one.text("email"),
            name=one.text("displayName"),
            response=RESPONSES.get(one.text("responseStatus"), "needsAction"),
            is_organizer=one.flag("organizer") or False,
            is_self=one.flag("self") or False,
        )
        for one in raw.items("attendees")
    )


def _of_microsoft(raw: Fields) -> tuple[Attendee, ...]:
    """Graph does not say which of them the calendar's owner is, only what the owner answered."""
    organizer, _ = organizer_of(raw)
    people = [
        Attendee(
            email=one.inner("emailAddress").text("address"),
            name=one.inner("emailAddress").text("name"),
            response=RESPONSES.get(one.inner("status").text("response"), "needsAction"),
            is_organizer=one.inner("emailAddress").text("address") == organizer,
        )
        for one in raw.items("attendees")
    ]
    own = raw.inner("responseStatus").text("response")
    if own == "declined":
        people.append(Attendee(email="", response="declined", is_self=True))
    return tuple(people)
