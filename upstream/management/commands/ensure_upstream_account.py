"""Makes the deployment's provider account from the settings, or brings it up to date.

./manage.py ensure_upstream_account      prints the address to enter at the provider
"""

from typing import Any

from django.core.management.base import BaseCommand

from upstream.deployment import ensure_account
from upstream.webhook_address import webhook_url


class Command(BaseCommand):
    help = "Make or update the deployment's provider account from UPSTREAM_… settings."

    def handle(self, *args: Any, **options: Any) -> None:
        account = ensure_account()
        self.stdout.write(f"{account.name}: webhooks come to {webhook_url(account)}")
