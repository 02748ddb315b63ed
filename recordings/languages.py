"""Which of PostgreSQL's stemmers knows a transcript's language, as BCP 47 or by its English name.

"de-CH", "de", "German"  →  "german"        "ja", "", "tlh"  →  ""    words as they stand
"""

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}  # those that every PostgreSQL from 15 on has
NAMES = frozenset(STEMMERS.values())


def stemmer_of(language: str) -> str:
    """Return the text search configuration of a language; empty when there is none."""
    name = language.strip().lower()
    if name in NAMES:
        return name
    return STEMMERS.get(name.replace("_", "-").partition("-")[0], "")
