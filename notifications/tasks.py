"""The queue's view of notifications: the rows say what is due."""

from celery import shared_task
from django.utils import timezone

from notifications import grouping, zoom_accounts
from zoom.models import ZoomAccount


@shared_task(name="notifications.mail")
def mail() -> None:
    grouping.post_due(timezone.now())


@shared_task(name="notifications.tell_zoom")
def tell_zoom(*, account_id: int) -> None:
    known = ZoomAccount.objects.select_related("user", "workspace")
    if account := known.filter(pk=account_id).first():
        zoom_accounts.tell_owner(account)
