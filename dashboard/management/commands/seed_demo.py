"""Fills a demo with people and meetings, and prints how to sign in as one line of JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from dashboard import demo_story


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sandbox", required=True, help="address of the simulated world")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(demo_story.tell(options["sandbox"])))
