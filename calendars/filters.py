"""The list of meetings, narrowed: by words, calendar, platform, and whether there is a link."""

from django.db.models import F, Func, JSONField, Q, TextField, Value
from django.db.models.functions import Cast

from calendars.models.events import EventQuerySet

NAMES = ("q", "calendar", "platform", "link")
# The names and addresses on the invite, and no other word that is kept about a person.
PEOPLE = Cast(
    Func(
        F("attendees"),
        Value('$[*].keyvalue() ? (@.key == "name" || @.key == "email").value'),
        function="jsonb_path_query_array",
        template="%(function)s(%(expressions)s)",
        output_field=JSONField(),
    ),
    TextField(),
)


def narrowed(
    events: EventQuerySet, *, q: str, calendar: str, platform: str, link: str
) -> EventQuerySet:
    """Only those that match each of the filters; an empty one matches all."""
    if calendar:
        events = events.filter(calendar__public_id=calendar)
    if platform:
        events = events.filter(platform=platform).exclude(meeting_url="")
    if link == "yes":
        events = events.exclude(meeting_url="")
    elif link == "no":
        events = events.filter(meeting_url="")
    for word in q.split():
        events = events.alias(people=PEOPLE).filter(
            Q(title__icontains=word) | Q(people__icontains=word)
        )
    return events
