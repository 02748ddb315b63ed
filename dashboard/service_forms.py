"""Keys and secrets of a recording service: they can be written here and never read."""

from typing import Any

from django import forms

from dashboard import service
from upstream.models import UpstreamAccount
from upstream.rotation import is_signed
from upstream.signatures import verifiers

SECRET = {"autocomplete": "off", "spellcheck": "false"}
NOT_A_SECRET = "A webhook secret is whsec_ followed by letters and digits. Copy all of it."  # noqa: S105


class SecretField(forms.CharField):
    """Comes up empty, whatever was typed before."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, widget=forms.PasswordInput(attrs=SECRET), **kwargs)


class KeysForm(forms.Form):
    """Another key or secret for an account in use; what is left empty stays."""

    api_key = SecretField(
        label="New API key", required=False, help_text="It is tried before it is kept."
    )
    webhook_secret = SecretField(
        label="New webhook secret",
        required=False,
        help_text="The one of before counts too, until you say that it is no longer used.",
    )

    def __init__(self, data: Any = None, *, account: UpstreamAccount) -> None:
        super().__init__(data)
        if not is_signed(account):
            del self.fields["webhook_secret"]
            self.fields["api_key"].help_text += (
                " Messages that carry the one of before are believed too, until you say that it "
                "is no longer used."
            )

    def clean_webhook_secret(self) -> str:
        return _readable(self.cleaned_data["webhook_secret"])

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if not self.errors and not any(asked.values()):
            self.add_error(None, "Enter what is to be replaced.")
        return asked


class OwnForm(forms.Form):
    """An account of the workspace's own."""

    place = forms.ChoiceField(label="Recording service", choices=service.places)
    api_key = SecretField(label="API key", help_text="One with full access.")
    webhook_secret = SecretField(
        label="Webhook secret",
        required=False,
        help_text="whsec_…; you can enter it later, once the webhook address is entered there. "
        "Meeting BaaS v1 has none.",
    )

    def clean_webhook_secret(self) -> str:
        return _readable(self.cleaned_data["webhook_secret"])

    @property
    def wishes(self) -> dict[str, str]:
        asked = self.cleaned_data
        provider, _, base_url = asked["place"].partition(" ")
        keys = {name: asked[name] for name in ("api_key", "webhook_secret")}
        return {"provider": provider, "base_url": base_url, **keys}


def _readable(secret: str) -> str:
    if len(verifiers(secret)) != len(secret.split()):
        raise forms.ValidationError(NOT_A_SECRET)
    return secret
