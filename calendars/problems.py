"""What a refusal of the provider means for somebody who only wants a meeting recorded."""

from upstream.errors import (
    BadCredentials,
    Conflict,
    NotFound,
    QuotaReached,
    RateLimited,
    Retryable,
    UpstreamError,
)

SENTENCES: tuple[tuple[type[UpstreamError], str], ...] = (
    (RateLimited, "The recording service is busy. Earshot tries again by itself."),
    (Retryable, "The recording service cannot be reached. Earshot tries again by itself."),
    (QuotaReached, "The recording service's limit is reached. Ask the owner of the workspace."),
    (BadCredentials, "Access to this calendar was refused. Reconnect it and allow reading it."),
    (NotFound, "The recording service no longer knows this meeting. It is being read again."),
    (Conflict, "It is too late to change this: the bot is already on its way."),
)
UNKNOWN = "The recording service refused, and gave a reason we do not know yet."


def sentence_for(error: UpstreamError) -> str:
    """Say it in a sentence; never the provider's own words, which may hold ids."""
    return next((text for kind, text in SENTENCES if isinstance(error, kind)), UNKNOWN)


def connecting_sentence(error: UpstreamError) -> str:
    """The same, for a calendar that could not be connected."""
    match error:
        case QuotaReached():
            return (
                "The recording service has no room for another calendar on this plan. "
                "Disconnect one you no longer need, or ask the owner for a larger plan."
            )
        case Conflict():
            return "This calendar is already connected to the recording service by somebody else."
        case BadCredentials():
            return (
                "Google does not let the recording service read this calendar. "
                "Reconnect the account and tick the calendar permission."
            )
        case _:
            return sentence_for(error)
