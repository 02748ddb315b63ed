"""Naming a passkey, and saying what it is good for."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth's form in our words; a passkey signs in by itself unless it is said not to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].help_text = "So that you know later which one it is."
        self.fields["passwordless"].label = "It may sign me in without a password"
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = (
            "It then asks for your finger, your face or its PIN. Untick it for an older key that"
            " has none of these."
        )
