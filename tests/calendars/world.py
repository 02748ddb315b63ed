"""Words for the tests: the outside world, and bringing its news in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.test import TestCase

from calendars import sync
from calendars.models import Calendar
from tests.sandbox_process import Sandbox

CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.readonly"


class Outside:
    """The sandbox, and the queue that our own work leaves behind."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    @contextmanager
    def work(self) -> Iterator[None]:
        """Whatever is queued inside is done at the end, and what that queues, and so on."""
        with TestCase.captureOnCommitCallbacks() as queued:
            yield
        while queued:
            waiting, queued = queued, []
            with TestCase.captureOnCommitCallbacks() as queued, transaction.atomic():
                for wake in waiting:
                    wake()

    def wait_until_read(self, calendar: Calendar) -> Calendar:
        """The provider reads a new calendar by itself and takes a moment."""
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            calendar = Calendar.objects.for_work().get(pk=calendar.pk)
            try:
                with self.work():
                    sync.sync(calendar)
            except sync.NotReady:
                time.sleep(0.05)
            else:
                return Calendar.objects.for_work().get(pk=calendar.pk)
        raise AssertionError("the provider never finished reading")
