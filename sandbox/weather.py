"""A bad day between the provider and Earshot: which webhooks get lost, come twice, or come late.

Each of them meets its own luck. The shares and the seed are told by a control call; the same seed
gives the same luck to the same messages in the same order. Nobody tries again what got lost: to the
provider it was delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

HELD_BACK = (2.0, 20.0)  # story seconds, in which later ones overtake it


@dataclass
class Weather:
    """Shares between 0 and 1; a message may be doubled and reordered at once."""

    lost: float = 0.0
    doubled: float = 0.0
    reordered: float = 0.0
    seed: str = ""
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("sent", "lost", "doubled", "reordered"), 0)
    )

    def __post_init__(self) -> None:
        self._luck = Random(self.seed)

    def falls_on(self, delays: Sequence[float]) -> tuple[float, ...]:
        """When the copies of a message come that were meant to come after `delays`."""
        is_lost, is_doubled, is_reordered = (
            self._luck.random() < share for share in (self.lost, self.doubled, self.reordered)
        )
        if not delays:
            return ()
        self.counts["sent"] += 1
        if is_lost:
            self.counts["lost"] += 1
            return ()
        if is_reordered:
            self.counts["reordered"] += 1
            delays = [delay + self._luck.uniform(*HELD_BACK) for delay in delays]
        if is_doubled:
            self.counts["doubled"] += 1
            delays = [*delays, delays[0] + self._luck.uniform(*HELD_BACK)]
        return tuple(delays)
