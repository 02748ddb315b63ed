"""What a bot's row says after its messages arrived late, doubled, and out of order."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from bots import chat, lifecycle
from bots.models import SENT_AWAY, Bot, Outcome
from bots.outcomes import minutes_missed, outcome_of
from tests.bots.conftest import BotFactory
from tests.bots.stories import STORIES, Story, at, completed, failed, status
from upstream.events import ArtifactLinks, BotStatusChanged, ChatMessageSent
from upstream.states import BotState, TranscriptState


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_story_told_backwards_and_twice_ends_the_same(story: Story, make_bot: BotFactory) -> None:
    bot = make_bot(**story.bot)
    for event in (*reversed(story.events), *story.events):
        lifecycle.apply(bot, event)
    assert (bot.state, bot.outcome) == (story.end, story.outcome)
    assert bot.changes.exclude(code=SENT_AWAY).count() == len(set(story.events))


@given(st.sampled_from(STORIES), st.randoms(use_true_random=False))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_row_agrees_however_the_messages_arrive(
    make_bot: BotFactory, story: Story, chance: random.Random
) -> None:
    in_order, shuffled = make_bot(**story.bot), make_bot(**story.bot)
    for event in story.events:
        lifecycle.apply(in_order, event)
    for event in chance.sample(story.events, len(story.events)):
        lifecycle.apply(shuffled, event)
    assert facts(in_order) == facts(shuffled)


def facts(bot: Bot) -> dict[str, Any]:
    told = ("state", "state_at", "reason", "has_media", "outcome", "transcript_state")
    learned = ("joined_at", "exited_at", "duration_seconds", "upstream_id")
    saved = Bot.objects.values(*told, *learned).get(pk=bot.pk)
    is_unheard = saved["state"] == BotState.SCHEDULED
    return {**saved, "state_at": None} if is_unheard else saved


def test_the_same_message_twice_changes_nothing(make_bot: BotFactory) -> None:
    bot = make_bot()
    assert lifecycle.apply(bot, status(10, "joining_call"))
    assert not lifecycle.apply(bot, status(10, "joining_call"))


@pytest.mark.parametrize("count", [1, 30])
def test_message_costs_the_same_however_long_the_story(
    make_bot: BotFactory, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bot = make_bot()
    for number in range(count):
        lifecycle.apply(bot, status(number, "recording_paused"))
    with django_assert_num_queries(12):
        lifecycle.apply(bot, status(100, "recording_resumed"))


def test_calendar_bot_learns_its_id_from_the_first_message(make_bot: BotFactory) -> None:
    bot = make_bot(upstream_id="")
    lifecycle.apply(bot, status(10, "joining_call"))
    assert bot.upstream_id == "6f1c0d3e-0000-4000-8000-000000000001"
    assert bot.heard_at is not None


def test_unknown_code_is_kept_and_shown_to_support(make_bot: BotFactory) -> None:
    bot = make_bot()
    news = BotStatusChanged(bot_id="b", code="x" * 200, state=None, happened_at=at(5))
    assert lifecycle.apply(bot, news)
    assert bot.state == BotState.SCHEDULED
    assert bot.changes.get().code == "x" * 80


def test_completion_without_media_is_told_as_it_is(make_bot: BotFactory) -> None:
    bot = make_bot()
    lifecycle.apply(bot, completed(1600, ArtifactLinks()))
    assert (bot.state, bot.outcome) == (BotState.DONE, Outcome.UNKNOWN)


def test_recorder_removed_long_before_the_end_recorded_a_part(make_bot: BotFactory) -> None:
    bot = make_bot(ends_at=at(3600))
    lifecycle.apply(bot, status(1550, "bot_removed"))
    lifecycle.apply(bot, completed(1600))
    assert bot.outcome == Outcome.PARTLY_RECORDED
    assert minutes_missed(bot) == 34


def test_a_part_is_a_part_where_the_end_tells_no_times(make_bot: BotFactory) -> None:
    """As v1 does; then the moment of the first step out of the room counts."""
    bot = make_bot(ends_at=at(3600))
    lifecycle.apply(bot, status(1550, "bot_removed"))
    lifecycle.apply(bot, status(1551, "call_ended"))
    lifecycle.apply(bot, replace(completed(1600), joined_at=None, exited_at=None))
    assert bot.outcome == Outcome.PARTLY_RECORDED
    assert minutes_missed(bot) == 34


@pytest.mark.parametrize("code", ["no_attendees", "timeout_exceeded_everyone_left", "api_request"])
def test_bot_that_left_an_empty_meeting_missed_nothing(make_bot: BotFactory, code: str) -> None:
    bot = make_bot(ends_at=at(3600), reason=code, exited_at=at(1600), has_media=True)
    bot.state = BotState.DONE
    assert outcome_of(bot) == Outcome.RECORDED
    assert minutes_missed(bot) is None


def test_recording_that_reached_its_longest_is_a_part(make_bot: BotFactory) -> None:
    bot = make_bot(ends_at=at(3600), reason="RECORDING_TIMEOUT", exited_at=at(1600), has_media=True)
    bot.state = BotState.DONE
    assert outcome_of(bot) == Outcome.PARTLY_RECORDED


def test_meeting_that_ended_early_is_recorded_whole(make_bot: BotFactory) -> None:
    bot = make_bot(ends_at=at(3600))
    lifecycle.apply(bot, completed(1600))
    assert bot.outcome == Outcome.RECORDED


def test_lost_transcript_is_noted_on_the_bot(make_bot: BotFactory) -> None:
    bot = make_bot()
    lifecycle.apply(bot, failed(1600, "TRANSCRIPTION_FAILED"))
    assert (bot.state, bot.transcript_state) == (BotState.PROCESSING, TranscriptState.FAILED)


def test_cancelling_ends_a_bot_once(make_bot: BotFactory) -> None:
    bot = make_bot()
    assert lifecycle.cancel(bot)
    assert (bot.state, bot.outcome) == (BotState.CANCELLED, Outcome.NOT_NEEDED)
    assert not lifecycle.cancel(bot)


def test_recording_that_came_home_beats_our_cancelling(make_bot: BotFactory) -> None:
    bot = make_bot()
    lifecycle.cancel(bot)
    lifecycle.apply(bot, completed(1600))
    assert (bot.state, bot.outcome) == (BotState.DONE, Outcome.RECORDED)


def test_chat_message_is_kept_once(make_bot: BotFactory) -> None:
    bot = make_bot()
    message = ChatMessageSent(
        bot_id=bot.upstream_id,
        message_id="m-1",
        sender_name="Ada Moss",
        text="Shall we start?",
        happened_at=at(60),
    )
    assert chat.store(bot, message)
    assert not chat.store(bot, message)
    assert bot.chat_messages.get().text == "Shall we start?"


def test_silent_bots_are_those_that_should_have_spoken(make_bot: BotFactory) -> None:
    now = at(7200)
    waiting = make_bot(starts_at=at(0))
    overlong = make_bot(state=BotState.RECORDING, ends_at=at(1800), heard_at=at(1700))
    saving = make_bot(state=BotState.PROCESSING, heard_at=at(3600))
    open_end = make_bot(
        state=BotState.PROCESSING, transcript_state=TranscriptState.FAILED, heard_at=now
    )
    make_bot(starts_at=now + timedelta(hours=1))
    make_bot(state=BotState.RECORDING, ends_at=now, heard_at=at(3600))
    make_bot(state=BotState.PROCESSING, heard_at=now)
    make_bot(state=BotState.PROCESSING, heard_at=at(3600), looked_at=now)
    make_bot(state=BotState.DONE, heard_at=at(0))
    assert set(Bot.objects.silent(now)) == {waiting, overlong, saving, open_end}
