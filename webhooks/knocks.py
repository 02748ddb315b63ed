"""Whoever keeps knocking without a good signature is asked to wait, before a byte of it is read.

Counted per address and minute, in each process for itself; a good message wipes the count. Where no
proxy is configured and everybody seems to come from one inside our own network, nobody is counted:
a forger would keep the provider out.
"""

import ipaddress
import time
from functools import lru_cache

from django.conf import settings

MOST_REFUSALS = 60
WITHIN_SECONDS = 60.0
MOST_REMEMBERED = 10_000
REFUSED = (401, 404, 413)


class Knocks:
    """Who was refused how often since when."""

    def __init__(self) -> None:
        self._refused: dict[str, tuple[float, int]] = {}

    def is_too_many(self, address: str) -> bool:
        since, count = self._refused.get(address, (0.0, 0))
        return count >= MOST_REFUSALS and time.monotonic() - since < WITHIN_SECONDS

    def note(self, address: str, status: int) -> None:
        """Remember how the sender at `address` was answered."""
        if not address:
            return
        if status not in REFUSED:
            self._refused.pop(address, None)
            return
        now = time.monotonic()
        since, count = self._refused.get(address, (now, 0))
        if now - since >= WITHIN_SECONDS:
            since, count = now, 0
        if len(self._refused) >= MOST_REMEMBERED:
            self._refused.clear()
        self._refused[address] = since, count + 1


def address_of(peer: str, forwarded_for: str) -> str:
    """Where a message comes from, behind as many proxies as there are; empty: cannot be told."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        hops = [hop.strip() for hop in forwarded_for.split(",")]
        return hops[-proxies] if len(hops) >= proxies else ""
    return peer if _is_of_the_world(peer) else ""


@lru_cache(maxsize=1000)
def _is_of_the_world(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:  # a unix socket
        return False


knocks = Knocks()
