"""What people say about how long recordings are kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices

LONGEST_DAYS = 3650


class How(TextChoices):
    BIN = "bin", "Put it in the bin"
    NOW = "now", "Delete every copy now"


class KeepForm(forms.Form):
    """Keep it, or let the rule count again."""

    keep = forms.BooleanField(required=False)


class DeleteForm(forms.Form):
    how = forms.ChoiceField(choices=How)


class RetentionForm(forms.Form):
    """For how many days the workspace keeps its recordings."""

    FOREVER = "never"
    CHOICES = (
        (FOREVER, "Until somebody deletes them"),
        ("30", "30 days"),
        ("90", "90 days"),
        ("365", "A year"),
        ("other", "Another number of days"),
    )
    how_long = forms.ChoiceField(
        label="Recordings are kept", choices=CHOICES, widget=forms.RadioSelect
    )
    days = forms.IntegerField(label="Days", required=False, min_value=1, max_value=LONGEST_DAYS)

    @classmethod
    def of(cls, days: int | None) -> "RetentionForm":
        known = str(days) in dict(cls.CHOICES)
        if days is None:
            return cls(initial={"how_long": cls.FOREVER})
        return cls(initial={"how_long": str(days) if known else "other", "days": days})

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("how_long") == "other" and not asked.get("days") and "days" not in self.errors:
            raise ValidationError({"days": "Say how many days."})
        return asked

    @property
    def wanted(self) -> int | None:
        asked = self.cleaned_data
        if asked["how_long"] == self.FOREVER:
            return None
        return int(asked["days"] if asked["how_long"] == "other" else asked["how_long"])
