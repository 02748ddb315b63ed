"""What people call a recording. What the calendar called the meeting stays beside it.

Weekly sync ──(retitle)──► Budget 2027, calendar title: Weekly sync ──(retitle back)──► Weekly sync
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from recordings import publishing
from recordings.models import Recording


def calendar_title(recording: Recording) -> str:
    return recording.calendar_title if recording.titled_at else recording.title


@transaction.atomic
def retitle(recording: Recording, title: str, by: User, *, only_from: str | None = None) -> bool:
    """Call it `title`; False when it is called so, or not `only_from` any more."""
    held = Recording.objects.select_for_update(of=("self",)).get(pk=recording.pk)
    if held.title == title or (only_from is not None and held.title != only_from):
        return False
    held.calendar_title = calendar_title(held)
    held.title, held.titled_at, held.titled_by = title, timezone.now(), by
    if title == held.calendar_title:
        held.calendar_title, held.titled_at, held.titled_by = "", None, None
    held.save(update_fields=["title", "calendar_title", "titled_at", "titled_by", "updated_at"])
    publishing.tell(held)
    return True
