"""The queue's view of mail: an id in, one call. The rows say what is due; this only hints."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from letters import sending
from letters.models import WAITS, Letter, LetterState

AT_ONCE = 200
SOON = timedelta(minutes=1)  # what is due later is found by the sweep


@shared_task(name="letters.send")
def send(*, letter_id: int) -> None:
    next_try_at = sending.send(letter_id)
    if next_try_at and next_try_at - timezone.now() <= SOON:
        send.apply_async(kwargs={"letter_id": letter_id}, eta=next_try_at)


@shared_task(name="letters.sweep")
def sweep() -> None:
    """Send what is due and nobody woke us for; give up what no worker came back from."""
    now = timezone.now()
    deadly = Letter.objects.due(now).filter(attempts__gt=len(WAITS))
    deadly.update(
        state=LetterState.FAILED, settled_at=now, trouble="Every try to write it was cut off."
    )
    due = Letter.objects.due(now).order_by("next_try_at", "pk")
    for letter_id in due.values_list("pk", flat=True)[:AT_ONCE]:
        send.delay(letter_id=letter_id)
