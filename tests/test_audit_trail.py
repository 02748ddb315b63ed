"""Every change a person makes is in the audit trail, for every address that takes one.

The addresses come from the URLconf: one that answers POST and is in neither table makes this fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEntry, User, Workspace
from bots.models import Bot
from calendars.models import Event
from notifications.kinds import KINDS
from recordings import transcript_store
from recordings.models import Artifact, ArtifactState, Recording, Share
from recordings.transcripts import ParsedTranscript
from tests.bots.factories import usual_end
from tests.bots.pictures import picture
from tests.conftest import PASSWORD
from tests.everything import Everything, make_everything
from tests.recordings.factories import PEOPLE, TALK, WORDS_PER_TURN
from tests.test_isolation import addresses
from upstream.states import BotState


def bot_is(state: BotState) -> Callable[[], object]:
    return lambda: Bot.objects.update(state=state, outcome=usual_end(state), upstream_id="b-1")


def no_bot_goes() -> None:
    Event.objects.update(bot=None, details_at=timezone.now())


def no_file_came() -> None:
    Artifact.objects.update(state=ArtifactState.FAILED)


def share_is_revoked() -> None:
    Share.objects.update(revoked_at=timezone.now())


def nothing() -> None:
    return None


def bot_waits() -> None:
    """For a day at which it can still be changed."""
    starts_at = timezone.now() + timedelta(days=1)
    Bot.objects.update(starts_at=starts_at, upstream_id="b-1", is_by_hand=True)


def another_is_shown() -> None:
    transcript_store.replace(Recording.objects.get(), ParsedTranscript((), "en", "x"))


@dataclass(frozen=True)
class Change:
    """What to send, the entry it must leave, and what must be so before."""

    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[], object] = nothing

    def form(self) -> dict[str, Any]:
        """What to send; a file is at its beginning, whoever sent it before."""
        for value in self.data.values():
            if isinstance(value, File):
                value.seek(0)
        return dict(self.data)


SENT = {
    "link": "https://meet.google.com/xyz-defg-hij",
    "when": "now",
    "name": "Earshot",
    "view": "speaker_view",
}
FIRST_TURN = " ".join(TALK.split()[:WORDS_PER_TURN])
IN_TWO_DAYS = {"date": f"{timezone.now() + timedelta(days=2):%Y-%m-%d}", "time": "10:00"}

CHANGES = {
    "account_change_password": Change(
        "password.change",
        {"oldpassword": PASSWORD, "password1": "a new staple 42", "password2": "a new staple 42"},
    ),
    "bots:new": Change("bot.send", SENT),
    "bots:change": Change("bot.change", {**SENT, **IN_TWO_DAYS}, bot_waits),
    "bots:chat_messages": Change("bot.say", {"text": "Hello"}, bot_is(BotState.RECORDING)),
    "bots:report": Change("bot.report", {"text": "No sound"}),
    "bots:leaving": Change("bot.leave", {}, bot_is(BotState.RECORDING)),
    "bots:pause": Change("bot.pause", {}, bot_is(BotState.RECORDING)),
    "bots:resumption": Change("bot.resume", {}, bot_is(BotState.PAUSED)),
    "calendars:choice": Change("event.choose", {"verdict": "record"}),
    "calendars:undo": Change("event.undo_choice"),
    "calendars:disconnection": Change("calendar.disconnect"),
    "dashboard:zoom_check": Change("zoom.check"),
    "dashboard:zoom_away": Change("zoom.disconnect"),
    "calendars:rule_state": Change("rule.disable"),
    "calendars:sending": Change("event.send_bot", {}, no_bot_goes),
    "calendars:sync": Change("calendar.sync"),
    "dashboard:bots_setup": Change("bots.set_up", {"name": "Notes", "view": "audio_only"}),
    "dashboard:bots_picture": Change(
        "bots.show_picture", {"picture": ContentFile(picture(), "bot.png")}
    ),
    "dashboard:service_change": Change("service.change"),
    "dashboard:service_test": Change("service.test"),
    "notifications:settings": Change(
        "notifications.change", {name: kind.ways[-1] for name, kind in KINDS.items()}
    ),
    "dashboard:profile": Change("person.change", {"name": "Ann", "time_zone": "Asia/Tokyo"}),
    "recordings:turn_name": Change(
        "transcript.rename", {"name": "Ada", "reach": "here", "seen": PEOPLE[0]}
    ),
    "recordings:turn_text": Change("transcript.edit", {"text": "Hello", "seen": FIRST_TURN}),
    "recordings:undo": Change("transcript.undo"),
    "recordings:transcription": Change(
        "transcript.make_again", {"language": "de"}, bot_is(BotState.DONE)
    ),
    "recordings:showing": Change("transcript.choose_version", {}, another_is_shown),
    "recordings:fetching": Change("artifact.fetch_again", {}, no_file_came),
    "recordings:title": Change("recording.retitle", {"title": "Another title"}),
    "recordings:insiders": Change("recording.restrict", {"who": "people"}),
    "recordings:answer": Change("recording.let_in", {"grant": "1"}),
    "recordings:keeping": Change("recording.keep", {"keep": "1"}),
    "recordings:deletion": Change("recording.bin", {"how": "bin"}),
    "recordings:restoration": Change("recording.restore"),
    "recordings:deletion_attempt": Change("deletion.try_again"),
    "dashboard:retention": Change("retention.change", {"how_long": "90"}),
    "recordings:sharing": Change("share.make", {"who": "link", "what": "whole", "until": "7"}),
    "recordings:sharing_revocation": Change("share.revoke"),
    "recordings:share_revocation": Change("share.revoke"),
    "recordings:share_restoration": Change("share.reopen", {}, share_is_revoked),
    "dashboard:invite": Change(
        "invitation.send", {"emails": "n@fabrikam.example", "role": "member"}
    ),
    "dashboard:invitation_sending": Change("invitation.resend"),
    "dashboard:invitation_revocation": Change("invitation.revoke"),
    "dashboard:role": Change("person.change_role", {"role": "viewer"}),
    "dashboard:removal": Change("person.remove"),
    "dashboard:new_workspace": Change("workspace.create", {"name": "Another"}),
    "support:access": Change("support.grant", {"hours": "1", "reason": "No sound"}),
    "support:revocation": Change("support.revoke"),
    "dashboard:workspace_name": Change("workspace.rename", {"name": "Another name"}),
}

# Addresses that take a POST and change nothing a person would look for in the trail.
NO_CHANGE = {
    "bots:end_recording": "only where the provider can: tests/providers/test_behaviour.py",
    "bots:new_recording": "only where the provider can: tests/providers/test_behaviour.py",
    "dashboard:entry": "changes nothing but where the person is",
    "bots:recognition": "tells what a form means so far",
    "accounts:time_zone": "the browser tells its zone; a person's own choice is never overwritten",
    "support:end": "ends what staff look at: tests/support/test_looking.py",
    "account_confirm_login_code": "no change",
    "recordings:texts": "hands out the texts of many recordings",
    "calendars:sentence": "reads a rule back that is being filled in",
    "notifications:reading": "marks what one has seen oneself",
    "notifications:all_reading": "marks what one has seen oneself",
    "account_login": "no change",
    "account_logout": "no change",
    "account_reauthenticate": "no change",
    "account_reset_password": "a mail is sent; what follows it is password.reset",
    "dashboard:first_steps": "hides the list of first steps from one person",
    "google_callback": "the way back of a sign-in",
    "google_login": "the way to a sign-in",
    "mfa_authenticate": "the second step of a sign-in",
    "mfa_download_recovery_codes": "hands out what was made before",
    "mfa_edit_webauthn": "what a person calls a key of their own",
    "mfa_login_webauthn": "a sign-in",
    "mfa_reauthenticate": "asks again who it is",
    "mfa_reauthenticate_webauthn": "asks again who it is",
    "microsoft_callback": "the way back of a sign-in",
    "microsoft_login": "the way to a sign-in",
}

# Changes that need more than one request to make; each has a test of its own.
TOLD_ELSEWHERE = {
    "accounts:session_end": "tests/accounts/test_sign_ins.py",
    "accounts:sessions_end": "tests/accounts/test_sign_ins.py",
    "dashboard:farewell": "tests/dashboard/test_farewell.py",
    "dashboard:own_data_copy": "tests/dashboard/test_own_data.py",
    "mfa_activate_totp": "tests/accounts/test_second_step.py",
    "mfa_add_webauthn": "tests/accounts/test_second_step.py (an app, by the same signal)",
    "mfa_deactivate_totp": "tests/accounts/test_second_step.py",
    "mfa_generate_recovery_codes": "tests/accounts/test_second_step.py",
    "mfa_remove_webauthn": "tests/accounts/test_second_step.py",
    "recordings:sample": "tests/recordings/test_sample.py",
    "socialaccount_connections": "tests/accounts/test_identity.py",
    "socialaccount_signup": "tests/accounts/test_identity.py",
    "accounts:invitation": "tests/accounts/test_invitations.py",
    "dashboard:leaving": "tests/dashboard/test_departures.py",
    "dashboard:ownership": "tests/dashboard/test_people.py",
    "account_signup": "tests/accounts",
    "account_confirm_email": "tests/accounts",
    "account_email": "tests/accounts/test_own_account.py",
    "account_reset_password_from_key": "tests/accounts",
    "account_set_password": "tests/accounts",
    "recordings:refetching": "tests/recordings/test_pages_library.py",
    "recordings:title_undo": "tests/recordings/test_titles.py",
    "recordings:asking": "tests/recordings/test_access.py",
    "recordings:many_keeping": "tests/recordings/test_pages_library.py",
    "recordings:many_release": "tests/recordings/test_pages_library.py",
    "recordings:many_deletion": "tests/recordings/test_pages_library.py",
    "recordings:many_restoration": "tests/recordings/test_pages_library.py",
    "calendars:account": "tests/calendars/test_story.py",
    "dashboard:bots_picture_removal": "tests/bots/test_options.py",
    "dashboard:service_keys": "tests/dashboard/test_service.py",
    "dashboard:service_old_keys": "tests/dashboard/test_service.py",
    "dashboard:service_own": "tests/dashboard/test_service.py",
    "calendars:choices": "tests/calendars/test_choosing.py",
    "calendars:blocks": "tests/calendars/test_rules_pages.py",
    "calendars:block_removal": "tests/calendars/test_rules_pages.py",
    "calendars:colleagues": "tests/calendars/test_rules_pages.py",
    "calendars:colleague_removal": "tests/calendars/test_rules_pages.py",
    "calendars:new_rule": "tests/calendars/test_rules_pages.py",
    "calendars:rule": "tests/calendars/test_rules_pages.py",
    "calendars:rule_place": "tests/calendars/test_rules_pages.py",
    "calendars:rule_removal": "tests/calendars/test_rules_pages.py",
}


def takers() -> list[tuple[str, frozenset[str]]]:
    """Every named address outside the support console, the inbox and what providers fetch."""
    return sorted(
        (name, parts)
        for namespace, name, parts in addresses(get_resolver().url_patterns)
        if name and namespace not in ("admin", "webhooks", "fetched", "shared", "letters")
    )


@pytest.fixture
def everything(workspace: Workspace, alice_user: User, settings: Settings) -> Everything:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "client", "of the tests"
    return make_everything(workspace, alice_user)


@pytest.mark.parametrize(("name", "parts"), takers())
def test_a_change_is_in_the_trail(
    name: str,
    parts: frozenset[str],
    everything: Everything,
    alice: Client,
    alice_user: User,
) -> None:
    if name in NO_CHANGE or name in TOLD_ELSEWHERE:
        return
    url = reverse(name, kwargs=everything.fill(name, parts))
    if name not in CHANGES:
        assert alice.post(url).status_code == 405, f"{name} takes a change; add it to CHANGES"
        return
    change = CHANGES[name]
    change.prepare()
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    answer = alice.post(url, change.form())
    assert answer.status_code in (200, 302), answer.content.decode()
    (entry,) = AuditEntry.objects.exclude(pk__in=before)
    assert (entry.action, entry.actor) == (change.action, alice_user)
