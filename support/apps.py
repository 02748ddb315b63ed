"""Django's registration of the `support` package."""

from importlib import import_module

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "Support"

    def ready(self) -> None:
        import_module("support.task_log")
