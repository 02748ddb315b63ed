"""While an update runs, the version before works with the newer tables; a migration lets it."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AlterField,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.operations.base import Operation
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

from tests.asgi_server import ROOT

OURS = [it.label for it in apps.get_app_configs() if it.path.startswith(str(ROOT / it.name))]
MUST_BE_REVERSIBLE = ["RUNPYTHON_REVERSIBLE", "RUNSQL_REVERSIBLE"]

# Migrations that take away what no release reads any more, and the release that stopped reading it.
READ_BY_NOBODY: dict[str, str] = {}

UNIQUE_NAMES = models.UniqueConstraint(fields=["name"], name="names_are_unique")


def test_no_migration_breaks_the_version_before(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    linter = MigrationLinter(
        no_cache=True,
        include_apps=OURS,
        ignore_initial_migrations=True,
        ignore_name=list(READ_BY_NOBODY),
        warnings_as_errors_tests=MUST_BE_REVERSIBLE,
    )
    linter.lint_all_migrations()
    assert (linter.nb_erroneous, linter.nb_valid) == (0, linter.nb_total - linter.nb_ignored), (
        capsys.readouterr().out
    )
    assert linter.nb_valid


@pytest.mark.parametrize(
    ("operation", "codes"),
    [
        (RemoveField("workspace", "name"), ["DROP_COLUMN"]),
        (RenameField("workspace", "name", "called"), ["RENAME_COLUMN"]),
        (AlterField("workspace", "name", models.IntegerField()), ["ALTER_COLUMN"]),
        (DeleteModel("invitation"), ["DROP_TABLE"]),
        (RenameModel("workspace", "team"), ["RENAME_TABLE"]),
        (AddField("workspace", "motto", models.CharField(max_length=9, default="")), ["NOT_NULL"]),
        (AddField("workspace", "motto", models.CharField(max_length=9, db_default="")), []),
        (AddField("workspace", "seen_at", models.DateTimeField(null=True)), []),
        (AddConstraint("workspace", UNIQUE_NAMES), ["ADD_UNIQUE"]),
    ],
)
def test_what_the_version_before_would_not_survive(
    db: None, operation: Operation, codes: list[str]
) -> None:
    before = MigrationLoader(connection).project_state()
    after = before.clone()
    operation.state_forwards("accounts", after)
    with connection.schema_editor(collect_sql=True) as editor:
        operation.database_forwards("accounts", editor, before, after)
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, editor.collected_sql, [])
    assert [error.code for error in errors] == codes
