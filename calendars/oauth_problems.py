"""What can go wrong between Earshot and a platform's authorization server, in plain words.

Each problem is one sentence about what happened, one about the way on, and the status of the page.
The server's own description is never shown: it may hold ids. `{platform}` becomes Google or
Microsoft when a problem is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calendars.models import Connection
    from calendars.oauth_platforms import OAuthPlatform


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    title: str
    sentence: str
    status: int = 400
    can_retry: bool = True
    needs_admin: bool = False  # an administrator of the person's organisation must act
    is_ours: bool = False  # whoever runs Earshot must act; staff is told

    def told_by(self, platform: "OAuthPlatform") -> "Problem":
        """The same, naming the platform it happened at."""
        title = self.title.replace("{platform}", platform.label)
        return replace(
            self, title=title, sentence=self.sentence.replace("{platform}", platform.label)
        )


class ConsentFailed(Exception):
    """The trip to the platform did not end in a consent we can use."""

    def __init__(self, problem: Problem, reconnects: "Connection | None" = None) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.reconnects = reconnects


BAD_STATE = Problem(
    "bad_state",
    "This link has been used, or is too old",
    "For your safety each trip to {platform} can be finished once, within ten minutes, in the "
    "browser where it began. Nothing was connected. Start again.",
)
DENIED = Problem(
    "access_denied",
    "You did not allow access",
    "{platform} told us that you cancelled or said no. Nothing was connected. "
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
CALENDAR_NOT_GRANTED = Problem(
    "calendar_not_granted",
    "The calendar permission is missing",
    "You signed in, but {platform} did not give Earshot the permission to read your calendar. "
    "Nothing was connected. Ask again and please accept the calendar permission.",
    status=403,
)
NO_REFRESH_TOKEN = Problem(
    "no_refresh_token",
    "{platform} gave no lasting permission",
    "Earshot could have read your calendar for an hour only, so nothing was connected. "
    "Ask again, and {platform} will show its permission page once more.",
    status=403,
)
SIGN_IN_AGAIN = Problem(
    "interaction_required",
    "{platform} wants you to sign in once more",
    "It asks for a fresh sign-in, perhaps with a second step on your phone. Nothing was connected. "
    "Start again and follow what {platform} asks.",
    status=403,
)
ADMIN_POLICY = Problem(
    "admin_policy_enforced",
    "Your organisation does not allow this app",
    "An administrator of your {platform} Workspace blocks Earshot. Nothing was connected. "
    "Ask them to trust the app, then try again.",
    status=403,
)
ADMIN_CONSENT = Problem(
    "admin_consent",
    "Your organisation requires an administrator to approve Earshot",
    "Nothing was connected. Send the link below to your administrator; "
    "once they have approved, connect again.",
    status=403,
    needs_admin=True,
)
NOT_ASSIGNED = Problem(
    "not_assigned",
    "Your organisation has not given you access to Earshot",
    "Earshot is known there, but your account is not on its list. Nothing was connected. "
    "Ask your administrator to assign the app to you, then try again.",
    status=403,
)
CONDITIONAL_ACCESS = Problem(
    "conditional_access",
    "Your organisation’s security rules stopped the sign-in",
    "They ask for a certain device, network or place. Nothing was connected. "
    "Try again from your work computer, or ask your administrator.",
    status=403,
)
NO_LICENCE = Problem(
    "no_licence",
    "This account has no calendar at {platform}",
    "Its organisation has no licence for a mailbox, and the calendar is part of that. Nothing was "
    "connected. Use another account, or ask your administrator for a licence.",
    status=403,
)
OTHER_TENANT = Problem(
    "other_tenant",
    "Accounts of this organisation are not allowed here",
    "Earshot is set up for accounts of another organisation. Nothing was connected. "
    "Try again with your work account.",
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
    "{platform} does not allow signing in from inside another app",
    "Nothing was connected. Open Earshot in an ordinary browser and try again.",
    status=403,
)
MISCONFIGURED = Problem(
    "misconfigured",
    "Earshot is not set up correctly for {platform}",
    "This is on our side, not yours; trying again will not help. Nothing was connected. "
    "Please tell the person who runs Earshot.",
    status=503,
    can_retry=False,
    is_ours=True,
)
UNAVAILABLE = Problem(
    "unavailable",
    "{platform} cannot be reached at the moment",
    "Nothing was connected. Try again in a few minutes.",
    status=503,
)
EXPIRED_CODE = Problem(
    "invalid_grant",
    "{platform} no longer accepts this permission",
    "It is valid for a short time and can be used once. Nothing was connected. Start again.",
)
NO_IDENTITY = Problem(
    "no_identity",
    "{platform} did not say whose calendar this is",
    "The account has no confirmed e-mail address. Nothing was connected. "
    "Confirm the address with {platform}, or use another account.",
    status=403,
)
UNKNOWN = Problem(
    "unknown",
    "{platform} refused, and gave a reason we do not know yet",
    "Nothing was connected. Try again; if it happens once more, please tell support.",
)

REDIRECT_PROBLEMS = {
    "access_denied": DENIED,
    "consent_required": ADMIN_CONSENT,
    "interaction_required": SIGN_IN_AGAIN,
    "login_required": SIGN_IN_AGAIN,
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
    "interaction_required": SIGN_IN_AGAIN,
    "consent_required": ADMIN_CONSENT,
    "invalid_client": MISCONFIGURED,
    "unauthorized_client": MISCONFIGURED,
    "invalid_request": MISCONFIGURED,
    "unsupported_grant_type": MISCONFIGURED,
    "redirect_uri_mismatch": MISCONFIGURED,
    "invalid_scope": CALENDAR_NOT_GRANTED,
    "temporarily_unavailable": UNAVAILABLE,
    "server_error": UNAVAILABLE,
}
# Microsoft's numbers say more than the OAuth error they come with (oauth.md §9).
# learn.microsoft.com/entra/identity-platform/reference-error-codes
AADSTS_PROBLEMS = {
    50011: MISCONFIGURED,
    50020: OTHER_TENANT,
    50076: SIGN_IN_AGAIN,
    50079: SIGN_IN_AGAIN,
    50105: NOT_ASSIGNED,
    50173: EXPIRED_CODE,
    50194: MISCONFIGURED,
    53000: CONDITIONAL_ACCESS,
    53001: CONDITIONAL_ACCESS,
    53002: CONDITIONAL_ACCESS,
    53003: CONDITIONAL_ACCESS,
    54005: EXPIRED_CODE,
    65001: ADMIN_CONSENT,
    65004: DENIED,
    70000: EXPIRED_CODE,
    70008: EXPIRED_CODE,
    90094: ADMIN_CONSENT,
    90095: ADMIN_CONSENT,
    650052: NO_LICENCE,
    700016: MISCONFIGURED,
    700082: EXPIRED_CODE,
    7000215: MISCONFIGURED,
    7000222: MISCONFIGURED,
}
AADSTS = re.compile(r"AADSTS(\d{3,8})")


def problem_of(
    error: str, known: dict[str, Problem], *, description: str = "", numbers: Iterable[int] = ()
) -> Problem:
    """What an answer of the platform means; its description is only searched for a number."""
    told = [*numbers, *(int(one) for one in AADSTS.findall(description))]
    by_number = (AADSTS_PROBLEMS[one] for one in told if one in AADSTS_PROBLEMS)
    return next(by_number, None) or known.get(error, UNKNOWN)


def calendar_missing(platform: "OAuthPlatform") -> Problem:
    return CALENDAR_NOT_TICKED if platform.has_tick_boxes else CALENDAR_NOT_GRANTED


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
