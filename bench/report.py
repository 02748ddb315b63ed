"""What a scenario found: figures, and budgets with what was measured beside them."""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when; a busy machine makes every figure worse."""

    cores: int
    load: float  # of the last minute, before the scenario began
    at: str

    @classmethod
    def now(cls) -> Self:
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(os.cpu_count() or 1, round(os.getloadavg()[0], 2), moment)


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured that has no budget of its own."""

    name: str
    value: float
    unit: str = ""

    @property
    def line(self) -> str:
        return f"  {self.name:<58}{_number(self.value):>10} {self.unit}"


@dataclass(frozen=True, slots=True)
class Budget:
    """A promise, and how it was kept."""

    name: str
    value: float
    sign: Literal["≤", "≥"]
    limit: float
    unit: str = ""
    needs_quiet: bool = False  # no baseline in the same run: a busy machine may miss it

    @property
    def is_met(self) -> bool:
        return self.value <= self.limit if self.sign == "≤" else self.value >= self.limit

    @property
    def line(self) -> str:
        verdict = "ok    " if self.is_met else "MISSED"
        quiet = "  (on a quiet machine)" if self.needs_quiet else ""
        promise = f"{self.sign} {_number(self.limit)} {self.unit}".rstrip()
        return f"  {verdict} {self.name:<51}{_number(self.value):>10} {promise}{quiet}"


@dataclass(slots=True)
class Report:
    """All of one scenario."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    budgets: list[Budget] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        return all(budget.is_met for budget in self.budgets)

    def note(self, name: str, value: float, unit: str = "") -> None:
        """Add a figure."""
        self.figures.append(Figure(name, value, unit))

    def text(self, machine: Machine) -> str:
        """What a person reads."""
        where = f"{machine.cores} cores, load {machine.load} before it began, {machine.at}"
        lines = [f"\n{self.name}: {where}", "", *(it.line for it in self.figures), ""]
        return "\n".join([*lines, *(it.line for it in self.budgets)])

    def write(self, path: Path, machine: Machine) -> None:
        """What a program reads."""
        found: dict[str, Any] = {
            "name": self.name,
            "machine": asdict(machine),
            "is_met": self.is_met,
            "figures": [asdict(it) for it in self.figures],
            "budgets": [{**asdict(it), "is_met": it.is_met} for it in self.budgets],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def _number(value: float) -> str:
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
