"""Writes every secret in the database anew, with the first of FIELD_ENCRYPTION_KEYS.

./manage.py rotate_keys      can be run again at any time; ends with 1 when a secret is lost
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from operations.encrypted import places, write_anew


class Command(BaseCommand):
    help = "Write every secret anew with the first of FIELD_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        results = [write_anew(place) for place in places()]
        written, lost = (sum(counts) for counts in zip(*results, strict=True))
        self.stdout.write(f"{written} secrets were written anew.")
        if lost:
            self.stdout.write(f"{lost} cannot be read with any of the keys and were left alone.")
            sys.exit(1)
