"""The page on which a person changes what stands in the connected calendars."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.clock import iso
from sandbox.control.changes import WRAPPERS
from sandbox.control.forms import button, form, number, table
from sandbox.faults import LISTINGS
from sandbox.html import Markup, h, join
from sandbox.play import Play
from sandbox.provider.models import Calendar, Event

_SHOWN = 150


def events(play: Play) -> Markup:
    calendars = play.world.provider.calendars.values()
    if not calendars:
        return h("p", "No calendar is connected yet.")
    return join(_new_event(), *(_calendar(play, calendar) for calendar in calendars))


def _calendar(play: Play, calendar: Calendar) -> Markup:
    ordered = sorted(calendar.events.values(), key=lambda event: event.start)
    caption = f"{calendar.raw_calendar_id} ({calendar.status}), {len(ordered)} meetings"
    rows = [_row(play, event) for event in ordered[:_SHOWN]]
    return join(
        _next_reading(calendar),
        table(caption, ("Start", "Meeting", "Status", "Bot", ""), rows),
    )


def _next_reading(calendar: Calendar) -> Markup:
    """What goes wrong when Earshot lists this calendar the next time."""
    path = _hidden("path", f"/v2/calendars/{calendar.calendar_id}/events")
    ways = {"Next reading fails": {"status": "500"}, "is cut off": {"cut_after": "500"},
            "is slow": {"seconds": "20"}, **{words: {"listing": how} for words, how in
            zip(("names itself as the next page", "says more and brings nothing", "has no list"),
                LISTINGS, strict=True)}}  # fmt: skip
    faults = (
        form("faults", path, *(_hidden(name, value) for name, value in wishes.items()),
             button(words))
        for words, wishes in ways.items()
    )  # fmt: skip
    full = form("calendars/fill", _hidden("calendar", calendar.raw_calendar_id),
                number("count", "Meetings", 10_000), button("Fill the calendar"))  # fmt: skip
    return join(full, *faults)


def _row(play: Play, event: Event) -> Sequence[Markup | str]:
    path = f"events/{event.event_id}"
    booked = play.sync.is_booked(event)
    link = h("span", event.meeting_url or "no link", class_="quiet")
    start = form(f"{path}/start", button("Start now")) if booked else ""
    return (
        iso(event.start)[:16].replace("T", " "),
        join(event.title or "(no title)", h("br"), link),
        event.status,
        join("booked ", start) if booked else "",
        join(*_actions(path, event)),
    )


def _actions(path: str, event: Event) -> list[Markup]:
    def one(verb: str, words: str, *fields: Markup) -> Markup:
        return form(f"{path}/{verb}", *fields, button(words))

    source, minutes = event.source, number("minutes", "Minutes", 60)
    actions = [one("move", "Move", minutes)]
    if event.is_cancelled:
        actions.append(one("accept", "Accept") if source["declined"] else one("restore", "Restore"))
    else:
        actions += [one("cancel", "Cancel"), one("decline", "Decline")]
    if event.meeting_url:
        wrappers = [h("option", name or "plain", value=name) for name in WRAPPERS]
        wrapper = h("select", *wrappers, name="wrapper", aria_label="Wrapper")
        actions += [one("remove_link", "Remove link"), one("hide_link", "Hide link", wrapper)]
    else:
        actions.append(one("add_link", "Add link"))
    actions.append(
        one("make_public", "Make public")
        if source.get("private")
        else one("make_private", "Make private")
    )
    actions.append(
        one("make_timed", "Give it a time")
        if source["all_day"]
        else one("make_all_day", "Make all-day")
    )
    actions.append(
        one("split", "Move this and later", minutes)
        if source["recurring_id"]
        else one("make_recurring", "Make recurring")
    )
    return actions


def _new_event() -> Markup:
    title = h("input", type="text", name="title", value="New meeting")
    links = [h("option", name) for name in ("meet", "zoom", "teams")]
    return form(
        "events",
        h("label", "Title ", title),
        number("in_minutes", "begins in minutes", 10),
        number("minutes", "lasts minutes", 30),
        h("label", "Link ", h("select", *links, name="link")),
        button("Put into Maya's calendar"),
    )


def _hidden(name: str, value: str) -> Markup:
    return h("input", type="hidden", name=name, value=value)
