"""What people write down about rules, the block list and the domains of colleagues."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Membership, Workspace
from accounts.names import NameField, refuse_hidden
from accounts.roles import Permission
from calendars.conditions import WEEKDAYS
from calendars.models import Block, Calendar, OwnDomain, People, Recurrence, Rule
from calendars.models.rules import PLATFORMS
from calendars.people import FREE_MAIL

MOST_ENTRIES = 100
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
DOMAIN = re.compile(rf"(?:{LABEL}\.)+{LABEL}")
TIME = {"type": "time"}
EVERYBODY = "everybody"
COMMAS = "Separate several with commas."


def clean_pattern(text: str) -> str:
    """A domain or an address, however it was pasted: “@Acme.com”, “https://acme.com/”."""
    pattern = re.sub(r"^(https?://|mailto:|\*\.|\*?@)", "", text.strip().lower()).rstrip("/.")
    name, at, domain = pattern.rpartition("@")
    if not DOMAIN.fullmatch(domain) or bool(name) != bool(at) or re.search(r"[\s<>]", name):
        raise ValidationError(f"“{text.strip()[:60]}” is neither a domain nor an address.")
    return pattern


class ListField(forms.CharField):
    """Several short texts in one box."""

    def __init__(self, *, longest: int = 100, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(required=False, max_length=20_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        texts = (one.strip() for one in re.split(r"[,;\n]", super().to_python(value) or ""))
        return list(dict.fromkeys(text for text in texts if text))

    def validate(self, value: Any) -> None:
        if len(value) > MOST_ENTRIES:
            raise ValidationError(f"At most {MOST_ENTRIES}, please.")
        for text in value:
            refuse_hidden(text)
            if len(text) > self.longest:
                raise ValidationError(f"“{text[:30]}…” is too long.")

    def run_validators(self, value: Any) -> None:
        """The length of the whole is not what matters."""


class PatternsField(ListField):
    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(clean_pattern(text) for text in super().to_python(value)))


class RuleForm(forms.ModelForm[Rule]):
    """All conditions of a rule; what is left empty asks nothing."""

    records = forms.TypedChoiceField(
        label="What should happen",
        choices=[("yes", "Record"), ("no", "Don’t record")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    scope = forms.ChoiceField(label="Whose meetings")
    people = forms.ChoiceField(
        label="Who is invited", choices=People.choices, required=False, widget=forms.RadioSelect
    )
    guests = PatternsField(
        label="Domains or people",
        longest=254,
        help_text="At least one of them is on the invite, such as acme.com or ines@acme.com. "
        + COMMAS,
    )
    title_has = ListField(label="Words in the title", help_text="One of them is enough. " + COMMAS)
    title_lacks = ListField(
        label="Unless the title has", help_text="Whole words; capitals do not matter. " + COMMAS
    )
    platforms = forms.MultipleChoiceField(
        label="Where it takes place",
        choices=[(value, label[:1].upper() + label[1:]) for value, label in PLATFORMS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    only_calendars = forms.TypedMultipleChoiceField(
        label="Only in these calendars", required=False, widget=forms.CheckboxSelectMultiple
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="On these days",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    recurrence = forms.ChoiceField(label="Repeating", choices=Recurrence.choices, required=False)
    name = NameField(
        label="Name", max_length=80, required=False, help_text="Shown instead of the sentence."
    )

    class Meta:
        model = Rule
        fields = (
            "records", "people", "guests", "is_own", "is_accepted", "least_people", "most_people",
            "title_has", "title_lacks", "platforms", "only_calendars", "weekdays", "starts_from",
            "starts_until", "recurrence", "name", "is_locked",
        )  # fmt: skip
        labels = {
            "is_own": "The calendar’s owner organizes it",
            "is_accepted": "The calendar’s owner accepted it",
            "least_people": "At least this many people",
            "most_people": "At most this many people",
            "starts_from": "Starts at or after",
            "starts_until": "Starts before",
            "is_locked": "Lock it: only “don’t record” overrules it, no calendar’s rule",
        }
        widgets = {
            "starts_from": forms.TimeInput(attrs=TIME, format="%H:%M"),
            "starts_until": forms.TimeInput(attrs=TIME, format="%H:%M"),
        }
        help_texts = {"is_own": "", "is_accepted": "", "is_locked": ""}

    def __init__(
        self, *args: Any, workspace: Workspace, membership: Membership, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.workspace = workspace
        self.calendars = list(workspace.calendars.for_list())
        ids = {one.public_id: one.pk for one in self.calendars}
        self.initial["records"] = "yes" if self.instance.records else "no"
        wanted = self.initial.get("only_calendars") or []
        self.initial["only_calendars"] = [key for key, pk in ids.items() if pk in wanted]
        only = self.fields["only_calendars"]
        only.choices = [(one.public_id, str(one)) for one in self.calendars]  # type: ignore[attr-defined]
        only.coerce = ids.__getitem__  # type: ignore[attr-defined]
        for name in ("least_people", "most_people"):
            self.fields[name].widget.attrs["min"] = 1
        if len(self.calendars) < 2 or self.instance.calendar_id:
            del self.fields["only_calendars"]
        self._ask_for_scope(membership)

    def _ask_for_scope(self, membership: Membership) -> None:
        """A rule stays where it was made; locking is for those who run the workspace."""
        if not self.instance._state.adding:
            del self.fields["scope"]
        else:
            mine = [one for one in self.calendars if _owns(membership, one)]
            self.fields["scope"].choices = [  # type: ignore[attr-defined]
                (EVERYBODY, "Everybody’s meetings, in all calendars"),
                *((one.public_id, f"Only {one.name_and_account}") for one in mine),
            ]
        if not membership.may(Permission.RULE) or self.instance.calendar_id:
            del self.fields["is_locked"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        scope = cleaned.get("scope", EVERYBODY)
        if scope != EVERYBODY:
            self.instance.calendar = next(one for one in self.calendars if one.public_id == scope)
            if "only_calendars" in cleaned:
                cleaned["only_calendars"] = []
            if cleaned.get("is_locked"):
                self.add_error("is_locked", "Only rules for everybody’s meetings can be locked.")
        start, end = cleaned.get("starts_from"), cleaned.get("starts_until")
        if not self.errors and (start is None) != (end is None):
            missing = "starts_from" if start is None else "starts_until"
            self.add_error(missing, "Give both times, or none.")
        elif start is not None and start == end:
            self.add_error("starts_until", "Give a time that is not the one it starts at.")
        least, most = cleaned.get("least_people"), cleaned.get("most_people")
        if least is not None and most is not None and least > most:
            self.add_error("most_people", "This is fewer than the least.")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.instance.calendar_names = {one.pk: str(one) for one in self.calendars}


def _owns(membership: Membership, calendar: Calendar) -> bool:
    owner = calendar.connection.user_id
    return membership.may_for(owner, own=Permission.CONNECT, anybodys=Permission.RULE)


class SeenForm(forms.Form):
    """The policy that a person saw the dry run of; empty until they have."""

    seen = forms.CharField(max_length=16, required=False)
    edit = forms.CharField(max_length=1, required=False)

    @property
    def is_called_back(self) -> bool:
        """The person looked, and wants to change something first."""
        return self.is_valid() and bool(self.cleaned_data["edit"])

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Everything else that was sent, to be sent again with the confirmation."""
        data: Any = self.data
        ours = (*self.fields, "csrfmiddlewaretoken")
        return [(name, value) for name in data if name not in ours for value in data.getlist(name)]


class StartForm(forms.Form):
    """Which ready-made rule to begin with; any other word begins with an empty form."""

    start = forms.CharField(max_length=20, required=False)

    @property
    def key(self) -> str:
        return self.cleaned_data["start"] if self.is_valid() else ""


class PlaceForm(forms.Form):
    direction = forms.ChoiceField(choices=[("up", "Up"), ("down", "Down")])


class StateForm(forms.Form):
    is_enabled = forms.BooleanField(required=False)


class BlockForm(forms.ModelForm[Block]):
    class Meta:
        model = Block
        fields = ("pattern",)
        labels = {"pattern": "Domain or person"}
        help_texts = {"pattern": "Such as acme.com, which means everybody there, or ines@acme.com."}
        widgets = {"pattern": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.workspace = workspace

    def clean_pattern(self) -> str:
        pattern = clean_pattern(self.cleaned_data["pattern"])
        if pattern in FREE_MAIL:
            raise ValidationError(
                f"Nearly anybody may have an address at {pattern}. Write the whole address."
            )
        refuse_hidden(pattern)
        return pattern

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = Block.objects.filter(
            workspace=self.instance.workspace, pattern=cleaned.get("pattern", "")
        )
        if known.exists():
            self.add_error("pattern", "This is on the block list already.")
        return cleaned


class OwnDomainForm(forms.ModelForm[OwnDomain]):
    class Meta:
        model = OwnDomain
        fields = ("domain",)
        labels = {"domain": "Domain"}
        help_texts = {"domain": "Such as acme.com, with eu.acme.com and all else below it."}
        widgets = {"domain": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.workspace = workspace

    def clean_domain(self) -> str:
        domain = clean_pattern(self.cleaned_data["domain"])
        if "@" in domain:
            raise ValidationError("Give the domain alone: what stands after the @.")
        if domain in FREE_MAIL:
            raise ValidationError(f"Nearly anybody may have an address at {domain}.")
        refuse_hidden(domain)
        if OwnDomain.objects.filter(workspace=self.instance.workspace, domain=domain).exists():
            raise ValidationError("This domain counts as yours already.")
        return domain
