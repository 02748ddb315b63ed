"""What happened, told to every open page that cares, together with the transaction it happened in.

    publish(topic, html)   elements with an id; each replaces the one with that id where it is shown
    changed(topic)         lists that show this topic fetch themselves again
    recheck(workspace id)  streams of this workspace end; whoever may still listen opens the next

A topic is "<workspace public id>/<what>", and members of that workspace may listen; or it is
"<person public id>/<what>", and that person may. The words travel by NOTIFY on one channel, as a
JSON list [kind, topic, html]; a list too long for NOTIFY becomes ["again", topic, ""], which tells
the pages to fetch themselves.
"""

import json
from typing import Literal

from django.db import connection

Kind = Literal["html", "changed", "again", "recheck"]

CHANNEL = "earshot_live"
NOTIFY_LIMIT = 7999  # bytes; PostgreSQL wants fewer than 8000


def publish(topic: str, html: str) -> None:
    """Show `html` on the open pages that listen to `topic`, once the transaction commits."""
    _notify("html", topic, html)


def changed(topic: str) -> None:
    """Tell the open pages that a list they show is not what it was."""
    _notify("changed", topic)


def recheck(workspace_id: str) -> None:
    """Somebody left: let each stream of the workspace be opened anew, where membership is asked."""
    _notify("recheck", workspace_id)


def _notify(kind: Kind, topic: str, html: str = "") -> None:
    payload = _encode(kind, topic, html)
    if len(payload.encode()) > NOTIFY_LIMIT:
        payload = _encode("again", topic)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _encode(kind: Kind, topic: str, html: str = "") -> str:
    return json.dumps([kind, topic, html], ensure_ascii=False, separators=(",", ":"))
