"""From a stored delivery to its effect. Running it twice ends as running it once.

    claim (committed) ─► translate ─► dispatch ─► settle     one transaction per delivery
                              └─ fails ─► the error is kept, tried again later, then for staff

The claim is committed first, so that a delivery that takes its worker down with it is counted and
does not stand in the way of the others.
"""

import json
import logging
import traceback
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, transaction
from structlog.contextvars import bound_contextvars, unbind_contextvars

from recordings import deleting
from upstream.errors import UpstreamError
from upstream.models import UpstreamAccount
from upstream.registry import webhook_reader
from webhooks import forgetting
from webhooks.dispatch import BOT, Effect, dispatch
from webhooks.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

CLAIM_AT_ONCE = 20

# What a delivery can make our code raise. Anything else ends the task, where it is seen; the claim
# has put the delivery off by then.
FAILURES = (
    ArithmeticError,
    AttributeError,
    DatabaseError,
    LookupError,
    ObjectDoesNotExist,
    OSError,
    TypeError,
    UpstreamError,
    ValidationError,
    ValueError,
)


class NotJson(Exception):
    """The body of a delivery, well signed as it may be."""


def drain() -> int:
    """Work off everything that is due, oldest first; return how many deliveries that was."""
    count = 0
    for lost in Delivery.objects.give_up(limit=CLAIM_AT_ONCE):
        forgetting.forget_late(lost)
    while claimed := Delivery.objects.claim(limit=CLAIM_AT_ONCE):
        for delivery in claimed:
            work_off(delivery)
        _note_senders(claimed)
        count += len(claimed)
    return count


def _note_senders(deliveries: list[Delivery]) -> None:
    """Let each account's page say when its provider was last heard of."""
    newest = {delivery.account_id: delivery.received_at for delivery in deliveries}
    for account_id, received_at in newest.items():
        UpstreamAccount.objects.filter(pk=account_id).note_delivery(at=received_at)


def replay(delivery: Delivery) -> None:
    """Do it again from the stored body, as if it had just come."""
    delivery.reopen()
    work_off(delivery)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What replaying one delivery would do now, after those before it."""

    delivery: Delivery
    would_change: bool
    sentence: str


def foresee(deliveries: list[Delivery]) -> list[Foresight]:
    """Let them take effect one after the other, see what came of each, and take all of it back.

    Workers are woken and pages told on commit only: of what is taken back, nobody hears.
    """
    with transaction.atomic():
        found = [_foresee(delivery) for delivery in deliveries]
        transaction.set_rollback(True)
    return found


def _foresee(delivery: Delivery) -> Foresight:
    try:
        with transaction.atomic():
            _, effect = _translated(delivery)
    except NotJson as error:
        return Foresight(delivery, False, str(error))
    except FAILURES as error:
        return Foresight(delivery, False, f"It would fail: {_said(error)}")
    return Foresight(delivery, effect.is_news, effect.sentence)


def work_off(delivery: Delivery) -> None:
    """Give one delivery its effect, or keep why it has none. What is logged meanwhile names it."""
    with bound_contextvars(delivery=delivery.public_id):
        try:
            with transaction.atomic():
                _take_effect(delivery.pk)
        except FAILURES as error:
            said = _said(error)
            logger.error("delivery %s failed: %s", delivery.public_id, type(error).__name__)
            delivery.refresh_from_db()
            delivery.note_failure(said)
            forgetting.forget_late(delivery)
        finally:
            unbind_contextvars(BOT)  # its own, if it was about one


def _take_effect(pk: int) -> None:
    # Waits for who holds the row: a claim that came too late lets go of it in a moment, unworked.
    pending = Delivery.objects.select_for_update(of=["self"])
    delivery = pending.filter(pk=pk, state=DeliveryState.PENDING).select_related("account").first()
    if delivery is None:
        return  # somebody else has done it
    try:
        delivery.event, effect = _translated(delivery)
    except NotJson as error:
        delivery.settle(DeliveryState.MALFORMED, str(error))
        forgetting.mask(delivery)
        return
    state = DeliveryState.PROCESSED if effect.is_ours else DeliveryState.IGNORED
    delivery.settle(state, effect.sentence)
    if effect.bot is None:
        forgetting.forget_late(delivery)
    elif deleting.is_over(effect.bot):
        forgetting.mask(delivery)
    logger.info("delivery %s is %s", delivery.public_id, state)


def _translated(delivery: Delivery) -> tuple[str, Effect]:
    """Let the body have its effect; return the provider's name for it, and what came of it.

    Raises NotJson, or one of FAILURES.
    """
    try:
        payload = json.loads(bytes(delivery.body))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotJson(f"Not JSON: {error}") from error
    event = webhook_reader(delivery.account).translate(payload, received_at=delivery.received_at)
    return _event_name(payload), dispatch(delivery.account, event)


def _event_name(payload: object) -> str:
    name = payload.get("event") if isinstance(payload, dict) else None
    return name.replace("\x00", "")[:80] if isinstance(name, str) else ""


def _said(error: Exception) -> str:
    """What went wrong and where. The database quotes whole rows below its first line: left out."""
    first_line = str(error).partition("\n")[0][:300]
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(it.filename).name}:{it.lineno}" for it in reversed(frames[-12:]))
    return f"{type(error).__name__}: {first_line} ({where})"
