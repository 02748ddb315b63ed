"""What each verb does to a meeting, as fields laid over it. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sandbox.clock import DAY, MINUTE
from sandbox.control.reading import missing, moment_in, number_in, truth_in
from sandbox.http import Json, invalid

Meeting = dict[str, Any]
_NEW_LINK = "https://meet.google.com/new-link-now"
_PLACES = ("location", "description", "html", "conference")


def change_for(verb: str, meeting: Meeting, body: Json) -> Meeting:
    if verb not in VERBS:
        raise missing("action")
    return VERBS[verb](meeting, body)


def _move(meeting: Meeting, body: Json) -> Meeting:
    start = moment_in(body, "start")
    if start is None:
        start = meeting["start"] + (number_in(body, "minutes") or 60.0) * MINUTE
    length = meeting["end"] - meeting["start"]
    if not 0 < length < 30 * DAY:
        raise invalid("the event has no length")
    recurring = meeting["recurring_id"] is not None
    return {"start": start, "end": start + length, "is_exception": recurring}


def _add_link(meeting: Meeting, body: Json) -> Meeting:
    link = str(body.get("link", _NEW_LINK))
    return {"meeting_url": link, "location": link or None}


def _remove_link(meeting: Meeting, body: Json) -> Meeting:
    return {"meeting_url": "", "location": None, "description": None, "conference_url": ""}


def _hide_link(meeting: Meeting, body: Json) -> Meeting:
    """The provider sees no link any more; it stands in the invitation only, wrapped or not."""
    place = str(body.get("place", "description"))
    wrapper = str(body.get("wrapper", ""))
    if place not in _PLACES or wrapper not in WRAPPERS:
        raise invalid(f"place is one of {', '.join(_PLACES)}, wrapper of {', '.join(WRAPPERS)}")
    link = WRAPPERS[wrapper](str(body.get("link", meeting["meeting_url"] or _NEW_LINK)))
    change = _remove_link(meeting, body)
    match place:
        case "location":
            return {**change, "location": link}
        case "conference":
            return {**change, "conference_url": link}
        case "html":
            anchor = f'<p>Join <a href="{link.replace("&", "&amp;")}">here</a>.</p>'
            return {**change, "description": anchor}
        case _:
            return {**change, "description": f"Join: {link}\n\nSee you there."}


def _make_private(meeting: Meeting, body: Json) -> Meeting:
    """`hidden`: whoever shared the calendar shows others only that they are busy."""
    return {"private": True, "hidden": truth_in(body, "hidden", True)}


def _make_all_day(meeting: Meeting, body: Json) -> Meeting:
    midnight = meeting["start"] - meeting["start"] % DAY
    kept = [meeting["start"], meeting["end"]]
    return {"all_day": True, "start": midnight, "end": midnight + DAY, "timed": kept}


def _make_timed(meeting: Meeting, body: Json) -> Meeting:
    start, end = meeting.get("timed") or (meeting["start"] + DAY / 2, meeting["start"] + DAY / 2)
    return {"all_day": False, "start": start, "end": max(end, start + 30 * MINUTE)}


WRAPPERS: dict[str, Callable[[str], str]] = {
    "": lambda link: link,
    "safelinks": lambda link: (
        "https://eur01.safelinks.protection.outlook.com/?url="
        f"{quote(link, safe='')}&data=05%7C02&reserved=0"
    ),
    "proofpoint": lambda link: f"https://urldefense.com/v3/__{link}__;!!A1b2!sandbox$",
    "google": lambda link: f"https://www.google.com/url?q={quote(link, safe='')}&sa=D",
    "mimecast": lambda link: "https://protect-eu.mimecast.com/s/x7QmC2vG9s?domain=zoom.us",
    "shortened": lambda link: "https://bit.ly/3sandbox",
}

VERBS: dict[str, Callable[[Meeting, Json], Meeting]] = {
    "move": _move,
    "cancel": lambda meeting, body: {"status": "cancelled"},
    "decline": lambda meeting, body: {"declined": True},
    "accept": lambda meeting, body: {"declined": False},
    "restore": lambda meeting, body: {"status": "confirmed", "declined": False},
    "rename": lambda meeting, body: {"title": str(body.get("title", ""))},
    "add_link": _add_link,
    "remove_link": _remove_link,
    "hide_link": _hide_link,
    "make_private": _make_private,
    "make_public": lambda meeting, body: {"private": False, "hidden": False},
    "make_all_day": _make_all_day,
    "make_timed": _make_timed,
}
