"""Where a page of meetings begins: after the last row of the page before, by start and id.

place_of(event)  →  "2026-11-21T09:00:00+00:00~evt_3kTf…"  →  PlaceField  →  (moment, "evt_3kTf…")
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calendars.models import Event

Place = tuple[datetime, str]


def place_of(event: Event) -> str:
    """As it stands in an address."""
    return f"{event.starts_at.isoformat()}~{event.public_id}"


class PlaceField(forms.CharField):
    """Cleans to None for the first page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 80, "required": False, **kwargs})

    def clean(self, value: Any) -> Any:
        moment, _, public_id = super().clean(value).partition("~")
        if not moment:
            return None
        try:
            starts_at = datetime.fromisoformat(moment)
        except ValueError as error:
            raise ValidationError("Not a place in the list.") from error
        if starts_at.tzinfo is None or not public_id.isascii():
            raise ValidationError("Not a place in the list.")
        return starts_at, public_id
