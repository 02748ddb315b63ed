"""Sending a bot as a person does: pasting a link, being told what it means, saying when and how."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from bots import duplicates, pasted
from bots.models import Bot
from bots.setup import BotDefaults
from calendars.models import Event
from tests.bots.conftest import BotFactory
from tests.calendars.factories import make_calendar, make_event
from upstream.models import UpstreamAccount
from upstream.states import BotState, Platform, TranscriptState

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://us02web.zoom.us/j/93812345678?pwd=Qx1"
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0"
WRAPPED = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmeet.google.com"
    "%2Fabc-defg-hij&data=05%7C02"
)
INVITATION = f"""Maya is inviting you to a meeting.
Topic: Weekly sync
Join: <{ZOOM}>
Find your number: https://zoom.us/u/abc
"""


def form(**changes: Any) -> dict[str, Any]:
    return {
        "link": MEET,
        "title": "Call with Acme",
        "when": "now",
        "name": "Earshot for Northwind",
        "view": "speaker_view",
        "is_transcribed": "on",
        "order_id": "form-1",
        **changes,
    }


def later(**delta: float) -> dict[str, str]:
    moment = timezone.localtime(timezone.now() + timedelta(**delta))
    return {"when": "later", "date": f"{moment:%Y-%m-%d}", "time": f"{moment:%H:%M}"}


@pytest.mark.parametrize(
    ("text", "url", "platform"),
    [
        (MEET, MEET, Platform.MEET),
        (f"  {TEAMS}\n", TEAMS, Platform.TEAMS),
        (INVITATION, ZOOM, Platform.ZOOM),
        (WRAPPED, MEET, Platform.MEET),
        ("meet.google.com/abc-defg-hij", MEET, Platform.MEET),
        ("http://meet.google.com/abc-defg-hij", MEET, Platform.MEET),
    ],
)
def test_the_link_is_found_in_what_was_pasted(text: str, url: str, platform: Platform) -> None:
    found = pasted.read(text)
    assert (found.url, found.platform, found.problem) == (url, platform, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see you at ten", "no meeting link in this text"),
        ("https://example.com/room", "none of them"),
        ("https://zoom.us.evil.example/j/93812345678", "none of them"),
        ("https://bit.ly/3xYz", "shortened link"),
        ("https://zoom.us/meeting/register/tJ0", "registration form"),
        ("https://zoom.us/pricing", "a page of Zoom"),
    ],
)
def test_what_is_no_meeting_link_is_explained(text: str, words: str) -> None:
    found = pasted.read(text)
    assert words in found.problem
    assert not found.url


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://zoom.us/w/93812345678?tk=x", "webinar"),
        ("https://zoom.us/j/93812345678", "no passcode"),
        ("https://zoom.us/my/maya?pwd=x", "personal room"),
        (f"{MEET} or {ZOOM}", "more than one meeting link"),
    ],
)
def test_what_is_odd_about_a_link_is_a_warning(text: str, words: str) -> None:
    found = pasted.read(text)
    assert found.url
    assert any(words in warning for warning in found.warnings)


def test_sending_now(alice: Client, alice_user: User, account: UpstreamAccount) -> None:
    answer = alice.post("/bots/new/", form())
    bot = Bot.objects.get()
    assert answer["Location"] == f"/bots/{bot.public_id}/"
    assert (bot.title, bot.meeting_url, bot.platform) == ("Call with Acme", MEET, "meet")
    assert (bot.requested_by, bot.is_by_hand, bot.state) == (alice_user, True, BotState.SCHEDULED)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("bot.send", bot.public_id)


def test_sending_later_in_the_persons_own_zone(alice: Client, account: UpstreamAccount) -> None:
    day = timezone.now() + timedelta(days=3)
    alice.post("/bots/new/", form(when="later", date=f"{day:%Y-%m-%d}", time="09:30"))
    starts_at = timezone.localtime(Bot.objects.get().starts_at, ZoneInfo("Europe/Stockholm"))
    assert (starts_at.date(), starts_at.hour, starts_at.minute) == (day.date(), 9, 30)


def test_without_a_transcript(alice: Client, account: UpstreamAccount) -> None:
    wished = form(view="audio_only", entry_message="Hello", language="sv")
    del wished["is_transcribed"]
    alice.post("/bots/new/", wished)
    bot = Bot.objects.get()
    assert (bot.view, bot.entry_message, bot.language) == ("audio_only", "Hello", "sv")
    assert bot.transcript_state == TranscriptState.NOT_REQUESTED


def test_a_double_click_sends_one(alice: Client, account: UpstreamAccount) -> None:
    first, second = alice.post("/bots/new/", form()), alice.post("/bots/new/", form())
    assert first["Location"] == second["Location"]
    assert Bot.objects.count() == AuditEntry.objects.count() == 1


def test_a_new_form_is_a_new_wish(alice: Client) -> None:
    ids = {alice.get("/bots/new/").context["form"]["order_id"].value() for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"link": ""}, "link"),
        ({"link": "see you"}, "link"),
        ({"when": "later"}, "date"),
        ({"when": "later", "date": "2020-01-01", "time": "10:00"}, "date"),
        ({"when": "later", "date": "2099-01-01", "time": "10:00"}, "date"),
        ({"when": "later", "date": "tomorrow", "time": "10:00"}, "date"),
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"view": "sideways"}, "view"),
        ({"entry_message": "x" * 501}, "entry_message"),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(
    alice: Client, account: UpstreamAccount, changes: dict[str, str], field: str
) -> None:
    answer = alice.post("/bots/new/", form(**changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="Call with Acme"' in answer.content.decode()
    assert not Bot.objects.exists()


def test_without_a_recording_service_it_is_said(alice: Client) -> None:
    answer = alice.post("/bots/new/", form())
    assert answer.status_code == 422
    assert "no recording service yet" in answer.content.decode()


def test_a_duplicate_is_told_before_it_is_sent(alice: Client, make_bot: BotFactory) -> None:
    there = make_bot(state=BotState.RECORDING, meeting_url=MEET, starts_at=timezone.now())
    answer = alice.post("/bots/new/", form(link=f"{MEET}?authuser=2"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/bots/{there.public_id}/"' in text
    assert "A bot is in this meeting already" in text
    assert Bot.objects.count() == 1


def test_who_insists_gets_another(alice: Client, make_bot: BotFactory) -> None:
    make_bot(meeting_url=MEET, starts_at=timezone.now() - timedelta(minutes=30))
    answer = alice.post("/bots/new/", form(anyway="on"))
    assert answer.status_code == 302
    assert Bot.objects.count() == 2


def test_nobody_can_insist_on_the_same_minute(alice: Client, account: UpstreamAccount) -> None:
    moment = later(days=1)
    alice.post("/bots/new/", form(**moment))
    answer = alice.post("/bots/new/", form(**moment, order_id="form-2", anyway="on"))
    assert answer.status_code == 422
    assert "Send another bot all the same" not in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "is_duplicate"),
    [
        ({"starts_at": timedelta()}, True),
        ({"starts_at": timedelta(minutes=-20)}, True),
        ({"starts_at": timedelta(minutes=5)}, True),
        ({"starts_at": timedelta(hours=-3)}, False),
        ({"starts_at": timedelta(hours=-3), "state": BotState.RECORDING}, True),
        ({"starts_at": timedelta(hours=2)}, False),
        ({"starts_at": timedelta(), "state": BotState.FAILED}, False),
        ({"starts_at": timedelta(), "leave_requested_at": timezone.now()}, False),
        ({"starts_at": timedelta(), "meeting_url": f"{MEET[:-1]}x"}, False),
    ],
)
def test_what_counts_as_the_same_meeting(
    workspace: Workspace, make_bot: BotFactory, fields: dict[str, Any], is_duplicate: bool
) -> None:
    now = timezone.now()
    starts_at = now + fields.pop("starts_at")
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30)}
    bot = make_bot(**{"meeting_url": MEET, **times, **fields})
    found = duplicates.find(workspace, meeting_url=MEET, starts_at=now)
    assert found == (bot if is_duplicate else None)


def test_a_strangers_bot_is_no_duplicate(mallory: Client, make_bot: BotFactory) -> None:
    make_bot(state=BotState.RECORDING, meeting_url=MEET, starts_at=timezone.now())
    assert mallory.post("/bots/new/", form()).status_code == 302


def test_the_platform_is_told_while_typing(alice: Client) -> None:
    text = alice.post("/bots/recognition/", form(link=INVITATION)).content.decode()
    assert "Zoom" in text
    assert "zoom.us/j/93812345678" in text
    assert "<html" not in text
    assert (
        "none of them"
        in alice.post("/bots/recognition/", form(link="https://a.example/")).content.decode()
    )
    assert not Bot.objects.exists()


def test_the_form_begins_with_what_the_workspace_set(alice: Client, workspace: Workspace) -> None:
    BotDefaults.objects.create(
        workspace=workspace, name="Notes", view="gallery_view", language="sv"
    )
    shown = alice.get("/bots/new/").context["form"]
    assert [shown[name].value() for name in ("name", "view", "language")] == [
        "Notes", "gallery_view", "sv",
    ]  # fmt: skip


def test_sending_again_begins_with_what_was_sent(
    alice: Client, mallory: Client, make_bot: BotFactory
) -> None:
    bot = make_bot(state=BotState.FAILED, meeting_url=ZOOM, title="Acme", view="audio_only")
    assert (
        f"/bots/new/?again={bot.public_id}" in alice.get(f"/bots/{bot.public_id}/").content.decode()
    )
    shown = alice.get("/bots/new/", {"again": bot.public_id}).context["form"]
    values = [shown[name].value() for name in ("link", "title", "view", "when")]
    assert values == [ZOOM, "Acme", "audio_only", "now"]
    assert mallory.get("/bots/new/", {"again": bot.public_id}).status_code == 404


def test_settings_of_all_bots(alice: Client, bob: Client, workspace: Workspace) -> None:
    wished = {"name": "Notes", "view": "audio_only", "entry_message": "", "language": ""}
    assert alice.post("/settings/bots/setup/", wished, follow=True).status_code == 200
    kept = BotDefaults.objects.get()
    assert (kept.workspace, kept.name, kept.is_transcribed) == (workspace, "Notes", False)
    assert bob.post("/settings/bots/setup/", wished).status_code == 403
    assert "Notes" in bob.get("/settings/bots/").content.decode()
    assert alice.post("/settings/bots/setup/", {**wished, "view": "x"}).status_code == 422


def test_a_meeting_that_is_to_be_recorded_is_told_before_its_bot_is_there(
    alice: Client, alice_user: User, workspace: Workspace, account: UpstreamAccount
) -> None:
    calendar = make_calendar(workspace, alice_user, account=account)
    running = {"starts_at": timezone.now() - timedelta(minutes=5), "meeting_url": MEET}
    event = make_event(calendar, title="Weekly sync", **running)
    Event.objects.filter(pk=event.pk).update(will_record=True)
    answer = alice.post("/bots/new/", form())
    assert answer.status_code == 422
    assert "This meeting is to be recorded already" in answer.text
    assert f"/events/{event.public_id}/" in answer.text
    assert not Bot.objects.exists()
    assert alice.post("/bots/new/", form(anyway="on")).status_code == 302
    assert Bot.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"will_record": False},
        {"needs_you": True},
        {"gone_at": timezone.now()},
        {"meeting_url": "https://meet.google.com/xyz-defg-hij"},
    ],
)
def test_a_meeting_that_is_not_recorded_is_no_duplicate(
    alice_user: User, workspace: Workspace, account: UpstreamAccount, fields: dict[str, Any]
) -> None:
    now = timezone.now()
    calendar = make_calendar(workspace, alice_user, account=account)
    event = make_event(calendar, starts_at=now, meeting_url=MEET)
    Event.objects.filter(pk=event.pk).update(will_record=True)
    assert duplicates.find_wanted(workspace, meeting_url=MEET, starts_at=now) == event
    Event.objects.filter(pk=event.pk).update(**fields)
    assert duplicates.find_wanted(workspace, meeting_url=MEET, starts_at=now) is None
