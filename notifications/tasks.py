"""The queue's view of notifications: the rows say what is due."""

from celery import shared_task
from django.utils import timezone

from notifications import grouping


@shared_task(name="notifications.mail")
def mail() -> None:
    grouping.post_due(timezone.now())
