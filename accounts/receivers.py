"""What people do on allauth's pages, written to the trail of each workspace they belong to.

allauth and Django announce these as signals; between our own packages there are none. A new
password signs out every other browser.
"""

from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from allauth.mfa import signals as step_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as identity_signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit, second_step, sign_ins
from accounts.models import User

STEP_WORDS = {"totp": "an app", "webauthn": "a passkey", "recovery_codes": "recovery codes"}


@receiver(signals.user_signed_up)
def signed_up(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "person.sign_up", after={"email": user.email})


@receiver(signals.password_changed)
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "password.change")
    sign_ins.end_others(request, user)


@receiver(signals.password_set)
def password_set(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "password.set")


@receiver(signals.password_reset)
def password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "password.reset")
    sign_ins.end_others(request, user)


@receiver(signals.email_confirmed)
def email_confirmed(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    after = {"email": email_address.email}
    audit.record_person(request, email_address.user, "email.confirm", after=after)


@receiver(signals.email_added)
def email_added(request: HttpRequest, user: User, email_address: EmailAddress, **_: Any) -> None:
    after = {"email": email_address.email}
    audit.record_person(request, user, "email.ask_change", after=after)


@receiver(signals.email_changed)
def email_changed(
    request: HttpRequest,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **_: Any,
) -> None:
    if from_email_address is None or from_email_address.email == to_email_address.email:
        return  # a first address is confirmed, not changed
    before = {"email": from_email_address.email}
    after = {"email": to_email_address.email}
    audit.record_person(request, user, "email.change", before=before, after=after)


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    sign_ins.begin(request, user)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, **_: Any) -> None:
    sign_ins.forget(request)


@receiver(identity_signals.social_account_added)
def connected(request: HttpRequest, sociallogin: SocialLogin, **_: Any) -> None:
    after = _identity(sociallogin.account)
    audit.record_person(request, sociallogin.user, "identity.connect", after=after)


@receiver(identity_signals.social_account_removed)
def disconnected(request: HttpRequest, socialaccount: SocialAccount, **_: Any) -> None:
    before = _identity(socialaccount)
    audit.record_person(request, socialaccount.user, "identity.disconnect", before=before)


@receiver(step_signals.authenticator_added)
def step_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    second_step.note_set_up(request, authenticator)
    audit.record_person(request, user, "second_step.add", after=_step(authenticator))


@receiver(step_signals.authenticator_removed)
def step_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    audit.record_person(request, user, "second_step.remove", before=_step(authenticator))


@receiver(step_signals.authenticator_reset)
def step_reset(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    audit.record_person(request, user, "second_step.renew", after=_step(authenticator))


def _identity(account: SocialAccount) -> dict[str, str]:
    return {"with": account.provider.title(), "account": account.extra_data.get("email", "")}


def _step(authenticator: Authenticator) -> dict[str, str]:
    return {"step": STEP_WORDS.get(authenticator.type, authenticator.type)}
