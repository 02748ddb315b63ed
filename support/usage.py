"""What bots came to: by month, platform and outcome. Each number is as long as the list it opens.

                    Recorded   Never admitted   …    hours
November 2026  Zoom       41                2        30.5
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from bots.models import Bot, Outcome
from upstream.states import Platform

MONTHS_SHOWN = 12
OUTCOMES = [("", "Under way"), *Outcome.choices]


@dataclass(frozen=True, slots=True)
class Cell:
    number: int
    path: str


@dataclass(frozen=True, slots=True)
class Row:
    month: datetime
    platform: str
    cells: list[Cell]
    hours: float


def rows(now: datetime) -> list[Row]:
    """The latest month first; one query."""
    counted = (
        Bot.objects.filter(starts_at__gte=_first_day(now))
        .annotate(month=TruncMonth("starts_at"))
        .order_by("-month", "platform")
        .values("month", "platform", "outcome")
        .annotate(number=Count("pk"), seconds=Sum("duration_seconds"))
    )
    by_row: dict[tuple[datetime, str], list[Any]] = defaultdict(list)
    for one in counted:
        by_row[one["month"], one["platform"]].append(one)
    return [_row(month, platform, found) for (month, platform), found in by_row.items()]


def _row(month: datetime, platform: str, found: Iterable[Any]) -> Row:
    numbers = {one["outcome"]: one["number"] for one in found}
    seconds = sum(one["seconds"] or 0 for one in found)
    cells = [
        Cell(numbers.get(outcome, 0), _list_of(month, platform, outcome)) for outcome, _ in OUTCOMES
    ]
    return Row(month, Platform(platform).label, cells, round(seconds / 3600, 1))


def _list_of(month: datetime, platform: str, outcome: str) -> str:
    asked = {
        "starts_at__year": month.year,
        "starts_at__month": month.month,
        "platform__exact": platform,
        "outcome__exact": outcome,
    }
    return f"{reverse('admin:bots_bot_changelist')}?{urlencode(asked)}"


def _first_day(now: datetime) -> datetime:
    """Of the earliest month that is shown, in the reader's zone."""
    day = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = day.year * 12 + day.month - 1 - (MONTHS_SHOWN - 1)
    return day.replace(year=months // 12, month=months % 12 + 1)
