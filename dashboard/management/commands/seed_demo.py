"""Makes a demo's tables, fills them with people and meetings, prints how to sign in as JSON.

One process for both: what it has loaded for the tables is what the story needs.
"""

import gc
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from dashboard import demo_story


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # they load every page, which only the web server needs

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sandbox", required=True, help="address of the simulated world")

    def handle(self, *args: Any, **options: Any) -> None:
        gc.disable()  # it lives for seconds, and the tables' history is a million small objects
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(json.dumps(demo_story.tell(options["sandbox"])))
