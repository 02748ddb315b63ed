"""Django's registration of the `dashboard` package."""

from importlib import import_module

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Dashboard"

    def ready(self) -> None:
        import_module("dashboard.digest")
        import_module("dashboard.own_data")
