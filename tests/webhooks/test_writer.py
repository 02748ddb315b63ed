"""The group commit survives what nobody foresaw: one batch may fail, the next is written."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest

from upstream.models import UpstreamAccount
from webhooks.intake import Letter
from webhooks.intake import letter as arrived
from webhooks.models import Delivery
from webhooks.writer import LANES, InboxUnavailable, InboxWriter

pytestmark = pytest.mark.django_db(transaction=True)

IMPOSSIBLE = "\ud800"  # no encoding has it: the driver stumbles before the database is asked


def in_a_loop_of_its_own(work: Coroutine[None, None, None]) -> None:
    """Run `work` in another thread: a browser test of the same worker leaves a loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


def letter(account: UpstreamAccount, message_id: str) -> Letter:
    return arrived(account.pk, message_id, headers={}, body=b"{}")


def test_an_odd_message_is_refused_and_the_next_is_stored(account: UpstreamAccount) -> None:
    async def tell() -> None:
        writer = InboxWriter(on_commit=lambda: None)
        async with asyncio.timeout(20):
            for _ in range(LANES + 1):
                with pytest.raises(InboxUnavailable):
                    await writer.store(letter(account, IMPOSSIBLE))
            await writer.store(letter(account, "msg_good"))
            await writer.stop()

    in_a_loop_of_its_own(tell())
    assert Delivery.objects.get().message_id == "msg_good"


def test_a_failing_wake_up_stops_no_lane(account: UpstreamAccount) -> None:
    def fail() -> None:
        raise RuntimeError("nobody foresaw this")

    async def tell() -> None:
        writer = InboxWriter(on_commit=fail)
        async with asyncio.timeout(20):
            for number in range(LANES + 2):
                await writer.store(letter(account, f"msg_{number}"))
            await writer.stop()

    in_a_loop_of_its_own(tell())
    assert Delivery.objects.count() == LANES + 2
