"""The queue's view of what spans the apps: an id in, one call."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Departure, OwnData
from dashboard import departures, digest, own_data
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


@shared_task(name="dashboard.carry_out")
def carry_out(*, departure_id: int) -> None:
    told = Departure.objects.select_related("workspace", "person", "heir", "asked_by")
    if departure := told.filter(pk=departure_id, done_at=None).first():
        departures.carry_out(departure)


@shared_task(name="dashboard.sweep")
def sweep() -> None:
    """Carry out what nobody carried out."""
    for departure_id in departures.unfinished(timezone.now()).values_list("pk", flat=True):
        carry_out.delay(departure_id=departure_id)
