"""Says what is wrong with this installation and what to do.

./manage.py doctor      ends with 0 when nothing is wrong, else with 1
"""

import logging
import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from operations.doctor import Level, examine


class Command(BaseCommand):
    help = "Examine this installation: one sentence for each thing, with what to do."
    requires_system_checks: list[str] = []  # it finds out by itself, in words

    def handle(self, *args: Any, **options: Any) -> None:
        logging.disable(logging.CRITICAL)  # what goes wrong is said once, in words
        try:
            self._tell()
        finally:
            logging.disable(logging.NOTSET)

    def _tell(self) -> None:
        styles = {
            Level.GOOD: self.style.SUCCESS,
            Level.ADVICE: self.style.WARNING,
            Level.WRONG: self.style.ERROR,
        }
        found: Counter[Level] = Counter()
        for subject, finding in examine():
            found[finding.level] += 1
            level = styles[finding.level](f"{finding.level.value:<8}")
            self.stdout.write(f"{level}{subject:<19}{finding.sentence}")
        if found[Level.WRONG]:
            number = found[Level.WRONG]
            things = "1 thing is" if number == 1 else f"{number} things are"
            self.stdout.write(f"{things} wrong.")
            sys.exit(1)
        self.stdout.write("Nothing is wrong.")
