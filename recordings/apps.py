"""Django's registration of the `recordings` package."""

from importlib import import_module

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"
    verbose_name = "Recordings"

    def ready(self) -> None:
        import_module("recordings.mails")
