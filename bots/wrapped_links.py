"""Links that mail filters and mail programs wrapped in their own, opened without asking anybody.

https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F93…     Microsoft
https://urldefense.com/v3/__https://zoom.us/j/93…?pwd*3Dx__;JQ!!A!b$                    Proofpoint
https://www.google.com/url?q=https://meet.google.com/abc-defg-hij&sa=D                  Google

Proofpoint tells how its three forms are undone (help.proofpoint.com, "URL Decoder"). Mimecast as a
rule keeps the address to itself: such a link, like a shortened one, cannot be opened here.
"""

import re
import string
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from html import unescape
from itertools import islice
from urllib.parse import SplitResult, unquote, urlsplit

Opener = Callable[[SplitResult], str]

SHORTENERS = (
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly",
    "rb.gy", "shorturl.at", "lnkd.in", "t.ly", "tiny.cc", "tiny.one", "bl.ink", "s.id", "v.gd",
)  # fmt: skip
GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
MIMECAST = re.compile(
    r"(?:protect|security)[\w-]*\.mimecast\.com|(?:[\w-]+\.)*mimecastprotect\.com"
)
PROOFPOINT_V3 = re.compile(r"/v3/__(?P<address>.+?)__;(?P<replaced>[^!]*)!", re.DOTALL)
REPLACED = re.compile(r"\*\*(?P<run>.)|\*", re.DOTALL)
# `**A` stands for two replaced characters, `**B` for three, and so on.
RUNS = {
    letter: length
    for length, letter in enumerate(
        string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_", start=2
    )
}


def unwrap(link: str) -> str:
    """Return the address inside, however often it is wrapped; `link` itself when it is not."""
    link = link.strip()
    while inner := _inside(link):
        link = inner
    return link


def is_wrapped(link: str) -> bool:
    """Somebody's wrapper, whether or not it can be opened here."""
    return _opener(_parts(link)) is not None


def is_shortened(link: str) -> bool:
    """Only the shortener knows where it leads."""
    return _is_on(_parts(link), *SHORTENERS)


def _inside(link: str) -> str:
    parts = _parts(link)
    opener = _opener(parts)
    inner = opener(parts).strip() if opener else ""
    is_address = inner.lower().startswith(("https://", "http://"))
    # Opening always shortens, so this ends.
    return inner if is_address and len(inner) < len(link) else ""


def _opener(parts: SplitResult) -> Opener | None:
    if _is_on(parts, "safelinks.protection.outlook.com", "safelinks.protection.office365.us"):
        return lambda parts: _value(parts, "url")
    if _is_on(parts, "statics.teams.cdn.office.net") and "safelinks" in parts.path:
        return lambda parts: _value(parts, "url")
    if _is_on(parts, "urldefense.proofpoint.com", "urldefense.com", "urldefense.us"):
        return _proofpoint
    if MIMECAST.fullmatch(_host(parts)):
        return _mimecast
    if GOOGLE.fullmatch(_host(parts)) and parts.path == "/url":
        return lambda parts: _value(parts, "q") or _value(parts, "url")
    return None


def _proofpoint(parts: SplitResult) -> str:
    if parts.path.startswith("/v1/"):
        return unescape(_value(parts, "u"))
    if parts.path.startswith("/v2/"):
        return unquote(_raw_value(parts, "u").replace("-", "%").replace("_", "/"))
    return _proofpoint_v3(parts.geturl())


def _proofpoint_v3(link: str) -> str:
    found = PROOFPOINT_V3.search(link)
    if not found:
        return ""
    try:
        replaced = iter(urlsafe_b64decode(found["replaced"] + "==").decode())
    except (NotBase64, UnicodeDecodeError, ValueError):
        return ""

    def put_back(star: re.Match[str]) -> str:
        length = RUNS.get(star["run"], 0) if star["run"] else 1
        return "".join(islice(replaced, length))

    # Some programs make one slash of two.
    address = re.sub(r"^(https?:)/(?=[^/])", r"\1//", unquote(found["address"]))
    return REPLACED.sub(put_back, address)


def _mimecast(parts: SplitResult) -> str:
    """A few of its links carry the address in the query; most carry a number and the domain."""
    return next((value for _, value in _pairs(parts) if "://" in value), "")


def _value(parts: SplitResult, name: str) -> str:
    return unquote(_raw_value(parts, name))


def _raw_value(parts: SplitResult, name: str) -> str:
    pairs = (pair.partition("=") for pair in parts.query.split("&"))
    return next((value for key, _, value in pairs if key == name), "")


def _pairs(parts: SplitResult) -> Iterator[tuple[str, str]]:
    for pair in parts.query.split("&"):
        key, _, value = pair.partition("=")
        yield key, unquote(value)


def _is_on(parts: SplitResult, *hosts: str) -> bool:
    host = _host(parts)
    return any(host == known or host.endswith("." + known) for known in hosts)


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").lower()


def _parts(link: str) -> SplitResult:
    try:
        parts = urlsplit(link)
        _ = parts.hostname
    except ValueError:
        return urlsplit("")
    return parts
