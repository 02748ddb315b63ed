"""The account of the whole deployment, made from the UPSTREAM_… settings.

It serves every workspace that brings no account of its own. The settings win over the row: a key
rotated in the environment is in use after the next start. With another provider the account of
before is only put away: bots that are on their way there are still looked after.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from upstream.models import ProviderName, UpstreamAccount
from upstream.registry import addresses_of


def ensure_account() -> UpstreamAccount:
    """Return the deployment's account, made or brought up to date. Safe to call at each start."""
    wanted = _wanted()
    ours = UpstreamAccount.objects.filter(workspace=None)
    others = ours.exclude(provider=settings.UPSTREAM_PROVIDER)
    others.filter(is_active=True).update(is_active=False)
    known = ours.filter(provider=settings.UPSTREAM_PROVIDER).order_by("-is_active", "-pk").first()
    account = known or UpstreamAccount(provider=settings.UPSTREAM_PROVIDER)
    for field, value in {**wanted, "is_active": True}.items():
        setattr(account, field, value)
    account.save()
    return account


def _wanted() -> dict[str, str]:
    provider = settings.UPSTREAM_PROVIDER
    if provider not in ProviderName.values:
        known = ", ".join(ProviderName.values)
        raise ImproperlyConfigured(f"UPSTREAM_PROVIDER is {provider!r}; it can be: {known}.")
    if not settings.UPSTREAM_API_KEY:
        raise ImproperlyConfigured("UPSTREAM_API_KEY is not set: the provider would refuse all.")
    wanted = {
        "name": ProviderName(provider).label,
        "base_url": settings.UPSTREAM_BASE_URL or _only_address(provider),
        "api_key": settings.UPSTREAM_API_KEY,
    }
    if settings.UPSTREAM_WEBHOOK_SECRET:
        wanted["webhook_secret"] = settings.UPSTREAM_WEBHOOK_SECRET
    return wanted


def _only_address(provider: str) -> str:
    addresses = addresses_of(provider)
    if len(addresses) > 1:
        known = ", ".join(addresses)
        raise ImproperlyConfigured(f"UPSTREAM_BASE_URL is not set; it is one of: {known}.")
    return addresses[0]
