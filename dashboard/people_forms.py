"""What is said about people: whom to invite, which role, who is to own, what stays behind."""

from typing import Any

from django import forms

from accounts.addresses import AddressesField
from accounts.models import Departure, Membership, User, Workspace
from accounts.roles import Permission, Role, who_may

SUMMARIES = {
    Role.ADMIN: "Admin: does all that members do, and runs the workspace with the owner",
    Role.MEMBER: "Member: connects calendars, sends bots, says what is recorded",
    Role.VIEWER: "Viewer: watches and reads, changes nothing",
}


class _PersonField(forms.ModelChoiceField[User]):
    """One of the people that the form sets as its queryset."""

    def __init__(self, **wishes: Any) -> None:
        super().__init__(
            User.objects.none(),
            to_field_name="public_id",
            empty_label="Choose a person",
            **wishes,
        )

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label="Role", choices=list(SUMMARIES.items()), widget=forms.RadioSelect
    )


class InviteForm(RoleForm):
    """Whom, and as what."""

    emails = AddressesField(
        label="Email addresses",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One per line, or with commas between them. Each gets a mail with a link of "
        "their own, good for 7 days.",
    )
    field_order = ["emails", "role"]

    def __init__(self, data: Any = None, *, workspace: Workspace, mails_left: int) -> None:
        super().__init__(data, initial={"role": Role.MEMBER})
        self.workspace = workspace
        self.mails_left = mails_left

    def clean_emails(self) -> tuple[str, ...]:
        emails: tuple[str, ...] = self.cleaned_data["emails"]
        here = self.workspace.members.values_list("email", flat=True)
        known = {one.lower() for one in here}
        for email in emails:
            if email.lower() in known:
                raise forms.ValidationError(f"{email} is in this workspace already.")
        if len(emails) > self.mails_left:
            raise forms.ValidationError(
                "That is more mail than this workspace may send in an hour. Try again a little "
                f"later; {self.mails_left} can be sent now."
            )
        return emails


class OwnerForm(forms.Form):
    """Who is to own the workspace; `confirmed` once the consequences were read."""

    person = _PersonField(label="The new owner")
    confirmed = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        super().__init__(data)
        others = membership.workspace.members.exclude(pk=membership.user_id)
        self.fields["person"].queryset = others.filter(is_active=True).order_by("name", "email")  # type: ignore[attr-defined]


class DepartureForm(forms.ModelForm[Departure]):
    """What is to become of what was theirs. Only what there is is asked about."""

    heir = _PersonField(label="To whom", required=False)

    class Meta:
        model = Departure
        fields = ["bots", "recordings", "heir", "closes_links"]
        widgets = {"bots": forms.RadioSelect, "recordings": forms.RadioSelect}
        labels = {"closes_links": "Close the links to recordings that they made"}

    def __init__(self, data: Any = None, *, membership: Membership, estate: Any) -> None:
        super().__init__(data)
        workspace = membership.workspace
        others = workspace.memberships.filter(role__in=who_may(Permission.KEEP_OWN))
        heirs = workspace.members.filter(memberships__in=others).exclude(pk=membership.user_id)
        self.fields["heir"].queryset = heirs.order_by("name", "email")  # type: ignore[attr-defined]
        if not estate.bots:
            del self.fields["bots"]
        if not estate.recordings:
            del self.fields["recordings"], self.fields["heir"]
        if not estate.links:
            del self.fields["closes_links"]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        hands = asked.get("recordings") == Departure.Recordings.HAND
        if hands and not asked.get("heir") and "heir" not in self.errors:
            self.add_error("heir", "Say to whom.")
        if not hands:
            asked["heir"] = None
        return asked
