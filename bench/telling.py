"""What the programs that put load on a server have in common: how they tell what they found."""

import json
import sys
from pathlib import Path
from typing import Any


def wishes() -> Any:
    """What `bench.stack.Stack.load` asked for: the file named on the command line."""
    return json.loads(Path(sys.argv[1]).read_text())


def tell(found: Any) -> None:
    """One JSON document on a line, for `bench.stack.Load.hear`."""
    print(json.dumps(found), flush=True)


def percentile(ordered: list[float], percent: float) -> float:
    """Of a sorted list; 0 if it is empty."""
    return ordered[int((len(ordered) - 1) * percent / 100)] if ordered else 0.0
