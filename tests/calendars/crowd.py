"""A workspace with many meetings, copied from one by the database itself: a second for 100,000.

Nine of ten lie behind, one of ten in the coming month. One of three is to be recorded by somebody's
choice; of those that are over nine of ten were, and one of ten was refused.
"""

from datetime import timedelta

from django.db import connection, models
from django.utils import timezone

from accounts.models import User, Workspace
from calendars.models import Choice, Event, Verdict
from tests.calendars.factories import make_bot, make_calendar, make_event

CALENDARS = 20
YEAR = timedelta(days=300)
AHEAD = timedelta(days=29)


def make_crowd(workspace: Workspace, user: User, size: int) -> None:
    """Fill `workspace` with `size` meetings."""
    calendars = [make_calendar(workspace, user) for _ in range(CALENDARS)]
    one = make_event(calendars[0], will_record=False)
    one.choose(Verdict.RECORD, by=user, at=timezone.now())
    bot = make_bot(one, state="done", outcome="recorded")
    choice = Choice.objects.get(workspace=workspace)
    past = size * 9 // 10
    back = f"(n - {past} - 1) * interval '{(YEAR / past).total_seconds()} seconds'"
    on = f"(n - {past}) * interval '{(AHEAD / (size - past)).total_seconds()} seconds'"
    at = f"(now() + CASE WHEN n <= {past} THEN {back} ELSE {on} END)"
    name = f"'{workspace.pk}-' || lpad(n::text, 8, '0')"
    is_wanted = "n % 3 = 0"
    outcome = "CASE WHEN n % 10 = 0 THEN 'refused' ELSE 'recorded' END"
    over = f"n <= {past} AND {is_wanted}"
    times = {"starts_at": at, "ends_at": f"{at} + interval '30 minutes'"}
    _multiply(
        bot,
        size,
        over,
        {"public_id": f"'bot_' || {name}", "meeting_key": name, "outcome": outcome, **times,
         "state_at": at},
    )  # fmt: skip
    ours = [calendar.pk for calendar in calendars]
    _multiply(
        one,
        size,
        "true",
        {
            "public_id": f"'evt_' || {name}",
            "upstream_id": name,
            "identity": name,
            "original_start": at,
            "title": "'Meeting ' || n",
            **times,
            "calendar_id": f"(ARRAY{ours})[1 + n % {CALENDARS}]",
            "will_record": is_wanted,
            "decision_code": f"CASE WHEN {is_wanted} THEN 'chosen' ELSE 'nothing' END",
            "needs_you": "n % 90 = 0",
            "bot_id": f"(SELECT id FROM bots_bot WHERE {over} AND public_id = 'bot_' || {name})",  # noqa: S608 (ours)
        },
    )
    _multiply(choice, size, is_wanted, {"identity": name, "original_start": at})
    Event.objects.filter(pk=one.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _multiply(one: models.Model, size: int, where: str, different: dict[str, str]) -> None:
    """Copy the row of `one` for each n that `where` holds of, with what is `different`."""
    table = one._meta.db_table
    columns = [str(field.column) for field in one._meta.fields if field.column != "id"]
    values = ", ".join(different.get(column, f"one.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"  # noqa: S608 (ours)
            f" FROM {table} AS one, generate_series(1, {size}) AS n"
            f" WHERE one.id = {one.pk} AND {where}"
        )
