"""Paths as logs and reports may hold them: whoever reads those must not be able to open these.

A shared recording, a mail's way out, a proof of an address and a new password are open to whoever
has the address. What follows the `?` of any address may be a code, and is never part of a path.
"""

import re

_KEY = re.compile(
    r"(?<!\w)(/(?:shared|mail|fetched/\w+|account/confirm-email|account/password/reset/key)/)[^/?#\s]+"
)


def without_key(path: str) -> str:
    return _KEY.sub(r"\1…", path)
