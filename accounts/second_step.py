"""The second step of signing in: a code from an app, or a passkey; recovery codes for a bad day.

For pages that only staff may open, ask `ask_second_step(request)` first:

    if answer := second_step.ask_second_step(request):
        return answer            # a redirect: to set one up, or to give it now

It is None for a person who has a second step and gave it in this very session, if only by setting
it up. Signing in with a passkey alone is both steps at once.
"""

from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from accounts import encryption
from accounts.models import User

STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
NEEDED = "This needs a second step of signing in. Set one up here, then open the page again."


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's adapter, with secrets encrypted at rest and our own words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it was used before. Wait for the next one.",
        "cannot_generate_recovery_codes": "Set up an app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Earshot"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"


def has_second_step(user: User) -> bool:
    """Whether an app or a passkey is set up; recovery codes alone are none."""
    return bool(is_mfa_enabled(user, STEPS))


def note_set_up(request: HttpRequest, authenticator: Authenticator) -> None:
    """Whoever sets a step up shows its first code or touches the key: that is giving it, too."""
    if authenticator.type in STEPS:
        record_authentication(request, authenticator.user, "mfa", type=authenticator.type)


def ask_second_step(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where this request must go first; None once its session has given the second step."""
    here = request.get_full_path()
    if not isinstance(request.user, User):
        return redirect_to_login(here)
    if not has_second_step(request.user):
        messages.info(request, NEEDED)
        return HttpResponseRedirect(reverse("mfa_index"))
    records = get_authentication_records(request, request.user)
    if any(record.get("method") == "mfa" for record in records):
        return None
    asked = urlencode({REDIRECT_FIELD_NAME: here})
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{asked}")
