"""What a refusal of the provider means for somebody who only wants a meeting recorded."""

from calendars.models import Calendar
from calendars.renewal import NeedsReconnect, OursRefused
from upstream.errors import (
    BadCredentials,
    Conflict,
    KeyRefused,
    NotFound,
    QuotaReached,
    RateLimited,
    Refused,
    Retryable,
    UpstreamError,
)

QUOTA = (
    "The recording service’s limit is reached. Earshot tries again by itself; "
    "the owner of the workspace can raise the limit."
)
SENTENCES: tuple[tuple[type[UpstreamError], str], ...] = (
    (RateLimited, "The recording service is busy. Earshot tries again by itself."),
    (Retryable, "The recording service cannot be reached. Earshot tries again by itself."),
    (QuotaReached, QUOTA),
    (BadCredentials, "Access to this calendar was refused. Reconnect it and allow reading it."),
    (NotFound, "The recording service no longer knows this meeting. It is being read again."),
    (Conflict, "It is too late to change this: the bot is already on its way."),
)
FORBIDDEN = (
    "The recording service does not allow this. Earshot tries again by itself; "
    "the owner of the workspace can look at the account there."
)
UNKNOWN = "The recording service refused, and gave a reason we do not know yet."


def sentence_for(error: UpstreamError) -> str:
    """Say it in a sentence; never the provider's own words, which may hold ids."""
    if _is_forbidden(error):
        return FORBIDDEN
    return next((text for kind, text in SENTENCES if isinstance(error, kind)), UNKNOWN)


def twin_sentence(twin: Calendar) -> str:
    """A shared calendar that is here already, through somebody's account."""
    return (
        f"It is already here, through {twin.connection.email} of {twin.owner.get_full_name()}: "
        "its meetings are on the Meetings page, and nothing is missing."
    )


def is_kept(refusal: Refused) -> bool:
    """Refused for a reason of the account's, not of the meeting's: the wish stands, and waits."""
    return isinstance(refusal, QuotaReached) or _is_forbidden(refusal)


def _is_forbidden(error: UpstreamError) -> bool:
    """401 is about a calendar's consent, 403 about what the account may do: meetingbaas-v2 §2."""
    is_of_account = isinstance(error, BadCredentials) and error.status == 403
    return is_of_account or isinstance(error, KeyRefused)


def connecting_sentence(error: UpstreamError, platform: str) -> str:
    """The same, for a calendar that could not be connected; `platform` as people call it."""
    match error:
        case NeedsReconnect():
            return f"{platform} no longer lets Earshot read this calendar. Reconnect it."
        case OursRefused():
            return (
                f"{platform} does not accept Earshot at the moment. It is on our side: the people "
                "who run Earshot have been told, and nothing is needed from you."
            )
        case QuotaReached():
            return (
                "The recording service has no room for another calendar on this plan. "
                "Disconnect one you no longer need, or ask the owner for a larger plan."
            )
        case Conflict():
            return (
                "The recording service has this calendar already, from another workspace. Whoever "
                "connected it there can disconnect it; then try again here."
            )
        case KeyRefused():
            return FORBIDDEN
        case BadCredentials(status=403):
            return (
                f"{platform} does not let the recording service read this account’s calendars. "
                "Either the calendar permission was not given, or the account has no mailbox or no "
                "licence for one. Reconnect it, or use another account."
            )
        case BadCredentials():
            return (
                f"{platform} no longer lets the recording service read this calendar. "
                "Reconnect the account."
            )
        case _:
            return sentence_for(error)
