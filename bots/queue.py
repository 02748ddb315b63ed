"""Wake a worker once the transaction has committed.

A bot to send, a change to make and a wish to leave are also on the bot's row: when the broker is
down nobody's click fails, and `bots.reconcile` asks again within a minute.
"""

from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction


def send(bot_id: int) -> None:
    _wake("bots.send", bot_id=bot_id)


def change(bot_id: int) -> None:
    _wake("bots.change", bot_id=bot_id)


def move(bot_id: int) -> None:
    _wake("bots.move", bot_id=bot_id)


def leave(bot_id: int) -> None:
    _wake("bots.leave", bot_id=bot_id)


def send_away(bot_id: int, upstream_id: str) -> None:
    _wake("bots.send_away", bot_id=bot_id, upstream_id=upstream_id)


def pause(bot_id: int) -> None:
    _wake("bots.pause", bot_id=bot_id)


def resume(bot_id: int) -> None:
    _wake("bots.resume", bot_id=bot_id)


def stop_recording(bot_id: int) -> None:
    _wake("bots.stop_recording", bot_id=bot_id)


def start_recording(bot_id: int) -> None:
    _wake("bots.start_recording", bot_id=bot_id)


def say(bot_id: int, *, text: str, sent_by_id: int, message_id: str) -> None:
    _wake("bots.say", bot_id=bot_id, text=text, sent_by_id=sent_by_id, message_id=message_id)


def look(bot_id: int) -> None:
    _wake("bots.look", bot_id=bot_id)


def look_for_twins(bot_id: int) -> None:
    _wake("bots.look_for_twins", bot_id=bot_id)


def _wake(task: str, **kwargs: Any) -> None:
    call = current_app.signature(task, kwargs=kwargs, immutable=True)
    transaction.on_commit(partial(call.apply_async, retry=False), robust=True)
