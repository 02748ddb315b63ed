"""How people come in through Google or Microsoft: with a name, and a place in a workspace."""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts import people
from accounts.models import User
from accounts.names import without_hidden

logger = logging.getLogger(__name__)
NAME_LENGTH = 120


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's adapter; which platforms there are is said by the settings alone."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": "It is the only way you sign in. Set a password first, then disconnect it.",
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        known = (
            ("google", settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET),
            ("microsoft", settings.MICROSOFT_CLIENT_ID, settings.MICROSOFT_CLIENT_SECRET),
        )
        return [
            SocialApp(provider=name, name=name.title(), client_id=id, secret=secret)
            for name, id, secret in known
            if id and secret and provider in (None, name) and client_id in (None, id)
        ]

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.name = without_hidden(str(data.get("name", "")))[:NAME_LENGTH]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return {**initial, "name": sociallogin.user.name}

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """With a form, the account adapter has given them their place already."""
        user: User = super().save_user(request, sociallogin, form)
        if form is None:
            people.settle(request, user)
        return user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account of a proven address. One that nobody has proven may be somebody's trap.

        allauth takes its password away; the sign-ins its maker connected go, too.
        """
        found: tuple[User, str] | None = super().authenticate_by_email(sociallogin)
        if found:
            account = found[0]
            if not EmailAddress.objects.filter(user=account, verified=True).exists():
                SocialAccount.objects.filter(user=account).delete()
        return found

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        **_: Any,
    ) -> None:
        """The page says it plainly; the answer itself may hold a token, so it stays out."""
        kind = type(exception).__name__ if exception else request.GET.get("error", "")[:40]
        logger.warning("sign-in with %s failed: %s %s", provider.id, error, kind)
