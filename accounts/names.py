"""Names that people type, as others can read them.

A character that cannot be seen can make a name look like another one, and one that turns the
direction of writing rearranges the sentence around it. Joiners stay: Persian, Hindi and emoji
need them.
"""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError

HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
JOINERS = "\u200c\u200d"


def refuse_hidden(name: str) -> None:
    """Raise ValidationError if `name` holds what nobody sees."""
    for character in name:
        if unicodedata.category(character) in HIDDEN and character not in JOINERS:
            raise ValidationError("Please leave out characters that cannot be seen.", "hidden")


class NameField(forms.CharField):
    """What a person or a workspace is called."""

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_hidden(value)


def without_hidden(name: str) -> str:
    """A name that came from elsewhere, without what nobody would see of it."""
    is_seen = (one in JOINERS or unicodedata.category(one) not in HIDDEN for one in name)
    return "".join(one for one, keep in zip(name, is_seen, strict=True) if keep)
