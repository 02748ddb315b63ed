"""Several e-mail addresses in one field, as people paste them."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_PEOPLE = 20
SEPARATORS = re.compile(r"[\s,;]+")


class AddressesField(forms.CharField):
    """One per line, or with commas between them; each once, whatever its capitals."""

    def clean(self, value: object) -> tuple[str, ...]:
        typed = super().clean(value) or ""
        found = [one for one in SEPARATORS.split(typed) if one]
        for one in found:
            try:
                validate_email(one)
            except ValidationError:
                raise ValidationError(f"“{one}” is not an email address.") from None
        if len(found) > MOST_PEOPLE:
            raise ValidationError(f"At most {MOST_PEOPLE} people at a time.")
        return tuple({one.lower(): one for one in found}.values())
