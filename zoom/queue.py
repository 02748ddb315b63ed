"""Wake a worker once the transaction has committed; what gets lost, `zoom.reconcile` finds.

The bots that wait for their time are the business of `bots`, which is told by the task's name.
"""

from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction


def rebook(workspace_id: int) -> None:
    _wake("bots.rebook_zoom", workspace_id=workspace_id)


def disconnect(account_id: int) -> None:
    _wake("zoom.disconnect", account_id=account_id)


def forget(service_id: int, credential_id: str) -> None:
    _wake("zoom.forget", service_id=service_id, credential_id=credential_id)


def check(account_id: int) -> None:
    _wake("zoom.check", account_id=account_id)


def tell(account_id: int) -> None:
    """Its owner hears whether it needs them; `notifications` knows how they want to hear it."""
    _wake("notifications.tell_zoom", account_id=account_id)


def _wake(task: str, **kwargs: Any) -> None:
    call = current_app.signature(task, kwargs=kwargs, immutable=True)
    transaction.on_commit(partial(call.apply_async, retry=False), robust=True)
