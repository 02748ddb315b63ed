"""What recording templates say about lengths and readiness.

{{ 3725|clock }}     1:02:05      a place in the recording
{{ 3725|span }}      1 h 2 min    how long it is
{% readiness recording artifacts as ready %}
{% last_day recording rule as day %}    when the workspace's rule deletes it; None: it does not
"""

from collections.abc import Iterable
from datetime import datetime

from django import template

from recordings import keeping
from recordings.models import Artifact, Recording, Retention
from recordings.readiness import Readiness
from recordings.readiness import readiness as judge

register = template.Library()


@register.simple_tag
def readiness(recording: Recording, artifacts: Iterable[Artifact]) -> Readiness:
    return judge(recording, artifacts)


@register.simple_tag
def last_day(recording: Recording, rule: Retention) -> datetime | None:
    return keeping.last_day(recording, rule)


@register.filter
def clock(seconds: float | None) -> str:
    """A place as players write it: 0:07, 12:04, 1:02:05."""
    minutes, second = divmod(int(seconds or 0), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


@register.filter
def span(seconds: float | None) -> str:
    """A length as people say it: 45 s, 52 min, 1 h 5 min; empty when nobody knows."""
    if not seconds:
        return ""
    if seconds < 60:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


@register.filter
def category(word: str) -> str:
    """A provider's word for a kind of name, as people say it: PHONE_NUMBER is Phone number."""
    return " ".join(word.replace("_", " ").split()).capitalize()


@register.filter
def seconds(milliseconds: int) -> int:
    return milliseconds // 1000
