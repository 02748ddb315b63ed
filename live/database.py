"""Connections of our own to Django's database, for what must not wait for a thread.

Django's ORM is synchronous underneath; the stream and the webhook inbox speak to PostgreSQL
directly. The address is read when a connection is opened, so that a test's database is found too.
"""

from django.db import connections
from psycopg import AsyncConnection
from psycopg.rows import TupleRow


async def connect() -> AsyncConnection[TupleRow]:
    """Open a connection in autocommit mode. Raises psycopg.OperationalError."""
    settings = connections["default"].settings_dict
    options = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
    address = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    given = {key: value for key, value in address.items() if value}
    return await AsyncConnection.connect(autocommit=True, **options, **given)
