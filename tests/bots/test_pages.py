"""The list of bots and the page of one, as their people see them, and as strangers do not."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from bots import lifecycle
from bots.models import Bot
from bots.telling import recording_since
from tests.bots.conftest import BotFactory
from tests.bots.stories import STORIES, Story, at, completed, failed, status
from tests.frame import FRAME
from upstream.registry import capabilities_of
from upstream.states import BotState

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_page_shows_every_stage_of_every_story(
    alice: Client, make_bot: BotFactory, story: Story
) -> None:
    bot = make_bot(**story.bot)
    for event in story.events:
        lifecycle.apply(bot, event)
        page = alice.get(f"/bots/{bot.public_id}/")
        assert page.status_code == 200
    assert bot.state == story.end
    assert bot.outcome == story.outcome


@pytest.mark.parametrize("count", [1, 30])
def test_page_query_count_is_flat(
    alice: Client,
    make_bot: BotFactory,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    bot = make_bot()
    for number in range(count):
        lifecycle.apply(bot, status(number, "joining_call"))
    with django_assert_num_queries(FRAME + 6):
        alice.get(f"/bots/{bot.public_id}/")


def test_a_recording_counts_on_after_a_pause(make_bot: BotFactory) -> None:
    bot = make_bot(upstream_id="")
    for second, code in (
        (0, "in_call_recording"),
        (60, "recording_paused"),
        (90, "recording_resumed"),
    ):
        lifecycle.apply(bot, status(second, code))
    assert bot.state == BotState.RECORDING
    assert recording_since(bot, list(bot.changes.all())) == at(30)


def test_page_says_which_attempt_it_is(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(upstream_id="")
    lifecycle.apply(bot, status(15, "retrying", attempt=2))
    assert "Trying again: attempt 2 of 3." in _text(alice, bot)
    lifecycle.apply(bot, status(25, "joining_call"))
    assert "On its way into the meeting, attempt 2 of 3." in _text(alice, bot)
    lifecycle.apply(bot, status(30, "retrying", attempt=3))
    lifecycle.apply(bot, status(40, "in_waiting_room"))
    assert "(attempt 3 of 3)" in _text(alice, bot)
    lifecycle.apply(bot, status(50, "in_call_recording"))
    assert "attempt" not in _text(alice, bot)


@pytest.mark.parametrize("is_transcribed", [True, False])
def test_page_says_why_something_cannot_be_asked_for(
    alice: Client, make_bot: BotFactory, is_transcribed: bool
) -> None:
    bot = make_bot(state=BotState.RECORDING, is_transcribed=is_transcribed)
    page, capabilities = _text(alice, bot), capabilities_of(bot.account)
    assert "End this recording" not in page
    assert capabilities.reasons["can_stop_recording"] in page
    assert (capabilities.reasons["has_live_transcript"] in page) == is_transcribed
    waiting = _text(alice, make_bot(state=BotState.WAITING_ROOM))
    assert not any(reason in waiting for reason in capabilities.reasons.values())


@pytest.mark.parametrize(("platform", "is_promised"), [("meet", True), ("zoom", False)])
def test_page_promises_to_leave_an_empty_room_where_the_bot_would(
    alice: Client, make_bot: BotFactory, platform: str, is_promised: bool
) -> None:
    """In Zoom meetings Meeting BaaS v2 heeds the waiting room's time alone."""
    bot = make_bot(state=BotState.IN_CALL, platform=platform)
    page = _text(alice, bot)
    assert "In the meeting, not recording yet." in page
    assert ("If nobody else has come by" in page) == is_promised


def test_page_says_that_it_tries_again_where_nobody_counts(
    alice: Client, make_bot: BotFactory
) -> None:
    bot = make_bot(upstream_id="")
    lifecycle.apply(bot, status(15, "retrying"))
    assert "Trying again: another attempt." in _text(alice, bot)


def test_page_title_carries_the_state(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(state=BotState.RECORDING)
    assert "<title>Recording · Weekly sync · Earshot</title>" in _text(alice, bot)


def test_page_says_why_and_whose_side_and_what_to_do(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot()
    lifecycle.apply(bot, failed(60, "BOT_NOT_ACCEPTED"))
    text = _text(alice, bot)
    assert "Not recorded: the host did not let the bot in." in text
    assert "The host or the people in the meeting" in text
    assert "Ask the host to let the bot in" in text
    assert "BOT_NOT_ACCEPTED" in text


def test_page_names_a_code_nobody_knows(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot()
    lifecycle.apply(bot, failed(60, "BRAND_NEW_CODE"))
    assert "the provider gave a reason we do not know yet: BRAND_NEW_CODE" in _text(alice, bot)


def test_page_fragment_is_the_status_section(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(state=BotState.RECORDING)
    fragment = alice.get(f"/bots/{bot.public_id}/", headers=HTMX).content.decode().strip()
    assert fragment.startswith(f'<section class="bot" id="status-{bot.public_id}"')
    assert "<html" not in fragment


def test_page_escapes_what_people_write(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(title="<script>alert(1)</script>")
    bot.chat_messages.create(
        message_id="1", sender_name="<b>Eve", text="<img src=x>", sent_at=timezone.now()
    )
    text = _text(alice, bot)
    assert "<script>alert" not in text
    assert "&lt;img src=x&gt;" in text
    assert "&lt;b&gt;Eve" in text


def test_page_links_only_to_https(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(meeting_url="javascript:alert(1)")
    assert "javascript:" not in _text(alice, bot)


@pytest.mark.parametrize("what", ["", "leaving/", "pause/", "resumption/", "chat-messages/"])
def test_stranger_gets_404(mallory: Client, make_bot: BotFactory, what: str) -> None:
    bot = make_bot(state=BotState.RECORDING)
    address = f"/bots/{bot.public_id}/{what}"
    answer = mallory.post(address, {"text": "hi"}) if what else mallory.get(address)
    assert answer.status_code == 404


def test_leaving_notes_the_wish_and_shows_the_page_again(
    alice: Client, make_bot: BotFactory
) -> None:
    bot = make_bot(state=BotState.RECORDING)
    answer = alice.post(f"/bots/{bot.public_id}/leaving/", follow=True)
    bot.refresh_from_db()
    assert answer.redirect_chain == [(f"/bots/{bot.public_id}/", 302)]
    assert "It was asked to leave." in answer.content.decode()
    assert bot.leave_requested_at is not None
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("bot.leave", bot.public_id)


def test_leaving_twice_is_told_as_too_late(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(state=BotState.RECORDING)
    alice.post(f"/bots/{bot.public_id}/leaving/")
    again = alice.post(f"/bots/{bot.public_id}/leaving/", headers=HTMX)
    assert again.status_code == 409
    assert f'id="status-{bot.public_id}"' in again.content.decode()
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("what", "state", "status_code"),
    [
        ("pause", BotState.RECORDING, 302),
        ("pause", BotState.PAUSED, 409),
        ("resumption", BotState.PAUSED, 302),
        ("resumption", BotState.RECORDING, 409),
        ("leaving", BotState.DONE, 409),
        ("chat-messages", BotState.IN_CALL, 302),
        ("chat-messages", BotState.WAITING_ROOM, 409),
    ],
)
def test_wish_is_taken_only_while_it_can_come_true(
    alice: Client, make_bot: BotFactory, what: str, state: BotState, status_code: int
) -> None:
    bot = make_bot(state=state)
    answer = alice.post(f"/bots/{bot.public_id}/{what}/", {"text": "Hello"})
    assert answer.status_code == status_code
    assert AuditEntry.objects.count() == (status_code == 302)


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_chat_message_of_the_wrong_length_is_shown_again(
    alice: Client, make_bot: BotFactory, text: str
) -> None:
    bot = make_bot(state=BotState.RECORDING)
    answer = alice.post(f"/bots/{bot.public_id}/chat-messages/", {"text": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors


@pytest.mark.parametrize(("text", "status_code"), [("Hello", 200), ("", 422)])
def test_a_chat_message_is_answered_with_its_form_alone(
    alice: Client, make_bot: BotFactory, text: str, status_code: int
) -> None:
    bot = make_bot(state=BotState.RECORDING)
    answer = alice.post(
        f"/bots/{bot.public_id}/chat-messages/",
        {"text": text},
        headers={"HX-Request": "true", "HX-Target": f"section#say-{bot.public_id}"},
    )
    assert answer.status_code == status_code
    page = answer.content.decode()
    assert f'id="say-{bot.public_id}"' in page
    assert f'id="status-{bot.public_id}"' not in page


def test_page_links_to_the_recording(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot()
    lifecycle.apply(bot, completed(1600))
    recording = bot.recordings.create(workspace=bot.workspace, started_at=timezone.now())
    assert f'href="/recordings/{recording.public_id}/"' in _text(alice, bot)


def _text(client: Client, bot: Bot) -> str:
    return client.get(f"/bots/{bot.public_id}/").content.decode()
