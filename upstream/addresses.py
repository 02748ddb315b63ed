"""Which addresses may be fetched: those of payloads are a stranger's word, and could point inside.

https only, to a host all of whose addresses are public. The connection is made to the very address
that was checked (a second look-up could answer otherwise), under the host's own name for TLS. As
redirects pass the same transport, each of them is checked too. ALLOW_LOOPBACK_FETCH admits this
machine, also by plain http: the sandbox lives there.
"""

import ipaddress
import socket
from collections.abc import Callable

import httpx
from django.conf import settings

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # NAT64: an IPv4 address in disguise


class ForbiddenAddress(Exception):
    """This address is not fetched, now or later. Says why without repeating the address."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx.BaseTransport):
    """Checks every request that leaves, then sends it to the address that was checked."""

    def __init__(
        self, *, resolver: Resolver = resolve, wire: httpx.BaseTransport | None = None
    ) -> None:
        # Connections are not kept: one is pinned to one address, and must not serve another host.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._wire = wire or httpx.HTTPTransport(limits=limits)
        self._resolve = resolver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        addresses = checked(request.url, self._resolve)
        for address in addresses[:-1]:
            try:
                return self._send(request, address)
            except httpx.ConnectError:
                continue
        return self._send(request, addresses[-1])

    def close(self) -> None:
        self._wire.close()

    def _send(self, request: httpx.Request, address: IPAddress) -> httpx.Response:
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,  # the Host header stays the original one
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return self._wire.handle_request(pinned)


def checked(url: httpx.URL, resolver: Resolver = resolve) -> list[IPAddress]:
    """Return the addresses `url` may be fetched from. Raises ForbiddenAddress when in doubt."""
    if url.userinfo:
        raise ForbiddenAddress("The file's address carries a password.")
    if url.scheme not in ("https", "http") or not url.host:
        raise ForbiddenAddress("The file's address is not a web address.")
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = [_parsed(text) for text in resolver(url.host, port)]
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError("The file's host is not known.") from error
    if not found:
        raise httpx.ConnectError("The file's host is not known.")
    if settings.ALLOW_LOOPBACK_FETCH and all(address.is_loopback for address in found):
        return found
    if url.scheme != "https":
        raise ForbiddenAddress("The file's address is not encrypted (https).")
    if not all(is_public(address) for address in found):
        raise ForbiddenAddress("The file's address leads into a private network.")
    return found


def is_public(address: IPAddress) -> bool:
    """Whether `address` is on the open internet, also when it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        wraps = address.ipv4_mapped or address.sixtofour or address.teredo or address in TRANSLATED
        if wraps:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parsed(text: str) -> IPAddress:
    return ipaddress.ip_address(text.partition("%")[0])  # without the zone of a link-local one
