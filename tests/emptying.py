"""Empties the tables after a test that commits: with DELETE, for TRUNCATE of small tables is slow.

Django's own way takes 300 ms and makes every content type anew, which takes as long again; this
takes 10 ms. Like TRUNCATE it waits for every transaction that still touches a table, so that what a
server was doing when the test ended is not left behind.
"""

import time

from django.db import connection
from django.test import TransactionTestCase

MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


def empty_tables(test: TransactionTestCase) -> None:
    """Leave the database as `migrate` left it; foreign keys are checked at the end."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - MADE_BY_MIGRATE
        tables = [connection.ops.quote_name(name) for name in sorted(names)]
        deletes = "; ".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608 (Django quotes)
        may_go = "SET LOCAL earshot.audit_may_go = 'on'"  # the trail lets itself be emptied then
        cursor.execute(f"BEGIN; {may_go}; LOCK TABLE {', '.join(tables)}; {deletes}; COMMIT")


def end_other_sessions() -> None:
    """Let the database go: what a killed process left open ends a moment later, or is ended."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        for _ in range(50):
            cursor.execute(f"SELECT pid {others}")
            if not cursor.fetchall():
                return
            time.sleep(0.1)
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")
