"""What can go wrong on the way to Zoom and back, in plain words.

Zoom's own words are never shown: they may hold ids. A problem that is ours is logged as an error.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    title: str
    sentence: str
    status: int = 400
    can_retry: bool = True
    is_ours: bool = False  # whoever runs Earshot must act


class ConsentFailed(Exception):
    """The trip to Zoom did not end in a permission we can use."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


DENIED = Problem(
    "denied",
    "You did not allow access",
    "Zoom was told not to let Earshot in, so nothing was connected. Bots still go to Zoom "
    "meetings, and Zoom may turn them away from those of other organisations.",
    status=403,
)
BAD_STATE = Problem(
    "bad_state",
    "This link cannot be used",
    "It was used before, took longer than ten minutes, or was opened in another browser. "
    "Nothing was connected.",
)
EXPIRED_CODE = Problem(
    "expired_code",
    "Zoom’s answer was too old",
    "It works once and for a few minutes only. Nothing was connected.",
)
MISCONFIGURED = Problem(
    "misconfigured",
    "Zoom is not set up correctly here",
    "Zoom does not accept this Earshot’s app, or there is none. Whoever runs Earshot must mend "
    "it. Nothing was connected.",
    status=503,
    can_retry=False,
    is_ours=True,
)
TOO_LITTLE = Problem(
    "too_little",
    "The permission is not enough",
    "Zoom let Earshot see who you are and nothing more. Whoever runs Earshot must add the missing "
    "scopes to its Zoom app. Nothing was connected.",
    status=503,
    can_retry=False,
    is_ours=True,
)
UNAVAILABLE = Problem(
    "unavailable",
    "Zoom cannot be reached",
    "Nothing was connected. Try again in a minute.",
    status=503,
)
NO_SERVICE = Problem(
    "no_service",
    "There is no recording service yet",
    "Bots are sent by a recording service, and it needs to know on whose behalf. Set one up first.",
    status=409,
    can_retry=False,
)
SERVICE_REFUSED = Problem(
    "service_refused",
    "The recording service did not take it",
    "Zoom said yes, and then the recording service refused to keep the permission. Test its "
    "connection in the settings. Nothing was connected.",
    status=503,
)
SERVICE_UNREACHED = Problem(
    "service_unreached",
    "The recording service cannot be reached",
    "Zoom said yes, and then the recording service did not answer. Nothing was connected. Try "
    "again in a minute.",
    status=503,
)
UNKNOWN = Problem(
    "unknown",
    "Zoom said no",
    "It gave a reason we do not know yet. Nothing was connected.",
)

# By the `error` that Zoom sends a person back with, and by that of its token endpoint.
REDIRECT_PROBLEMS = {
    "access_denied": DENIED,
    "invalid_client": MISCONFIGURED,
    "invalid_scope": MISCONFIGURED,
    "redirect_uri_mismatch": MISCONFIGURED,
    "server_error": UNAVAILABLE,
    "temporarily_unavailable": UNAVAILABLE,
    "unauthorized_client": MISCONFIGURED,
}
TOKEN_PROBLEMS = {
    "invalid_client": MISCONFIGURED,
    "invalid_grant": EXPIRED_CODE,
    "invalid_request": EXPIRED_CODE,
    "unauthorized_client": MISCONFIGURED,
}


def wrong_account(expected: str, came: str) -> Problem:
    return Problem(
        "wrong_account",
        "That was a different Zoom account",
        f"You signed in to Zoom as {came}, but this connection belongs to {expected}. Nothing was "
        f"changed. Sign out at Zoom and reconnect as {expected}, or connect {came} as well.",
        status=409,
    )


def taken(owner: str) -> Problem:
    return Problem(
        "taken",
        "This Zoom account is already connected",
        f"{owner} has connected it in this workspace, so bots can already come on its behalf. "
        "Nothing was changed.",
        status=409,
        can_retry=False,
    )
