"""Every input of the library and of the recording page, filters and cursors included."""

from django import forms

from accounts.models import Workspace
from recordings.models import ArtifactKind, Recording
from upstream.states import Platform

ANY_PLATFORM = ("", "Any platform")


class LibraryForm(forms.Form):
    """What the library is narrowed to, and from which row on it is shown.

    `before` and `down_to` name a row by its public id: the page after that row, or everything
    from the newest to it (how a page that shows several pages fetches itself again).
    """

    q = forms.CharField(required=False, max_length=200, label="Title")
    platform = forms.ChoiceField(
        required=False,
        label="Platform",
        choices=[ANY_PLATFORM, *((p.value, p.label) for p in Platform if p.value)],
    )
    before = forms.ModelChoiceField(
        Recording.objects.none(), required=False, to_field_name="public_id"
    )
    down_to = forms.ModelChoiceField(
        Recording.objects.none(), required=False, to_field_name="public_id"
    )

    def __init__(self, data: object, *, workspace: Workspace) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for name in ("before", "down_to"):
            self.fields[name].queryset = workspace.recordings.all()  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.cleaned_data.get("q") or self.cleaned_data.get("platform"))


class MediaForm(forms.Form):
    """`?download=1` saves the file instead of playing it."""

    download = forms.BooleanField(required=False)


class RecordingForm(forms.Form):
    """Where to start, what to look for, and whether the sound is enough.

    `?t=312&q=budget&play=audio`; a wrong value counts as none.
    """

    t = forms.IntegerField(required=False, min_value=0, max_value=7 * 24 * 3600)
    q = forms.CharField(
        required=False,
        max_length=200,
        label="Search in this recording",
        widget=forms.SearchInput(
            attrs={"placeholder": "Search in this recording", "enterkeyhint": "search"}
        ),
    )
    play = forms.ChoiceField(required=False, choices=[(ArtifactKind.AUDIO, "Sound only")])
