"""Which news go into one mail, and when the next one may go.

ready ready ready ──(5 minutes)──► one mail of three
ready × 40 in an hour ──────────► four mails, then one that tells all the rest
"""

from datetime import datetime, timedelta

from django.db import transaction

from letters import outbox
from letters.models import Letter
from notifications.kinds import KINDS, Kind
from notifications.models import Notification

AT_ONCE = 500
HOUR = timedelta(hours=1)

Group = tuple[int, int, str]


def post_due(now: datetime) -> int:
    """Make a letter of each group of news whose time has come; how many were made."""
    due = Notification.objects.mail_due(now).order_by()
    groups = due.values_list("person", "workspace", "kind").distinct()[:AT_ONCE]
    return sum(_post(group, now) for group in groups)


@transaction.atomic
def _post(group: Group, now: datetime) -> bool:
    """What waits of the group goes along, also what is not due yet."""
    person, workspace, kind = group
    waiting = Notification.objects.to_mail().filter(person=person, workspace=workspace, kind=kind)
    held = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    news = list(held.select_related("person", "workspace"))
    if not news:
        return False  # another worker was quicker
    rows = Notification.objects.filter(pk__in=[one.pk for one in news])
    if next_at := _next_at(person, KINDS[kind], now):
        rows.update(mail_due_at=next_at)
        return False
    first = news[0]
    letter = outbox.post(
        kind, key=first.public_id, to=first.person.email, reader=first.person,
        about=first.workspace.public_id,
    )  # fmt: skip
    rows.update(letter=letter, mail_due_at=None)
    return True


def _next_at(person: int, kind: Kind, now: datetime) -> datetime | None:
    """When the next mail of the kind may go; None: now."""
    lately = Letter.objects.filter(reader=person, kind=kind.name, created_at__gt=now - HOUR)
    times = list(lately.order_by("-created_at").values_list("created_at", flat=True))
    if len(times) < kind.most_an_hour:
        return None
    return times[kind.most_an_hour - 1] + HOUR
