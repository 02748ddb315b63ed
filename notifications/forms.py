"""What the settings page and the list may be sent."""

from typing import Any

from django import forms

from notifications.kinds import KINDS, Way


class WaysForm(forms.Form):
    """One choice per kind."""

    def __init__(self, *args: Any, ways: dict[str, Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in KINDS.items():
            self.fields[name] = forms.ChoiceField(
                label=kind.name.label,
                choices=[(way.value, way.label) for way in kind.ways],
                widget=forms.RadioSelect,
                initial=ways[name],
            )

    @property
    def wished(self) -> dict[str, Way]:
        return {kind: Way(way) for kind, way in self.cleaned_data.items()}


class PageForm(forms.Form):
    """`before` is the id of the last one that was seen."""

    before = forms.SlugField(required=False, max_length=32)


class ReadForm(forms.Form):
    """Whether it counts as read."""

    is_read = forms.BooleanField(required=False)
