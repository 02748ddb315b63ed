"""Which cause a provider's code means.

    explain("BOT_NOT_ACCEPTED") ──► cause not-admitted, "The host did not let the bot in."
    explain("SOMETHING_NEW")    ──► cause unknown, saying honestly that nobody knows this code yet

Sources: meetingbaas-v2.md §14 and §15, meetingbaas-v1.md §7 and §8, recall.md §10 and §11. A code
is compared without case and underscores (v1 spells one code in two ways). Providers add codes
without notice, so the table is never the last word.
"""

from dataclasses import dataclass

from upstream.causes import CAUSES, Cause, Side

CODES: dict[str, tuple[str, ...]] = {
    "not-admitted": ("BOT_NOT_ACCEPTED", "BotNotAccepted", "access_denied"),
    "turned-away": ("bot_rejected", "bot_kicked_from_waiting_room"),
    "removed": ("BOT_REMOVED", "bot_removed", "BotRemoved", "bot_kicked_from_call"),
    "removed-early": ("BOT_REMOVED_TOO_EARLY", "bot_removed_too_early"),
    "recording-not-allowed": (
        "RECORDING_RIGHTS_NOT_GRANTED",
        "recording_permission_denied",
        "timeout_exceeded_recording_permission_denied",
        "zoom_local_recording_denied",
        "zoom_local_recording_request_denied_by_host",
        "zoom_local_recording_request_disabled_by_host",
    ),
    "recording-switched-off": (
        "CANNOT_REQUEST_RECORDING_RIGHT",
        "zoom_local_recording_disabled",
        "zoom_local_recording_request_disabled",
    ),
    "host-device": (
        "HOST_CLIENT_CANNOT_GRANT_PERMISSION",
        "zoom_local_recording_grant_not_supported",
    ),
    "blocked": (
        "google_meet_bot_blocked",
        "google_meet_watermark_kicked",
        "microsoft_teams_bot_not_invited",
        "zoom_account_blocked",
        "zoom_bot_blocked",
        "zoom_email_blocked_by_admin",
        "zoom_sdk_key_blocked_by_host_admin",
    ),
    "guests-not-allowed": (
        "LOGIN_REQUIRED",
        "ZOOM_ANONYMOUS_JOIN_NOT_ALLOWED",
        "google_meet_organisation_restricted",
        "google_meet_sign_in_missing_login_credentials",
        "meeting_requires_sign_in",
        "microsoft_teams_sign_in_credentials_missing",
    ),
    "zoom-external": ("UNABLE_JOIN_EXTERNAL_MEETING",),
    "registration": ("meeting_requires_registration", "zoom_registration_required"),
    "locked-or-full": ("google_meet_knocking_disabled", "meeting_full", "meeting_locked"),
    "waited-too-long": (
        "TIMEOUT_WAITING_TO_START",
        "TimeoutWaitingToStart",
        "call_ended_by_platform_waiting_room_timeout",
        "timeout_exceeded_waiting_room",
        "waiting_room_timeout",
        "zoom_bot_in_waiting_room",
    ),
    "zoom-user-absent": ("WAITING_FOR_AUTHORIZED_USER_TIMEOUT",),
    "host-absent": ("WAITING_FOR_HOST_TIMEOUT", "zoom_host_not_present"),
    "not-started": (
        "google_meet_meeting_room_not_ready",
        "meeting_not_started",
        "microsoft_teams_event_not_started_for_external",
    ),
    "nobody-joined": ("NO_ATTENDEES", "no_attendees", "timeout_exceeded_noone_joined"),
    "nobody-spoke": ("NO_SPEAKER", "no_speaker", "timeout_exceeded_silence_detected"),
    "everyone-left": ("timeout_exceeded_everyone_left",),
    "only-bots": (
        "timeout_exceeded_only_bots_detected_using_participant_events",
        "timeout_exceeded_only_bots_detected_using_participant_names",
        "timeout_exceeded_only_bots_in_call",
    ),
    "ended-before": (
        "MEETING_ENDED",
        "MEETING_ENDED_PREMATURELY",
        "call_ended_by_host",
        "call_ended_by_platform_idle",
        "meeting_ended",
    ),
    "stopped-here": (
        "API_REQUEST",
        "api_request",
        "api_request_stop",
        "bot_received_leave_call",
    ),
    "called-off": ("cancelled_here",),
    "left-before-recording": ("EXITING_MEETING_BEFORE_RECORD",),
    "already-there": ("BOT_ALREADY_EXISTS",),
    "longest-recording": (
        "RECORDING_TIMEOUT",
        "recording_timeout",
        "timeout_exceeded_in_call_recording",
        "timeout_exceeded_max_duration",
    ),
    "platform-longest": ("call_ended_by_platform_max_length",),
    "no-transcript": (
        "TRANSCRIPTION_ERROR",
        "TRANSCRIPTION_FAILED",
        "provider_connection_failed",
        "transcription_failed",
        "zoom_captions_failure",
        "zoom_global_captions_disabled",
        "zoom_host_disabled_meeting_captions",
    ),
    "bad-link": (
        "INVALID_MEETING_URL",
        "InvalidMeetingUrl",
        "invalid_meeting_url",
        "meeting_link_expired",
        "meeting_link_invalid",
        "zoom_meeting_not_accessible",
    ),
    "meeting-not-found": ("MEETING_NOT_FOUND", "meeting_not_found"),
    "meeting-unreachable": ("CANNOT_JOIN_MEETING", "CannotJoinMeeting"),
    "wrong-password": ("meeting_password_incorrect", "zoom_invalid_webinar_invite"),
    "unsupported-platform": ("INVALID_MEETING_PLATFORM",),
    "breakout-rooms": (
        "google_meet_permission_denied_breakout",
        "microsoft_teams_breakout_room_unsupported",
    ),
    "platform-trouble": (
        "google_meet_internal_error",
        "google_meet_video_error",
        "meeting_error",
        "microsoft_teams_call_dropped",
        "microsoft_teams_internal_error",
        "zoom_connection_failed",
        "zoom_internal_error",
        "zoom_join_timeout",
    ),
    "recording-never-started": (
        "RECORDING_START_TIMEOUT",
        "timeout_exceeded_in_call_not_recording",
    ),
    "human-check": (
        "microsoft_teams_captcha_detected",
        "microsoft_teams_captcha_error",
        "zoom_captcha_required",
    ),
    "zoom-setting": (
        "zoom_another_meeting_in_progress",
        "zoom_email_required",
        "zoom_error_multiple_device_join",
        "zoom_meeting_host_inactive",
        "zoom_web_disallowed",
    ),
    "meet-sign-in": (
        "MEET_LOGIN_FAILED_SAML_REJECTED",
        "MEET_LOGIN_FAILED_TIMEOUT",
        "MEET_LOGIN_REQUIRED",
        "MEET_LOGIN_UNAVAILABLE",
        "google_meet_login_not_available",
        "google_meet_sign_in_captcha_failed",
        "google_meet_sign_in_failed",
        "google_meet_sign_in_missing_recovery_credentials",
        "google_meet_sso_sign_in_failed",
        "google_meet_sso_sign_in_missing_login_credentials",
        "google_meet_sso_sign_in_missing_totp_secret",
    ),
    "teams-sign-in": (
        "TEAMS_LOGIN_FAILED_CAPTCHA",
        "TEAMS_LOGIN_FAILED_INVALID_CREDENTIALS",
        "TEAMS_LOGIN_FAILED_MFA_REQUIRED",
        "TEAMS_LOGIN_FAILED_TIMEOUT",
        "TEAMS_LOGIN_REQUIRED",
        "TEAMS_LOGIN_UNAVAILABLE",
        "microsoft_teams_2fa_required",
        "microsoft_teams_sign_in_failed",
    ),
    "sign-in": ("authentication_error",),
    "zoom-app": (
        "CANNOT_GET_JWT_TOKEN",
        "SDK_AUTH_FAILED",
        "SET_ZOOM_ID_AND_PWD_TOGETHER",
        "webex_join_meeting_error",
        "zoom_invalid_join_token",
        "zoom_invalid_signature",
        "zoom_sdk_app_not_published",
        "zoom_sdk_credentials_missing",
        "zoom_sdk_update_required",
    ),
    "zoom-authorisation": ("ZOOM_ACCESS_TOKEN_ERROR", "ZOOM_OBF_TOKEN_ERROR"),
    "allowance": ("INSUFFICIENT_TOKENS",),
    "daily-limit": ("DAILY_BOT_CAP_REACHED",),
    "key-refused": ("FORBIDDEN",),
    "service-trouble": (
        "BOT_CRASHED",
        "GENERAL_ERROR",
        "INTERNAL_ERROR",
        "InternalError",
        "internal_error",
        "network_error",
    ),
    "bot-stopped": (
        "FORCE_KILLED",
        "OOM_KILLED",
        "SIGTERM",
        "bot_errored",
        "failed_to_launch_in_time",
    ),
    "recording-failed": ("recording_failed",),
    "streaming": ("STREAMING_SETUP_FAILED",),
    "service-refused": ("create_refused",),
    "forgotten": ("not_found_upstream",),
    "unexplained": ("UNKNOWN_ERROR",),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause, and the code as the provider sent it."""

    cause: Cause
    code: str

    @property
    def is_known(self) -> bool:
        return self.cause.slug not in ("unknown", "no-reason")

    @property
    def sentence(self) -> str:
        """What happened; a code nobody knows is part of it, as it came."""
        if self.cause.slug == "unknown":
            return f"{self.cause.sentence.removesuffix('.')}: {self.code}"
        return self.cause.sentence

    @property
    def side(self) -> Side:
        return self.cause.side

    @property
    def advice(self) -> tuple[str, ...]:
        return self.cause.advice

    @property
    def outcome(self) -> str:
        """The word of bots.models.Outcome for a bot that brought nothing home."""
        return self.cause.outcome


def _plain(code: str) -> str:
    return code.removeprefix("FST_ERR_").replace("_", "").lower()


_BY_CODE = {_plain(code): CAUSES[slug] for slug, codes in CODES.items() for code in codes}


def explain(code: str) -> Reason:
    """Return the reason behind a code; an unknown one is shown as it is, never guessed at."""
    if not code:
        return Reason(CAUSES["no-reason"], "")
    return Reason(_BY_CODE.get(_plain(code), CAUSES["unknown"]), code)
