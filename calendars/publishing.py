"""The rows and cards of open pages, shown again when something about them changed.

What is published is the same for everyone in the workspace: no request, no viewer, no token.
"""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils import timezone

import live
from accounts.models import Workspace
from bots.models import Bot
from calendars import coverage
from calendars.agenda import make_rows
from calendars.models import Calendar, Event, Revision

ROWS_AT_ONCE = 20


def topic(workspace: Workspace, what: str) -> str:
    return f"{workspace.public_id}/{what}"


def publish_events(workspace: Workspace, event_ids: Sequence[int]) -> None:
    """Show these rows again where they stand; for many, let the lists fetch themselves."""
    if len(event_ids) > ROWS_AT_ONCE:
        return publish_agenda(workspace)
    for row in make_rows(Event.objects.filter(pk__in=event_ids).for_list()):
        html = render_to_string("calendars/_row.html", {"row": row})
        live.publish(topic(workspace, "events"), html)
    return publish_coverage(workspace)


def publish_bot(bot: Bot) -> None:
    """A bot set out, came back or failed: what its meetings' rows say and ask depends on it."""
    if event_ids := list(Event.objects.filter(bot=bot).values_list("id", flat=True)):
        publish_events(bot.workspace, event_ids)


def publish_coverage(workspace: Workspace) -> None:
    """Count again; number by number, for which of them a page filters by is the page's own."""
    counted = {"coverage": coverage.count(workspace, timezone.now())}
    for number in ("meetings", "recorded", "not-recorded", "needs-you"):
        html = render_to_string(f"calendars/_coverage.html#{number}", counted)
        live.publish(topic(workspace, "events"), html)
    live.changed(topic(workspace, "coverage"))


def publish_agenda(workspace: Workspace) -> None:
    """Rows came, went or moved to another day."""
    live.changed(topic(workspace, "events"))
    live.changed(topic(workspace, "coverage"))


def publish_calendar(calendar: Calendar) -> None:
    """Show the health and the progress of a calendar again."""
    for part in ("_health", "_facts"):
        html = render_to_string(f"calendars/{part}.html", {"calendar": calendar})
        live.publish(topic(calendar.workspace, "calendars"), html)


def publish_troubles(workspace: Workspace) -> None:
    """A calendar broke, was mended, or its bill is written: lists of calendars fetch themselves."""
    live.changed(topic(workspace, "calendars"))


def publish_revision(revision: Revision) -> None:
    """Show how far a change of the rules has come."""
    html = render_to_string("calendars/rules/_revision.html", {"revision": revision})
    live.publish(topic(revision.workspace, "rules"), html)
