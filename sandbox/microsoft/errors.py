"""Errors of Microsoft: an OAuth name, an AADSTS number, and a text full of ids."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import JSONResponse

from sandbox.http import Json

# number: the OAuth error it comes with, and what it says
_KNOWN: dict[int, tuple[str, str]] = {
    50011: ("invalid_request", "The redirect URI does not match the ones of the application."),
    50020: ("invalid_request", "User account does not exist in tenant and cannot access it."),
    50076: ("interaction_required", "You must use multi-factor authentication to access."),
    50079: ("interaction_required", "You must enroll in multi-factor authentication."),
    50105: ("access_denied", "The signed in user is not assigned to a role for the application."),
    50173: ("invalid_grant", "The provided grant has expired due to it being revoked."),
    50194: ("invalid_request", "Application is not configured as a multi-tenant application."),
    53003: ("access_denied", "Access has been blocked by Conditional Access policies."),
    54005: ("invalid_grant", "OAuth2 Authorization code was already redeemed."),
    65001: ("consent_required", "The user or administrator has not consented to use."),
    65004: ("access_denied", "User declined to consent to access the app."),
    70000: ("invalid_grant", "The provided grant is invalid or malformed."),
    70003: ("unsupported_grant_type", "The app requested an unsupported grant type."),
    70008: ("invalid_grant", "The provided authorization code or refresh token has expired."),
    70011: ("invalid_scope", "The provided value for the input parameter 'scope' is not valid."),
    90002: ("invalid_request", "Tenant not found."),
    90023: ("invalid_request", "Invalid STS request: unsupported value."),
    90094: ("access_denied", "Admin consent is required for the permissions requested."),
    90095: ("access_denied", "Admin consent is required for the permissions requested."),
    501481: ("invalid_grant", "The Code_Verifier does not match the code_challenge."),
    650052: ("access_denied", "The app needs a service the organization has not subscribed to."),
    700016: ("unauthorized_client", "Application was not found in the directory."),
    700082: ("invalid_grant", "The refresh token has expired due to inactivity."),
    900144: ("invalid_request", "The request must contain a parameter that it does not."),
    7000215: ("invalid_client", "Invalid client secret provided."),
    7000222: ("invalid_client", "The provided client secret keys are expired."),
}


class AadError(Exception):
    def __init__(self, number: int, status: int = 400) -> None:
        super().__init__(str(number))
        self.number = number
        self.error, self.text = _KNOWN.get(number, ("server_error", "Something went wrong."))
        self.status = 401 if self.error == "invalid_client" else status

    @property
    def description(self) -> str:
        trace = "Trace ID: 4f1c0a77-aaaa-bbbb-cccc-000000000000"
        return f"AADSTS{self.number}: {self.text} {trace} Timestamp: {_now()}"

    @property
    def answer(self) -> dict[str, str]:
        """What a redirect carries."""
        cancelled = {"error_subcode": "cancel"} if self.number == 65004 else {}
        return {"error": self.error, "error_description": self.description, **cancelled}

    def response(self) -> JSONResponse:
        body: Json = {
            "error": self.error,
            "error_description": self.description,
            "error_codes": [self.number],
            "timestamp": _now(),
            "trace_id": "4f1c0a77-aaaa-bbbb-cccc-000000000000",
            "correlation_id": "9b2d11e0-aaaa-bbbb-cccc-000000000000",
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        return JSONResponse(body, self.status, headers={"cache-control": "no-store"})


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
