"""The table of the settings page: a row per kind, a column per way."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from notifications.forms import WaysForm
from notifications.kinds import KINDS, Kind, Way


@dataclass(frozen=True, slots=True)
class Cell:
    """`radio` is None where this kind cannot be heard of in this way."""

    way: Way
    radio: BoundWidget | None


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    field: BoundField
    cells: tuple[Cell, ...]


def rows_of(form: WaysForm) -> Iterator[Row]:
    for name, kind in KINDS.items():
        radios = {radio.data["value"]: radio for radio in form[name]}
        yield Row(kind, form[name], tuple(Cell(way, radios.get(way.value)) for way in Way))
