"""Where a provider sends what it has to tell: `{WEBHOOK_BASE_URL}/webhooks/<account>/`.

The same address serves webhooks (entered by hand at the provider) and the callbacks of bots.
"""

from django.conf import settings

from upstream.models import UpstreamAccount


def webhook_url(account: UpstreamAccount) -> str:
    return f"{settings.WEBHOOK_BASE_URL}/webhooks/{account.public_id}/"
