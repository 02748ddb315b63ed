"""Does an account work? One harmless call, and in words what is wrong.

The key is used to ask which calendars there are: every key that can do all that Earshot needs can
do that, and nothing is changed by it.
"""

from dataclasses import dataclass

from upstream.errors import (
    TIMEOUT,
    UNREACHABLE,
    BadCredentials,
    NotFound,
    QuotaReached,
    RateLimited,
    Refused,
    UpstreamError,
)
from upstream.models import UpstreamAccount
from upstream.registry import ADAPTERS, addresses_of, open_provider

WHOLE_KEY = (
    "The recording service does not accept this key. Was it copied whole, and is it this service’s?"
)
REGION = " A key is good in its own region only: is this the region it was made in?"
LESS = (
    "The recording service knows the key, but the key may not do all that Earshot needs. Make one "
    "with full access there."
)
SPENT = "The key is accepted, but the account there has reached its limit or has no credit left."
BUSY = "The recording service asks for patience: too many calls just now. Try again in a minute."
ELSEWHERE = "Something answers at this address, but it is not the recording service."
TROUBLE = (
    "The recording service has a trouble of its own at the moment. Try again in a few minutes."
)
SLOW = "The recording service did not answer in time. Try again in a minute."
UNSIGNED = (
    "There is no webhook secret yet, so what the recording service tells cannot be believed: "
    "enter the one it shows beside the webhook."
)
NOT_HEARD = (
    "It has not told Earshot anything yet. If bots are on their way, see whether the webhook "
    "address is entered there."
)
UNFIT = (
    "Messages came lately that its webhook secret does not fit, so they were refused. Copy the "
    "secret again, from the same account and, where there are regions, the same region."
)
UNKEYED = (
    "Messages came lately that do not carry this key, so they were refused. Does another account "
    "there send to this address?"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is about what works but could be better."""

    is_good: bool
    sentence: str
    advice: tuple[str, ...] = ()


def examine(account: UpstreamAccount) -> Finding:
    """Ask the provider, while a person waits."""
    try:
        known = sum(1 for _ in open_provider(account).list_calendars())
    except UpstreamError as error:
        return Finding(False, _sentence(error, account))
    calendars = "1 calendar is" if known == 1 else f"{known} calendars are"
    return Finding(True, f"The key works. {calendars} connected there.", tuple(_advice(account)))


def _sentence(error: UpstreamError, account: UpstreamAccount) -> str:
    match error:
        case BadCredentials(status=403):
            return LESS
        case BadCredentials():
            return WHOLE_KEY + (REGION if len(addresses_of(account.provider)) > 1 else "")
        case QuotaReached():
            return SPENT
        case RateLimited():
            return BUSY
        case NotFound() | Refused():
            return ELSEWHERE
        case UpstreamError(code=code) if code == UNREACHABLE:
            return (
                f"Nothing answers at {account.base_url}. Is the address right, and the network up?"
            )
        case UpstreamError(code=code) if code == TIMEOUT and error.status is None:
            return SLOW
        case _:
            return TROUBLE


def _advice(account: UpstreamAccount) -> list[str]:
    is_signed = not ADAPTERS[account.provider].steps
    advice = [UNSIGNED] if is_signed and not account.webhook_secret else []
    if account.webhook_secret or not is_signed:
        heard, refused = account.last_delivery_at, getattr(account, "refusals", None)
        if refused and (heard is None or refused.last_at > heard):
            return [*advice, UNFIT if is_signed else UNKEYED]
    return advice if account.last_delivery_at else [*advice, NOT_HEARD]
