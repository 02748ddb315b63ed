"""Puts a backup in place: into an empty database, or with --replace instead of what is there.

./manage.py restore /backups/monday      or bin/restore; web, edge, worker and beat must be stopped
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from support.backups.manifest import Trouble
from support.backups.restoring import restore


class Command(BaseCommand):
    help = "Put a backup in place of the database and the files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--replace", action="store_true", help="what is there now is lost")

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        try:
            done = restore(folder.resolve(), replaces=replace)
        except (Trouble, OSError) as trouble:
            raise CommandError(f"The database is as it was. {trouble}") from trouble
        self.stdout.write(
            f"Restored as of {done.manifest.made_at}: the database and"
            f" {len(done.manifest.files)} files. Now run manage.py migrate, then start Earshot."
        )
        if done.strangers:
            self.stdout.write(
                f"{done.strangers} stored files are newer than the backup; nothing names them."
            )
