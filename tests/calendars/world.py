"""Words for the tests: the outside world, and bringing its news in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from warnings import catch_warnings

from celery.exceptions import AlwaysEagerIgnored
from django.db import transaction
from django.test import TestCase

from calendars import sync
from calendars.models import Calendar
from tests.sandbox_process import Sandbox
from upstream.models import UpstreamAccount
from upstream.registry import webhook_reader
from webhooks.dispatch import dispatch

CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.readonly"


class Outside:
    """The sandbox, and the queue that our own work leaves behind."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._read: set[str] = set()

    def bring_news(self, account: UpstreamAccount) -> None:
        """Take in what the provider has sent since, as the inbox would; and do what follows."""
        reader = webhook_reader(account)
        for message in self.sandbox.deliveries():
            if message["id"] in self._read or message["event"] == "calendar.events_synced":
                continue
            self._read.add(message["id"])
            with self.work():
                dispatch(account, reader.translate(message["body"]))

    def bring_news_until(self, account: UpstreamAccount, check: Callable[[], Any]) -> Any:
        """Keep taking news in until `check` is true."""

        def checked() -> Any:
            self.bring_news(account)
            return check()

        return self.sandbox.wait_for(checked, seconds=60)

    @contextmanager
    def work(self) -> Iterator[None]:
        """Whatever is queued inside is done at the end, and what that queues, and so on."""
        with TestCase.captureOnCommitCallbacks() as queued:
            yield
        while queued:
            waiting, queued = queued, []
            with (
                TestCase.captureOnCommitCallbacks() as queued,
                transaction.atomic(),
                # What recordings queue is not ours to do here.
                catch_warnings(action="ignore", category=AlwaysEagerIgnored),
            ):
                for wake in waiting:
                    wake()

    def wait_until_read(self, calendar: Calendar) -> Calendar:
        """The provider reads a new calendar by itself and takes a moment."""
        give_up = time.monotonic() + 60
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
