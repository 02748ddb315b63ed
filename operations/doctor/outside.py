"""The own address, called as providers and people call it; and whose clock is right.

This machine calls itself, which is as far outside as it can get. What only outsiders see (a
firewall that lets this machine through) is said to be looked at from there.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from django.conf import settings
from django.db import connection

from operations import health
from operations.doctor.findings import Finding, good, wrong
from upstream.addresses import ForbiddenAddress, checked
from upstream.models import UpstreamAccount

PATIENCE = httpx.Timeout(10.0)
MOST_DRIFT_SECONDS = 30  # signatures are believed for five minutes


def public_address() -> Iterator[Finding]:
    base = settings.PUBLIC_URL
    try:
        answer = httpx.get(f"{base}/healthz", timeout=PATIENCE)
    except httpx.RequestError as error:
        yield wrong(_unreached(base, error))
        return
    if answer.is_redirect:
        yield wrong(f"{base} redirects elsewhere. Set PUBLIC_URL to where people end up.")
    elif answer.text != health.ALIVE:
        yield wrong(
            f"Something answers at {base}, but it is not Earshot ({answer.status_code}). Where does"
            " the proxy send /healthz?"
        )
    else:
        yield good(f"Earshot answers at {base}.")
    yield from _webhooks()


def _unreached(base: str, error: httpx.RequestError) -> str:
    if "certificate" in str(error).lower():
        return f"The certificate of {base} is not valid. Renew it, or name its whole chain."
    return (
        f"Nothing answers at {base}. Does its name lead to this installation, does the proxy run,"
        " and does the firewall let port 443 in?"
    )


def _webhooks() -> Iterator[Finding]:
    """An account that cannot be gets an empty 404, of Earshot's inbox and of nobody else."""
    base = settings.WEBHOOK_BASE_URL
    try:
        answer = httpx.post(f"{base}/webhooks/doctor/", content=b"{}", timeout=PATIENCE)
    except httpx.RequestError as error:
        yield wrong(_unreached(base, error))
        return
    if answer.status_code != 404 or answer.content:
        yield wrong(
            f"Webhooks do not reach Earshot: {base}/webhooks/ answers {answer.status_code}. The"
            " proxy must let POST through there, without a sign-in and without a redirect."
        )
        return
    try:
        checked(httpx.URL(base))
    except ForbiddenAddress:
        yield wrong(
            f"{base} is an address inside a private network, or without TLS: providers cannot reach"
            " it. Give WEBHOOK_BASE_URL one that they can."
        )
    except httpx.ConnectError:
        yield wrong(f"The name in {base} is not known. Is it in the DNS?")
    else:
        yield good(f"Webhooks reach Earshot at {base}/webhooks/.")


def clock() -> Iterator[Finding]:
    drifts = [*_of_database(), *_of_others()]
    for whose, drift in drifts:
        if abs(drift) > MOST_DRIFT_SECONDS:
            way = "ahead of" if drift > 0 else "behind"
            yield wrong(
                f"This machine's clock is {abs(drift):.0f} seconds {way} {whose}. Webhooks are"
                " refused and bots come at the wrong time: let NTP set the clock."
            )
            return
    names = " and ".join(whose for whose, _ in drifts)
    yield good(f"It agrees with {names}.")


def _of_database() -> Iterator[tuple[str, float]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        yield "the database's", time.time() - float(cursor.fetchone()[0])


def _of_others() -> Iterator[tuple[str, float]]:
    """Any answer of the provider carries its time, to the second."""
    account = UpstreamAccount.objects.filter(is_active=True, workspace=None).first()
    if account is None:
        return
    try:
        answer = httpx.head(account.base_url, timeout=PATIENCE)
    except httpx.RequestError:
        return
    if "date" in answer.headers:
        told = parsedate_to_datetime(answer.headers["date"])
        yield "the recording service's", (datetime.now(UTC) - told).total_seconds()
