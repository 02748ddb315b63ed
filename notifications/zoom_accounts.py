"""The owner of a Zoom account is told that nobody else can mend it; once per permission."""

from django.urls import reverse

from notifications import telling
from notifications.kinds import KindName
from notifications.telling import News
from zoom.health import OVER
from zoom.models import ZoomAccount


def tell_owner(account: ZoomAccount) -> None:
    """Once it works again, or is let go, nothing is to be done."""
    if account.is_good or account.disconnected_at:
        telling.settle(KindName.ZOOM, account.public_id)
        return
    news = News(
        KindName.ZOOM,
        key=f"{account.public_id} {account.granted_at.isoformat()}",
        title=str(account),
        note=OVER,
        path=reverse("dashboard:zoom_reconnect", args=[account.public_id]),
        target=account.public_id,
    )
    telling.tell([account.user], account.workspace, news)
