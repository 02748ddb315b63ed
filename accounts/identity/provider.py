"""The two providers as allauth knows them: addresses from the settings, claims from userinfo.

allauth's own classes fix their addresses when they are imported, and let the query of the address
add scopes; ours do neither.

An address counts as proven only where its keeper says so. Google does, for its own mailboxes and
for the domains it runs (`hd`); at any other address it repeats what was true once. Microsoft does
not: an administrator may write any address into the directory (developers.google.com/identity:
"Google is authoritative"; learn.microsoft.com: claims validation, "email" is mutable).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse

SCOPES = ("openid", "email", "profile")
GOOGLE_MAILBOXES = ("@gmail.com", "@googlemail.com")
Claims = Mapping[str, Any]


class OpenIdAdapter(OAuth2Adapter):  # type: ignore[misc]
    """Speaks with the authorization server of one platform."""

    setting: ClassVar[str]  # how its settings begin

    @property
    def authorize_url(self) -> str:
        return self._address("AUTHORIZE_URL")

    @property
    def access_token_url(self) -> str:
        return self._address("TOKEN_URL")

    def get_provider(self) -> "OpenIdProvider":
        try:
            provider: OpenIdProvider = super().get_provider()
        except SocialApp.DoesNotExist as error:
            raise Http404("this deployment offers no such sign-in") from error
        return provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return f"{settings.PUBLIC_URL}{reverse(f'{self.provider_id}_callback')}"

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_: Any
    ) -> SocialLogin:
        """Ask who the token belongs to. Raises OAuth2Error, which becomes a page."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(
                self._address("USERINFO_URL"), headers={"Authorization": f"Bearer {token.token}"}
            )
        claims = answer.json() if answer.ok else {}
        if not claims.get("sub"):
            raise OAuth2Error(f"userinfo answered {answer.status_code}")
        return self.get_provider().sociallogin_from_response(request, claims)

    def _address(self, name: str) -> str:
        address: str = getattr(settings, f"{self.setting}_{name}")
        return address.replace("{tenant}", settings.MICROSOFT_TENANT)


class GoogleAdapter(OpenIdAdapter):
    provider_id = "google"
    setting = "GOOGLE"


class MicrosoftAdapter(OpenIdAdapter):
    provider_id = "microsoft"
    setting = "MICROSOFT"


class IdentityAccount(ProviderAccount):  # type: ignore[misc]
    """How a connected account is called on our pages."""

    def to_str(self) -> str:
        return str(self.account.extra_data.get("email") or self.account.extra_data.get("name", ""))


class OpenIdProvider(OAuth2Provider):  # type: ignore[misc]
    """What is asked of a person's account, and what of the answer is kept."""

    account_class = IdentityAccount
    pkce_enabled_default = True

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return list(SCOPES)

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """A person picks the account, also when only one is at hand: no link signs in unseen."""
        return {"prompt": "select_account"}

    def extract_uid(self, data: Claims) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: Claims) -> dict[str, str]:
        return {name: str(data.get(name, "")) for name in ("email", "name")}

    def extract_common_fields(self, data: Claims) -> dict[str, str]:
        return {"email": str(data.get("email", "")), "name": str(data.get("name", ""))}

    def extract_email_addresses(self, data: Claims) -> list[EmailAddress]:
        email = str(data.get("email", ""))
        if not email:
            return []
        return [EmailAddress(email=email, verified=self.has_proven(email, data), primary=True)]

    def has_proven(self, email: str, claims: Claims) -> bool:
        """Whether the platform itself keeps this address, and says that it is the person's."""
        raise NotImplementedError


class Google(OpenIdProvider):
    id = "google"
    name = "Google"
    oauth2_adapter_class = GoogleAdapter

    def has_proven(self, email: str, claims: Claims) -> bool:
        is_theirs = email.lower().endswith(GOOGLE_MAILBOXES) or bool(claims.get("hd"))
        return is_theirs and claims.get("email_verified") is True


class Microsoft(OpenIdProvider):
    id = "microsoft"
    name = "Microsoft"
    oauth2_adapter_class = MicrosoftAdapter

    def has_proven(self, email: str, claims: Claims) -> bool:
        return False


provider_classes = [Google, Microsoft]
