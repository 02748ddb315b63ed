"""What the address of a list may ask for."""

from django import forms


class HistoryPageForm(forms.Form):
    """`before` is the id of the last entry that was seen."""

    before = forms.SlugField(required=False, max_length=32)
