"""One key or secret after another, without a moment in which neither counts.

The new one stands first, the one before it after it. Messages are believed that carry either, until
somebody says that the old one is no longer used. Calls are made with the new key alone.
"""

from upstream.models import UpstreamAccount
from upstream.registry import ADAPTERS

FIELDS = ["api_key", "webhook_secret", "updated_at"]


def is_signed(account: UpstreamAccount) -> bool:
    """Messages of this provider are signed with a secret; others carry the key itself."""
    return not ADAPTERS[account.provider].steps


def replace(account: UpstreamAccount, *, api_key: str = "", webhook_secret: str = "") -> None:
    """Take new ones in; what is left empty stays as it is."""
    take(account, api_key=api_key, webhook_secret=webhook_secret)
    account.save(update_fields=FIELDS)


def take(account: UpstreamAccount, *, api_key: str = "", webhook_secret: str = "") -> None:
    """The same, not saved yet."""
    older = account.webhook_secret.split()
    if webhook_secret and is_signed(account):
        fresh = webhook_secret.split()
        older = list(dict.fromkeys([*fresh, *older]))[: len(fresh) + 1]
    if api_key and api_key != account.api_key:
        if not is_signed(account):
            older = [account.api_key]
        account.api_key = api_key
    account.webhook_secret = " ".join(older)


def has_old(account: UpstreamAccount) -> bool:
    """Something counts still that was replaced."""
    return len(account.webhook_secret.split()) > (1 if is_signed(account) else 0)


def forget_old(account: UpstreamAccount) -> bool:
    """Only the newest counts from now on; False when there was nothing to forget."""
    if not has_old(account):
        return False
    account.webhook_secret = account.webhook_secret.split()[0] if is_signed(account) else ""
    account.save(update_fields=FIELDS)
    return True
