"""Every documented code has a state and a sentence; an undocumented one gets an honest answer."""

import re

import pytest

from bots.models import Outcome
from tests.upstream.specs import FOLDER, load_specs
from upstream.causes import CAUSES, Cause, Side
from upstream.meetingbaas_v2.statuses import MEANINGS, SCHEDULED_MEANINGS, meaning_of
from upstream.reasons import explain
from upstream.states import BotState

ERROR_CODES = [
    "BOT_REMOVED",
    "NO_ATTENDEES",
    "NO_SPEAKER",
    "RECORDING_TIMEOUT",
    "API_REQUEST",
    "BOT_NOT_ACCEPTED",
    "TIMEOUT_WAITING_TO_START",
    "CANNOT_JOIN_MEETING",
    "BOT_REMOVED_TOO_EARLY",
    "INVALID_MEETING_URL",
    "STREAMING_SETUP_FAILED",
    "LOGIN_REQUIRED",
    "INTERNAL_ERROR",
    "GENERAL_ERROR",
    "BOT_CRASHED",
    "OOM_KILLED",
    "SIGTERM",
    "FORCE_KILLED",
    "EXITING_MEETING_BEFORE_RECORD",
    "TRANSCRIPTION_FAILED",
    "TRANSCRIPTION_ERROR",
    "WAITING_FOR_HOST_TIMEOUT",
    "WAITING_FOR_AUTHORIZED_USER_TIMEOUT",
    "UNABLE_JOIN_EXTERNAL_MEETING",
    "RECORDING_RIGHTS_NOT_GRANTED",
    "CANNOT_REQUEST_RECORDING_RIGHT",
    "MEETING_ENDED_PREMATURELY",
    "MEETING_ENDED",
    "MEETING_NOT_FOUND",
    "RECORDING_START_TIMEOUT",
    "HOST_CLIENT_CANNOT_GRANT_PERMISSION",
    "ZOOM_ANONYMOUS_JOIN_NOT_ALLOWED",
    "SET_ZOOM_ID_AND_PWD_TOGETHER",
    "CANNOT_GET_JWT_TOKEN",
    "SDK_AUTH_FAILED",
    "ZOOM_ACCESS_TOKEN_ERROR",
    "ZOOM_OBF_TOKEN_ERROR",
    "INSUFFICIENT_TOKENS",
    "DAILY_BOT_CAP_REACHED",
    "BOT_ALREADY_EXISTS",
    "INVALID_MEETING_PLATFORM",
    "MEET_LOGIN_UNAVAILABLE",
    "MEET_LOGIN_REQUIRED",
    "MEET_LOGIN_FAILED_SAML_REJECTED",
    "MEET_LOGIN_FAILED_TIMEOUT",
    "TEAMS_LOGIN_UNAVAILABLE",
    "TEAMS_LOGIN_REQUIRED",
    "TEAMS_LOGIN_FAILED_INVALID_CREDENTIALS",
    "TEAMS_LOGIN_FAILED_CAPTCHA",
    "TEAMS_LOGIN_FAILED_MFA_REQUIRED",
    "TEAMS_LOGIN_FAILED_TIMEOUT",
    "UNKNOWN_ERROR",
]
END_REASONS = [
    "api_request_stop",
    "bot_removed",
    "bot_rejected",
    "bot_removed_too_early",
    "waiting_room_timeout",
    "invalid_meeting_url",
    "meeting_error",
    "recording_failed",
    "transcription_failed",
    "MEET_LOGIN_UNAVAILABLE",
    "MEET_LOGIN_REQUIRED",
    "MEET_LOGIN_FAILED_SAML_REJECTED",
    "MEET_LOGIN_FAILED_TIMEOUT",
]
NEWER_STATUSES = ["retrying", "awaiting_reconciliation", "transcription_failed"]


# Where the documents of the providers list codes: a file, and the headings of the tables.
DOCUMENTED = {
    "meetingbaas-v2.md": ("## 15.",),
    "meetingbaas-v1.md": ("## 8.",),
    "recall.md": ("## 11.",),
}


def documented(name: str) -> list[str]:
    """Return the codes that a document explains, with what it leaves out of them put back."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"SKIPPED: no document at {path}; set UPSTREAM_SPECS to the folder that has it")
    codes: list[str] = []
    for heading in DOCUMENTED[name]:
        section = path.read_text().split(heading, 1)[1].split("\n## ", 1)[0]
        rows = [
            line
            for line in section.splitlines()
            if line.startswith("| `") and "sub code |" not in line
        ]
        rows += [line for line in section.splitlines() if line.startswith("`transcript.failed`")]
        for row in rows:
            cell = row.split("|")[1] if row.startswith("|") else row.split("→")[0]
            written = re.findall(r"`([^`]+)`", cell)
            codes += [whole(code, written[0]) for code in written if code != "transcript.failed"]
    return codes


def whole(code: str, first: str) -> str:
    """Expand `_REQUIRED` after `MEET_LOGIN_UNAVAILABLE`, and `…_sso` after `google_meet_sign`."""
    if not code.startswith(("_", "…")):
        return code
    tail = code.removeprefix("…")
    parts = first.split("_")
    candidates = ["_".join(parts[:length]) + tail for length in range(len(parts) - 1, 0, -1)]
    return next((one for one in candidates if explain(one).is_known), candidates[0])


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_code_has_its_cause(name: str) -> None:
    codes = documented(name)
    assert len(codes) > 8
    assert [code for code in codes if not explain(code).is_known] == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("meetingbaas-v2.md", r"`(FST_ERR_[A-Z_]+[A-Z])`"),
        ("meetingbaas-v2.md", r"^Batch item codes .*"),
        ("recall.md", r"^\| 40[03] \|.*"),
    ],
)
def test_every_documented_refusal_has_its_cause(name: str, pattern: str) -> None:
    """What a call is refused with may be the reason why no bot went."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"SKIPPED: no document at {path}; set UPSTREAM_SPECS to the folder that has it")
    found = re.findall(pattern, path.read_text(), flags=re.MULTILINE)
    codes = {code for one in found for code in re.findall(r"[A-Za-z]+(?:_[A-Za-z0-9]+)+", one)}
    codes -= {"non_field_errors"}
    assert len(codes) > 5
    assert sorted(code for code in codes if not explain(code).is_known) == []


@pytest.mark.parametrize("code", [*ERROR_CODES, *END_REASONS])
def test_documented_end_is_explained(code: str) -> None:
    reason = explain(code)
    assert reason.is_known
    assert reason.sentence.endswith(".")
    assert code not in reason.sentence


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.slug)
def test_cause_says_what_happened_and_what_to_do(cause: Cause) -> None:
    assert cause.outcome in Outcome.values
    for sentence in (cause.sentence, cause.story, *cause.advice):
        assert sentence.endswith((".", "?")), sentence
    assert bool(cause.codes) != (cause.slug in ("unknown", "no-reason"))
    if cause.outcome in (Outcome.TECHNICAL, Outcome.REFUSED, Outcome.NEVER_ADMITTED):
        assert cause.advice, "somebody can do something about it"


def test_no_code_means_two_causes() -> None:
    codes = [code for cause in CAUSES.values() for code in cause.codes]
    assert len(codes) == len(set(codes))
    for cause in CAUSES.values():
        assert {explain(code).cause for code in cause.codes} <= {cause}


def test_v1_spells_a_code_in_two_ways() -> None:
    assert explain("InternalError").cause == explain("internal_error").cause


def test_http_code_has_the_sentence_of_its_plain_form() -> None:
    assert explain("FST_ERR_INSUFFICIENT_TOKENS").cause == explain("INSUFFICIENT_TOKENS").cause


def test_unknown_code_is_shown_as_it_is() -> None:
    reason = explain("LEVITATION_FAILED")
    assert reason.sentence == "The provider gave a reason we do not know yet: LEVITATION_FAILED"
    assert (reason.side, reason.outcome) == (Side.UNKNOWN, Outcome.UNKNOWN)
    assert not reason.is_known


def test_missing_code_is_not_blank() -> None:
    assert explain("").sentence == "The recording service gave no reason."


def test_every_status_of_the_description_is_known() -> None:
    schema = load_specs().schema("GetBotStatusResponse")
    words = schema["properties"]["data"]["properties"]["status"]["enum"]
    assert {*words, *NEWER_STATUSES} <= set(MEANINGS)


def test_every_scheduled_status_of_the_description_is_known() -> None:
    schema = load_specs().schema("GetScheduledBotResponse")
    words = schema["properties"]["data"]["properties"]["status"]["enum"]
    assert set(words) <= set(SCHEDULED_MEANINGS)
    assert SCHEDULED_MEANINGS["completed"].state is BotState.QUEUED


@pytest.mark.parametrize("code", [code for code in END_REASONS if code != "transcription_failed"])
def test_end_reason_decides_nothing_yet(code: str) -> None:
    meaning = meaning_of(code)
    assert (meaning.state, meaning.is_reason) == (BotState.PROCESSING, True)


def test_unknown_status_has_no_state() -> None:
    assert meaning_of("levitating").state is None
