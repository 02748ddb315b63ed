"""Django's registration of the `upstream` package."""

from django.apps import AppConfig


class UpstreamConfig(AppConfig):
    name = "upstream"
    verbose_name = "Meeting-bot providers"
