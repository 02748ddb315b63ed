"""What is collected for a deployment: each address in it tells the content behind it."""

import re
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import override_settings

IMPORT = re.compile(r'^import .+ from "\./(.+?)";?$', re.M)
HASHED = re.compile(r"[\w-]+\.[0-9a-f]{12}\.js")


def test_scripts_import_each_other_by_their_content(tmp_path: Path, settings: Any) -> None:
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.static_files.HashedFiles"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    scripts = [it for it in (tmp_path / "js").glob("*.js") if HASHED.fullmatch(it.name)]
    imported = {name for it in scripts for name in IMPORT.findall(it.read_text())}
    assert imported, "our scripts import each other"
    assert imported <= {it.name for it in scripts}
