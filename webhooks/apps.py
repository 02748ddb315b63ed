"""Django's registration of the `webhooks` package."""

from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = "Webhook inbox"

    def ready(self) -> None:
        """The ledger is one of the places a recording is deleted from; recordings lie below it."""
        ledgers = import_module("recordings.deleting").ledgers
        ledgers.append(import_module("webhooks.forgetting").forget)
