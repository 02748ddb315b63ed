"""Django's registration of the `calendars` package."""

from importlib import import_module

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "calendars"
    verbose_name = "Calendars"

    def ready(self) -> None:
        import_module("calendars.lobby")
