"""Gives the recording service the client's present secret for each calendar of a platform.

./manage.py renew_calendars google      after GOOGLE_CLIENT_SECRET has changed
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from calendars import queue
from calendars.models import Calendar
from calendars.oauth_platforms import platforms


class Command(BaseCommand):
    help = "Hand the present client secret on for each calendar of a platform."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("platform", choices=sorted(platforms()))

    def handle(self, *args: Any, platform: str, **options: Any) -> None:
        calendars = Calendar.objects.connected().filter(connection__platform=platform)
        ids = list(calendars.order_by("pk").values_list("pk", flat=True))
        for calendar_id in ids:
            queue.reconnect(calendar_id)
        self.stdout.write(f"{len(ids)} calendars are being renewed; the workers are at it.")
