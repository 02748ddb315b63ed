"""The same steps, in any order and however often, put a bot in the same place."""

import random
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.life import LateMove, Life, derive
from bots.lifecycle import BotEvent, step_of
from bots.models import StatusChange
from tests.bots.stories import (
    BOT_ID,
    SECOND_ID,
    STORIES,
    Story,
    at,
    completed,
    failed,
    is_last_word,
    of_second,
    status,
    statuses,
)
from upstream.events import ArtifactLinks
from upstream.states import BotState

SMALL = [story for story in STORIES if len(story.events) <= 6]
any_story = st.sampled_from(STORIES)


def life_of(story: Story, steps: list[StatusChange]) -> Life:
    return derive(steps, leave_requested_at=story.leave_requested_at, late_move=story.late_move)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_story_ends_as_recorded(story: Story) -> None:
    life = life_of(story, story.steps)
    assert (life.state, life.upstream_id) == (story.end, story.upstream_id)


@pytest.mark.parametrize("story", SMALL, ids=str)
def test_every_permutation_of_a_small_story_ends_the_same(story: Story) -> None:
    expected = life_of(story, story.steps)
    assert all(life_of(story, list(order)) == expected for order in permutations(story.steps))


@given(any_story, st.data())
def test_shuffled_and_repeated_story_ends_the_same(story: Story, data: st.DataObject) -> None:
    steps = story.steps
    repeated = steps + data.draw(st.lists(st.sampled_from(steps), max_size=8))
    assert life_of(story, data.draw(st.permutations(repeated))) == life_of(story, steps)


@given(any_story, st.data())
def test_lost_steps_do_not_change_the_end(story: Story, data: st.DataObject) -> None:
    """Only the last word must come through, and it may come again later, with another time."""
    told = [step for step in story.steps if is_last_word(step) or data.draw(st.booleans())]
    again = [_later(step) for step in told if is_last_word(step)]
    life = life_of(story, data.draw(st.permutations(told + again)))
    assert life.state == story.end
    assert life.has_media == (story.end == BotState.DONE)


@given(any_story, st.randoms(use_true_random=False))
def test_done_is_never_left_again(story: Story, chance: random.Random) -> None:
    steps = story.steps
    chance.shuffle(steps)
    states = [life_of(story, steps[: count + 1]).state for count in range(len(steps))]
    if BotState.DONE in states:
        assert set(states[states.index(BotState.DONE) :]) == {BotState.DONE}


@given(any_story, st.data())
def test_what_must_leave_is_never_what_the_row_tells_of(story: Story, data: st.DataObject) -> None:
    """Whichever steps have come so far: one life is told, and nobody is both wanted and not."""
    told = data.draw(st.lists(st.sampled_from(story.steps), min_size=1))
    life = life_of(story, told)
    ids = {step.upstream_id for step in told}
    assert ids == {life.upstream_id, *life.others} - {""}
    assert set(life.surplus) <= set(life.others)


def test_of_two_that_are_there_the_later_is_one_too_many() -> None:
    both = [*statuses((10, "joining_call")), *of_second(status(5, "queued"))]
    for told in permutations([step_of(event) for event in both]):
        life = derive(told, leave_requested_at=None)
        assert (life.upstream_id, life.surplus) == (SECOND_ID, (BOT_ID,))


def test_the_bot_of_a_small_late_move_just_waits() -> None:
    """Both come within minutes: whoever is first stays, and neither time is left without a bot."""
    first = step_of(status(0, "in_waiting_room"))
    second = step_of(*of_second(status(120, "queued")))
    a_little_later = LateMove(at(0), at(120))
    for told in ([first], [first, second], [second, first]):
        life = derive(told, leave_requested_at=None, late_move=a_little_later)
        assert life.upstream_id == BOT_ID
    assert life.surplus == (SECOND_ID,)


def test_the_bot_left_behind_has_to_go_before_the_other_comes() -> None:
    moved = LateMove(at(0), at(7200))
    life = derive([step_of(status(10, "queued"))], leave_requested_at=None, late_move=moved)
    assert (life.state, life.upstream_id) == (BotState.SCHEDULED, "")
    assert life.surplus == (BOT_ID,)


def test_a_bot_called_off_that_comes_all_the_same_has_to_go() -> None:
    called_off = StatusChange(code="cancelled_here", state=BotState.CANCELLED, happened_at=at(0))
    came = step_of(status(10, "joining_call"))
    for told in permutations([called_off, came]):
        life = derive(told, leave_requested_at=None)
        assert (life.state, life.surplus) == (BotState.CANCELLED, (BOT_ID,))


def test_recording_and_paused_alternate_by_time() -> None:
    steps = [
        step_of(event)
        for event in statuses(
            (40, "in_call_recording"), (60, "recording_resumed"), (50, "recording_paused")
        )
    ]
    assert derive(steps, leave_requested_at=None).state == BotState.RECORDING
    assert derive(steps[::2], leave_requested_at=None).state == BotState.PAUSED


def test_bot_steps_back_only_to_try_again() -> None:
    waiting = [step_of(event) for event in statuses((10, "in_waiting_room"), (20, "joining_call"))]
    retrying = step_of(status(30, "retrying", attempt=2))
    assert derive(waiting, leave_requested_at=None).state == BotState.WAITING_ROOM
    assert derive([*waiting, retrying], leave_requested_at=None).state == BotState.QUEUED


def test_unknown_code_changes_no_state() -> None:
    steps = [step_of(event) for event in statuses((10, "joining_call"), (20, "in_the_metaverse"))]
    assert derive(steps, leave_requested_at=None) == Life(
        BotState.JOINING, at(10), upstream_id=BOT_ID
    )


def test_a_state_told_again_keeps_the_moment_it_began() -> None:
    steps = [step_of(event) for event in statuses((10, "in_waiting_room"), (70, "in_waiting_room"))]
    assert derive(steps, leave_requested_at=None).state_at == at(10)


def test_leaving_before_the_recording_is_a_failure_when_nobody_asked() -> None:
    steps = [step_of(failed(40, "EXITING_MEETING_BEFORE_RECORD"))]
    assert derive(steps, leave_requested_at=None).state == BotState.FAILED
    assert derive(steps, leave_requested_at=at(30)).state == BotState.CANCELLED


def test_failure_stands_against_a_completion_without_media() -> None:
    steps = [step_of(failed(40, "BOT_CRASHED")), step_of(completed(50, ArtifactLinks()))]
    assert derive(steps, leave_requested_at=None).state == BotState.FAILED


@pytest.mark.parametrize(
    ("is_theirs", "reason"), [(True, "BOT_CRASHED"), (False, "")], ids=["theirs", "ours"]
)
def test_what_came_home_after_all_keeps_the_reason_that_was_told(
    is_theirs: bool, reason: str
) -> None:
    failure = step_of(failed(40, "BOT_CRASHED"))
    failure.is_reason = is_theirs
    for told in permutations([failure, step_of(completed(50))]):
        life = derive(told, leave_requested_at=None)
        assert (life.state, life.reason) == (BotState.DONE, reason)


def test_missing_transcript_alone_is_no_end_yet() -> None:
    steps = [step_of(failed(40, "TRANSCRIPTION_FAILED"))]
    assert derive(steps, leave_requested_at=None).state == BotState.PROCESSING


@pytest.mark.parametrize(
    ("codes", "final", "reason"),
    [
        (("bot_rejected", "recording_failed"), "BOT_NOT_ACCEPTED", "BOT_NOT_ACCEPTED"),
        (("bot_rejected", "recording_failed"), "UNKNOWN_ERROR", "bot_rejected"),
        (("bot_rejected", "failed"), "BRAND_NEW_CODE", "bot_rejected"),
        (("failed",), "BOT_CRASHED", "BOT_CRASHED"),
        ((), "BRAND_NEW_CODE", "BRAND_NEW_CODE"),
    ],
)
def test_reason_is_the_best_that_was_told(codes: tuple[str, ...], final: str, reason: str) -> None:
    told: tuple[BotEvent, ...] = statuses(
        *((10.0 + number, code) for number, code in enumerate(codes))
    )
    steps = [step_of(event) for event in (*told, failed(60, final))]
    assert derive(steps, leave_requested_at=None).reason == reason


def _later(step: StatusChange) -> StatusChange:
    return StatusChange(
        upstream_id=step.upstream_id,
        code=step.code,
        state=step.state,
        happened_at=step.happened_at + timedelta(seconds=5),
        is_reason=step.is_reason,
        has_media=step.has_media,
    )
