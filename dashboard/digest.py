"""The week in numbers: on Monday morning where each reader lives, if there is something to tell.

The key names the week that is told ("2026-W47"), so that however often the clock asks, and in
whichever zone the reader is by then, no week is told twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, tzinfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.elsewhere import path_in
from accounts.models import Membership
from accounts.zones import zone_called
from dashboard.lines import Line
from dashboard.week import WEEK, Week, week_of
from letters.models import Letter
from letters.writing import Message, one_line, writes
from notifications import telling
from notifications.kinds import KINDS, KindName
from notifications.mails import address, heed_reader, message_to, news_of
from notifications.models import Notification
from notifications.telling import News

MONDAY = 0
HOURS = range(8, 11)
AT_ONCE = 500


def tell_due(now: datetime) -> int:
    """Tell those for whom it is Monday morning and who were not told yet; how many."""
    told = 0
    for membership, zone, monday in _due(now):
        with timezone.override(zone):
            week = week_of(membership, monday, now)
        if week.is_worth_telling:
            telling.tell([membership.user], membership.workspace, _news(week))
            told += 1
    return told


@writes(KindName.DIGEST, about=KINDS[KindName.DIGEST].about, heed=heed_reader)
def write(letter: Letter) -> Message | None:
    """The numbers as they are when it is sent."""
    news = news_of(letter)
    if not news:
        return None
    told = news[-1]
    membership = Membership.objects.select_related("user", "workspace").get(
        user=told.person, workspace=told.workspace
    )
    with timezone.override(zone_called(told.person.time_zone)):
        week = week_of(membership, _monday_of(told.key), timezone.now())
        missed = [_item(line) for line in week.missed]
    coverage = path_in(told.workspace, reverse("dashboard:coverage"))
    context = {
        "week": week,
        "missed": missed,
        "coverage_url": address(coverage),
        "past_url": address(f"{coverage}&period=month"),
    }
    return message_to(
        news, subject=week.headline, template="dashboard/mail/digest", context=context
    )


def _due(now: datetime) -> Iterator[tuple[Membership, tzinfo | None, date]]:
    members = Membership.objects.filter(user__is_active=True)
    for name in sorted(set(members.values_list("user__time_zone", flat=True))):
        zone = zone_called(name)
        here = timezone.localtime(now, zone)
        if here.weekday() != MONDAY or here.hour not in HOURS:
            continue
        monday = here.date() - WEEK
        there = members.filter(user__time_zone=name).select_related("user", "workspace")
        for membership in there.exclude(_was_told(_key(monday))).order_by("pk")[:AT_ONCE]:
            yield membership, zone, monday


def _was_told(key: str) -> Exists:
    same = Notification.objects.filter(
        kind=KindName.DIGEST, key=key, person=OuterRef("user"), workspace=OuterRef("workspace")
    )
    return Exists(same)


def _news(week: Week) -> News:
    missed = week.missed_count
    note = f"{missed} missed, {week.ahead.recorded} to be recorded in the next 7 days."
    return News(
        KindName.DIGEST,
        key=_key(week.first),
        title=week.headline,
        note=note,
        path=f"{reverse('dashboard:coverage')}?period=month",
    )


def _key(monday: date) -> str:
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02}"


def _monday_of(key: str) -> date:
    return date.fromisoformat(f"{key}-1")


def _item(line: Line) -> tuple[str, datetime, str, str, str]:
    """Title, when, in a word, why, and the page that tells more."""
    event = line.event
    path = reverse("calendars:event", args=[event.public_id])
    return one_line(event.shown_title), event.starts_at, line.word, line.sentence, address(path)
