"""What somebody typed into the search box, understood.

    budget spring          both words, in any order, also as "budgets" and "springs"
    "spring campaign"      exactly these words, in this order
    camp*                  every word that begins like this
    -draft  -"first draft" none of these

Quotes that are not closed count as closed at the end, a lone star or dash as nothing.
"""

import json
import re
from dataclasses import dataclass

from django.db import connection

MOST_TERMS = 20
QUOTES = str.maketrans("“”„«»", '"""""')
TERM = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for or kept out; a `phrase` and a `prefix` are never stemmed."""

    text: str
    is_phrase: bool = False
    is_prefix: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms as PostgreSQL reads them: text of tsqueries, ready to be cast.

    `words` finds, `exact` is the same without any stem, `marks` are the words to mark by stemmer
    ("simple" for those that are marked as they stand).
    """

    words: str
    exact: str
    marks: dict[str, str]


def terms(typed: str) -> list[Term]:
    """Split what was typed; repeated terms and what holds no letter or digit are left out."""
    found = []
    for match in TERM.finditer(typed.translate(QUOTES)):
        is_phrase = match["phrase"] is not None
        text = match["phrase"] if is_phrase else match["word"]
        is_prefix = not is_phrase and text.endswith("*")
        text = " ".join(text.replace("*", " ").split())
        if any(letter.isalnum() for letter in text):
            found.append(Term(text, is_phrase, is_prefix, bool(match["minus"])))
    return list(dict.fromkeys(found))[:MOST_TERMS]


def is_too_short(wanted: list[Term]) -> bool:
    """One Latin letter finds everything and says nothing; one Chinese character is a word."""
    return all(len(term.text) < 2 and term.text.isascii() for term in wanted)


def understand(wanted: list[Term], stemmers: list[str]) -> Asked | None:
    """Turn terms into tsqueries, in one question to the database; None when nothing is left."""
    readings = [reading for reading in _read(wanted, stemmers) if reading.exact]
    included = [reading for reading in readings if not reading.term.is_excluded]
    if not included:
        return None
    kept_out = [f"!({reading.words})" for reading in readings if reading.term.is_excluded]
    marks = {"simple": " | ".join(f"({reading.exact})" for reading in included)}
    for stemmer in stemmers:
        stems = {stem for reading in included for stem in reading.stems.get(stemmer, ())}
        if stems:
            marks[stemmer] = " | ".join(quoted(stem) for stem in sorted(stems))
    return Asked(
        words=" & ".join([f"({reading.words})" for reading in included] + kept_out),
        exact=" & ".join(f"({reading.exact})" for reading in included),
        marks=marks,
    )


def quoted(lexeme: str) -> str:
    """A lexeme as a tsquery writes it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A term as the text search parser reads it: as it stands, and its stems by stemmer."""

    term: Term
    exact: str
    stems: dict[str, list[str]]

    @property
    def words(self) -> str:
        """As it stands, or with the same stems in one of the languages."""
        stemmed = [
            " & ".join(quoted(f"{stemmer} {stem}") for stem in stems)
            for stemmer, stems in self.stems.items()
        ]
        return " | ".join(f"({one})" for one in (self.exact, *stemmed))


READ = """
    SELECT CASE WHEN prefix = '' THEN phraseto_tsquery('simple', word)
                ELSE to_tsquery('simple', prefix) END::text,
           (SELECT jsonb_object_agg(
                stemmer, tsvector_to_array(to_tsvector(stemmer::regconfig, word)))
            FROM unnest(%s::text[]) stemmer WHERE is_stemmed)
    FROM unnest(%s::text[], %s::text[], %s::bool[]) WITH ORDINALITY
        AS term(word, prefix, is_stemmed, place)
    ORDER BY place
"""


def _read(wanted: list[Term], stemmers: list[str]) -> list[_Reading]:
    prefixes = [f"{quoted(term.text)}:*" if term.is_prefix else "" for term in wanted]
    are_stemmed = [not (term.is_phrase or term.is_prefix) for term in wanted]
    with connection.cursor() as cursor:
        cursor.execute(READ, [stemmers, [term.text for term in wanted], prefixes, are_stemmed])
        rows = cursor.fetchall()
    return [
        _Reading(term, exact, {name: stems for name, stems in _loaded(found).items() if stems})
        for term, (exact, found) in zip(wanted, rows, strict=True)
    ]


def _loaded(found: str | None) -> dict[str, list[str]]:
    """Django's connections hand JSON over as text."""
    return json.loads(found) if found else {}
