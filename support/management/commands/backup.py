"""Writes a backup of database and files.

./manage.py backup /backups/monday      or bin/backup; without a folder: below VAR_DIR/backups
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from support.backups.making import make
from support.backups.manifest import Trouble


class Command(BaseCommand):
    help = "Write the database and all files to a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path)

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        stamp = timezone.now().strftime("earshot-%Y%m%d-%H%M%S")
        target = folder or Path(settings.VAR_DIR) / "backups" / stamp
        try:
            made = make(target.resolve())
        except (Trouble, OSError) as trouble:
            raise CommandError(f"No backup was made. {trouble}") from trouble
        size = (made.database.size + sum(entry.size for entry in made.files.values())) / 2**20
        self.stdout.write(f"{target}: the database and {len(made.files)} files, {size:.1f} MB.")
