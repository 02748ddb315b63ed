"""`{{ bot|chip_word }}` and `{{ bot|chip_status }}`: what a bot's chip says and how it looks.

`{{ bot.duration_seconds|minutes }}`: how long, as one would say it.
"""

from django import template

from bots.words import status_for, word_for

register = template.Library()
register.filter("chip_word", word_for)
register.filter("chip_status", status_for)


@register.filter
def minutes(seconds: float) -> str:
    """Say a length: "under a minute", "25 min", "1 h 5 min"."""
    hours, rest = divmod(round(seconds / 60), 60)
    if hours:
        return f"{hours} h {rest} min"
    return f"{rest} min" if rest else "under a minute"
