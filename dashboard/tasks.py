"""The queue's view of what spans the apps: an id in, one call."""

from celery import shared_task
from django.utils import timezone

from accounts.models import OwnData
from dashboard import digest, own_data
from recordings.lane import FileWork


@shared_task(name="dashboard.make_own_data", base=FileWork)
def make_own_data(*, copy_id: int) -> None:
    asked = OwnData.objects.select_related("user")
    if copy := asked.filter(pk=copy_id, ready_at=None).first():
        own_data.make(copy)


@shared_task(name="dashboard.tidy_own_data")
def tidy_own_data() -> None:
    own_data.tidy(timezone.now())


@shared_task(name="dashboard.tell_digests")
def tell_digests() -> None:
    """Several times an hour: Monday morning comes to each zone at its own quarter of an hour."""
    digest.tell_due(timezone.now())
