"""What people put right, laid over what the provider made, oldest first.

    came     0 Speaker 1: we ship the bugdet      1 Speaker 2: fine
    name     [0] Ada Moss, everywhere             text  [0] We ship the budget
    shown    0 Ada Moss: We ship the budget       1 Speaker 2: fine

A layer that was made over another transcription goes by time: a name to the turns of the same
moments, a text only where the words it changed are said again. A layer that was made on top of one
that has since been taken back changes just what it changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from recordings.models import Correction
from recordings.retiming import changes, plain, reworded
from recordings.transcripts import Turn


@dataclass(frozen=True, slots=True)
class Layered:
    """The turns as they are to be shown; which of them changed; the layers that found no place."""

    turns: list[Turn]
    changed: set[int]
    without_place: set[int]  # keys of corrections


def lay(
    came: Sequence[Turn],
    corrections: Iterable[Correction],
    places: Mapping[int, Mapping[int, Sequence[int]]],
) -> Layered:
    """Return `came` under the corrections.

    `places` tells, by the key of a version that is not this one, where its turns are in this one.
    """
    shown = list(came)
    without_place = set()
    for one in corrections:
        turns: Iterable[int] = one.turns
        if one.version_id in places:
            there = places[one.version_id]
            turns = [here for turn in one.turns for here in there.get(turn, ())]
        has_place = False
        for turn in turns:
            if (corrected := _under(one, came[turn], shown[turn])) is not None:
                shown[turn], has_place = corrected, True
        if not has_place:
            without_place.add(one.pk)
    changed = {turn.index for turn, first in zip(shown, came, strict=True) if turn != first}
    return Layered(shown, changed, without_place)


def _under(correction: Correction, came: Turn, shown: Turn) -> Turn | None:
    """One turn under one layer; None when the layer is not about these words."""
    if correction.is_name:
        return replace(shown, speaker=correction.after)
    text = carried(correction.before, correction.after, shown.text)
    return None if text is None else replace(reworded(came, text), speaker=shown.speaker)


def carried(before: str, after: str, text: str) -> str | None:
    """Make in `text` the changes that lead from `before` to `after`, where its words are the same.

    None when none of them finds its words.
    """
    if text in (before, after):
        return after
    old, new, words = before.split(" "), after.split(" "), text.split(" ")
    there = _places(plain(old), plain(words))
    made = False
    for i1, i2, j1, j2 in reversed(changes(old, new)):
        span = _span(there, i1, i2, len(old), len(words))
        if span is not None:
            words[span[0] : span[1]] = new[j1:j2]
            made = True
    return " ".join(words) or None if made else None


def _places(old: list[str], words: list[str]) -> dict[int, int]:
    """Where the words of one text stand in another that says much the same."""
    from_to = SequenceMatcher(None, old, words, autojunk=False).get_matching_blocks()
    return {i + step: j + step for i, j, size in from_to for step in range(size)}


def _span(
    there: Mapping[int, int], first: int, last: int, old_length: int, length: int
) -> tuple[int, int] | None:
    """The words [first, last) of the old text in the new one, if they stand there together.

    What was put in between two words needs both of them; before the first and after the last, one.
    """
    if first < last:
        start = there.get(first)
        if start is None:
            return None
        is_together = all(there.get(word) == start + word - first for word in range(first, last))
        return (start, start + last - first) if is_together else None
    left = there.get(first - 1) if first else -1
    right = there.get(last) if last < old_length else length
    if left is None or right is None or right != left + 1:
        return None
    return right, right
