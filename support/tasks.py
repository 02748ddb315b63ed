"""What support was told, and is not told for ever."""

from celery import shared_task
from django.utils import timezone

from support import granting
from support.models import TaskRun
from upstream.models import Call


@shared_task(name="support.forget_old")
def forget_old() -> None:
    now = timezone.now()
    TaskRun.objects.old(now).delete()
    Call.objects.old(now).delete()


@shared_task(name="support.note_ends")
def note_ends() -> None:
    granting.note_ends(timezone.now())
