"""How static files are kept once they are collected."""

from collections.abc import Callable
from re import Match
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Our scripts import each other by names that tell their content: kept for ever, never mixed.

    Django finds only imports that end with a semicolon.
    """

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, Any], template: str | None = None
    ) -> Callable[[Match[str]], str]:
        if name.endswith(".js") and not name.startswith("js/"):
            return lambda found: found[0]  # a package's file may import what only bundlers know
        converter: Callable[[Match[str]], str] = super().url_converter(name, hashed_files, template)
        return converter
