"""Each line that a task logs names the task, what it is about, and the request that asked for it.

task_id, task          the run
bot_id, event_id, …    the keys it carries; never its other words
request_id             of the page that wished for it, handed on with the message
"""

from contextvars import Token
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, get_contextvars, reset_contextvars

REQUEST_HEADER = "earshot_request_id"

_bound: dict[str, dict[str, Token[Any]]] = {}


@before_task_publish.connect
def hand_on(headers: dict[str, Any], **_: Any) -> None:
    if request_id := get_contextvars().get("request_id"):
        headers[REQUEST_HEADER] = request_id


@task_prerun.connect
def begin(task_id: str, task: Any, kwargs: dict[str, Any], **_: Any) -> None:
    about = {name: key for name, key in kwargs.items() if name.endswith("_id")}
    request_id = task.request.get(REQUEST_HEADER)
    asked_by = {"request_id": request_id} if request_id else {}
    _bound[task_id] = dict(
        bind_contextvars(**{**about, **asked_by, "task_id": task_id, "task": task.name})
    )


@task_postrun.connect
def end(task_id: str, **_: Any) -> None:
    reset_contextvars(**_bound.pop(task_id, {}))
