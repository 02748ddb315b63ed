"""What can go wrong between Earshot and a platform's authorization server, in plain words.

Each problem is one sentence about what happened, one about the way on, and the status of the page.
The server's own description is never shown: it may hold ids.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    title: str
    sentence: str
    status: int = 400
    can_retry: bool = True


class ConsentFailed(Exception):
    """The trip to the platform did not end in a consent we can use."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


BAD_STATE = Problem(
    "bad_state",
    "This link has been used, or is too old",
    "For your safety each trip to Google can be finished once, within ten minutes, in the browser "
    "where it began. Nothing was connected. Start again.",
)
DENIED = Problem(
    "access_denied",
    "You did not allow access",
    "Google told us that you cancelled or said no. Nothing was connected. "
    "You can try again whenever you like.",
    status=403,
)
CALENDAR_NOT_TICKED = Problem(
    "calendar_not_ticked",
    "The calendar permission is missing",
    "You signed in, but the box that lets Earshot see your calendars was not ticked. "
    "Nothing was connected. Ask again and please tick the calendar permission.",
    status=403,
)
NO_REFRESH_TOKEN = Problem(
    "no_refresh_token",
    "Google gave no lasting permission",
    "Earshot could have read your calendar for an hour only, so nothing was connected. "
    "Ask again, and Google will show its permission page once more.",
    status=403,
)
ADMIN_POLICY = Problem(
    "admin_policy_enforced",
    "Your organisation does not allow this app",
    "An administrator of your Google Workspace blocks Earshot. Nothing was connected. "
    "Ask them to trust the app, then try again.",
    status=403,
)
ORG_INTERNAL = Problem(
    "org_internal",
    "This account belongs to another organisation",
    "Earshot is set up here for accounts of one organisation only. Nothing was connected. "
    "Try again with your work account.",
    status=403,
)
EMBEDDED_BROWSER = Problem(
    "disallowed_useragent",
    "Google does not allow signing in from inside another app",
    "Nothing was connected. Open Earshot in an ordinary browser and try again.",
    status=403,
)
MISCONFIGURED = Problem(
    "misconfigured",
    "Earshot is not set up correctly for Google",
    "This is on our side, not yours; trying again will not help. Nothing was connected. "
    "Please tell the person who runs Earshot.",
    status=503,
    can_retry=False,
)
UNAVAILABLE = Problem(
    "unavailable",
    "Google cannot be reached at the moment",
    "Nothing was connected. Try again in a few minutes.",
    status=503,
)
EXPIRED_CODE = Problem(
    "invalid_grant",
    "Google no longer accepts this permission",
    "It is valid for a short time and can be used once. Nothing was connected. Start again.",
)
NO_IDENTITY = Problem(
    "no_identity",
    "Google did not say whose calendar this is",
    "The account has no confirmed e-mail address. Nothing was connected. "
    "Confirm the address with Google, or use another account.",
    status=403,
)
UNKNOWN = Problem(
    "unknown",
    "Google refused, and gave a reason we do not know yet",
    "Nothing was connected. Try again; if it happens once more, please tell support.",
)

REDIRECT_PROBLEMS = {
    "access_denied": DENIED,
    "consent_required": DENIED,
    "interaction_required": DENIED,
    "login_required": DENIED,
    "admin_policy_enforced": ADMIN_POLICY,
    "org_internal": ORG_INTERNAL,
    "disallowed_useragent": EMBEDDED_BROWSER,
    "invalid_request": MISCONFIGURED,
    "redirect_uri_mismatch": MISCONFIGURED,
    "invalid_client": MISCONFIGURED,
    "deleted_client": MISCONFIGURED,
    "unauthorized_client": MISCONFIGURED,
    "unsupported_response_type": MISCONFIGURED,
    "invalid_scope": MISCONFIGURED,
    "invalid_resource": MISCONFIGURED,
    "server_error": UNAVAILABLE,
    "temporarily_unavailable": UNAVAILABLE,
}
TOKEN_PROBLEMS = {
    "invalid_grant": EXPIRED_CODE,
    "invalid_client": MISCONFIGURED,
    "unauthorized_client": MISCONFIGURED,
    "invalid_request": MISCONFIGURED,
    "unsupported_grant_type": MISCONFIGURED,
    "invalid_scope": CALENDAR_NOT_TICKED,
    "temporarily_unavailable": UNAVAILABLE,
    "server_error": UNAVAILABLE,
}


def wrong_account(expected: str, came: str) -> Problem:
    return Problem(
        "wrong_account",
        "That was a different account",
        f"You signed in as {came}, but this connection belongs to {expected}. Nothing was changed. "
        f"Reconnect as {expected}, or connect {came} as a further account.",
        status=409,
    )


def taken(owner: str) -> Problem:
    return Problem(
        "taken",
        "This account is already connected",
        f"{owner} has connected it in this workspace, so its meetings are already here. "
        "Nothing was changed.",
        status=409,
        can_retry=False,
    )
