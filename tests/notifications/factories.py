"""News, as the packages above tell it."""

from typing import Any

from accounts.models import User, Workspace
from notifications import telling
from notifications.kinds import KindName
from notifications.models import Notification
from notifications.telling import News


def make_news(
    person: User, workspace: Workspace, number: int = 0, kind: KindName = KindName.READY, **own: Any
) -> Notification:
    """Tell `person` of one more thing."""
    told = {
        "key": f"thing-{number}",
        "title": f"Meeting {number}",
        "note": "Video. Transcript.",
        "path": f"/recordings/rec_{number}/",
        "target": f"rec_{number}",
        **own,
    }
    telling.tell([person], workspace, News(kind, **told))
    return Notification.objects.get(person=person, workspace=workspace, kind=kind, key=told["key"])
