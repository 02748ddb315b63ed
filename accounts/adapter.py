"""How people come in through allauth: with a name, a time zone, and a workspace."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest

from accounts import invitations, people
from accounts.models import User
from letters.layout import with_html

TOO_MANY = "Too many wrong tries. Wait five minutes, then try again."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter; what the sign-up form asks beyond e-mail and password is kept here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whoever came by an invitation has read the mail to its address."""
        return invitations.proves(request, email) or super().is_email_verified(request, email)

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.time_zone = form.cleaned_data.get("time_zone", "")
        saved: User = super().save_user(request, user, form, commit=commit)
        if commit:
            people.settle(request, saved)
        return saved

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMultiAlternatives:
        """Mails about signing in have our layout, too; allauth sends them itself, at once.

        It makes links of the name the request asked for, which anybody may forge.
        """
        links = {key: _at_home(it) for key, it in context.items() if key.endswith("_url") and it}
        mail = super().render_mail(template_prefix, email, {**context, **links}, headers)
        return with_html(mail)


def _at_home(url: str) -> str:
    """The same page at our own address."""
    path = urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))
    return f"{settings.PUBLIC_URL}{path}"
