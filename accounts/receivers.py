"""What people do on allauth's pages, written to the trail of each workspace they belong to.

allauth announces these as signals; between our own packages there are none.
"""

from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit
from accounts.models import User


@receiver(signals.user_signed_up)
def signed_up(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "person.sign_up", after={"email": user.email})


@receiver(signals.password_changed)
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "password.change")


@receiver(signals.password_set)
def password_set(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "password.set")


@receiver(signals.password_reset)
def password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record_person(request, user, "password.reset")


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
