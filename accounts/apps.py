"""Django's registration of the lowest package of the house."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People and workspaces"

    def ready(self) -> None:
        import_module("accounts.invitations")
        import_module("accounts.receivers")
