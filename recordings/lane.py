"""How many files one worker process has in hand; its other threads stay free for everything else.

    task ──► a place is free? ──yes──► works ──► leaves, and calls one of those turned away
                    └────no──► turned away: its message is done with, its name remembered here

What is remembered is a hint, as the queue is one: when this process ends before it called them, the
rows still say what is due, and the reconciliation asks for it again.
"""

from collections import OrderedDict
from contextlib import suppress
from threading import Lock
from typing import Any

from celery import Task
from celery.exceptions import Ignore
from django.conf import settings
from kombu.exceptions import OperationalError

MOST_REMEMBERED = 1000

Call = tuple["FileWork", dict[str, Any]]


class Lane:
    """Places, and what came when none was free: each wish how often, and in turn."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._turned_away: OrderedDict[str, tuple[Call, int]] = OrderedDict()
        self._lock = Lock()

    def enter(self, call: Call) -> bool:
        """Take a place; when there is none, remember who asked."""
        task, kwargs = call
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            wish = f"{task.name} {kwargs}"
            if wish in self._turned_away or len(self._turned_away) < MOST_REMEMBERED:
                _, times = self._turned_away.get(wish, (call, 0))
                self._turned_away[wish] = call, times + 1
            return False

    def leave(self) -> Call | None:
        """Free the place; whose turn is it?"""
        with self._lock:
            self._free += 1
            if not self._turned_away:
                return None
            wish, (call, times) = self._turned_away.popitem(last=False)
            if times > 1:
                self._turned_away[wish] = call, times - 1  # behind all others
            return call


class FileWork(Task):  # type: ignore[type-arg]
    """A task that reads or writes files, for as long as that takes.

    Its message is let go of at once: a broker would hand one that is held for an hour to somebody
    else. Whoever is killed in the middle is found by the reconciliation.
    """

    acks_late = False
    lane = Lane(settings.FILES_AT_ONCE)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.lane.enter((self, kwargs)):
            raise Ignore
        try:
            return self.run(*args, **kwargs)
        finally:
            if called := self.lane.leave():
                task, wishes = called
                with suppress(OperationalError):  # the broker is down: the rows are there
                    task.apply_async(kwargs=wishes, retry=False)
