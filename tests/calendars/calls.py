"""Words for the tests: the provider calls, and what is then known of a meeting."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from calendars.models import Event
from tests.calendars.world import Outside
from tests.sandbox_process import WEBHOOK_SECRET
from tests.webhooks.signing import signed
from upstream.models import UpstreamAccount
from webhooks import processing


class Calls:
    """The provider's webhooks, brought to our door as they were made, and worked off."""

    def __init__(self, outside: Outside, account: UpstreamAccount) -> None:
        self.outside, self.account = outside, account
        self.known = {message["id"] for message in self._made()}

    def bring(self) -> list[str]:
        """Bring what was made since the last time; returns the names of the messages."""
        fresh = [message for message in self._made() if message["id"] not in self.known]
        self.known |= {message["id"] for message in fresh}
        with self.outside.work():
            for one in fresh:
                letter = signed(one["body"], message_id=one["id"], secret=WEBHOOK_SECRET)
                answer = Client().generic(
                    "POST",
                    f"/webhooks/{self.account.public_id}/",
                    letter.body,
                    content_type="application/json",
                    headers={k: v for k, v in letter.headers.items() if k != "content-type"},
                )
                assert answer.status_code == 204, answer.content
            processing.drain()
        return [message["event"] for message in fresh]

    def after(self, path: str, /, **wishes: Any) -> list[str]:
        """Something happens in the calendar, and its webhooks come."""
        self.outside.sandbox.post(path, **wishes)
        self.outside.sandbox.wait_for(
            lambda: any(message["id"] not in self.known for message in self._made())
        )
        return self.bring()

    def _made(self) -> list[Any]:
        rows = self.outside.sandbox.deliveries()
        return [row for row in rows if row["event"].startswith("calendar.")]


def make_old() -> None:
    """All that is known came before the one transaction of a test, in which time stands still."""
    Event.objects.update(created_at=timezone.now() - timedelta(days=1))


def again(event: Event) -> Event:
    return Event.objects.for_list().get(pk=event.pk)


def news(event: Event) -> list[str]:
    return list(event.changes.order_by("id").values_list("kind", flat=True))
