"""Django's registration of the `zoom` package."""

from django.apps import AppConfig


class ZoomConfig(AppConfig):
    name = "zoom"
    verbose_name = "Zoom"
