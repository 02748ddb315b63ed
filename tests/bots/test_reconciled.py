"""Whatever is lost, doubled or late: once Earshot has asked, it knows what it was to be told.

The messages are those of the recorded stories; what Earshot asks goes over HTTP.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots import actions, lifecycle, reconciliation
from bots.lifecycle import BotEvent
from bots.models import Bot, Outcome
from bots.outcomes import minutes_missed
from tests.bots.conftest import BotFactory
from tests.bots.provider_at_rest import ProviderAtRest, run_provider_at_rest
from tests.bots.stories import STORIES, Story, at
from tests.upstream.recall.wire import CAME, change, recording
from tests.upstream.recall.wire import bot as recall_bot
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import FINAL, BotState

ENDED = [story for story in STORIES if story.end in FINAL]
MOST_LOOKS = 4  # two bots of the provider's, and once more for each


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderAtRest]:
    with run_provider_at_rest() as running:
        yield running


@pytest.fixture(autouse=True)
def at_rest(provider: ProviderAtRest, account: UpstreamAccount) -> None:
    UpstreamAccount.objects.filter(pk=account.pk).update(base_url=provider.url)
    account.refresh_from_db()


@pytest.fixture(scope="module")
def perfect() -> dict[str, dict[str, Any]]:
    """What each story leads to when all is told in order, by its name."""
    return {}


@given(story=st.sampled_from(ENDED), data=st.data())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_delivery_ends_as_the_perfect_one_once_the_provider_was_asked(
    make_bot: BotFactory,
    provider: ProviderAtRest,
    perfect: dict[str, dict[str, Any]],
    story: Story,
    data: st.DataObject,
) -> None:
    if story.name not in perfect:
        perfect[story.name] = facts(heard_and_asked(make_bot, provider, story, story.events))
    told = data.draw(deliveries(story), label="told")
    bot = heard_and_asked(make_bot, provider, story, told)
    assert facts(bot) == perfect[story.name]
    late = data.draw(st.lists(st.sampled_from(story.events), max_size=3), label="late")
    for event in late:
        lifecycle.apply(bot, event)
    assert facts(bot) == perfect[story.name]


@pytest.mark.parametrize("story", ENDED, ids=str)
def test_a_bot_nobody_told_of_is_found_where_its_story_ended(
    make_bot: BotFactory, provider: ProviderAtRest, story: Story
) -> None:
    """Of two bots for one meeting each has to be heard of once, or nobody knows to ask for it."""
    first_of_each = {event.bot_id: event for event in reversed(story.events)}
    heard = list(first_of_each.values()) if len(first_of_each) > 1 else []
    bot = heard_and_asked(make_bot, provider, story, heard)
    assert (bot.state, bot.outcome) == (story.end, story.outcome)


def test_why_a_recording_is_a_part_is_asked_for(
    make_bot: BotFactory, provider: ProviderAtRest, account: UpstreamAccount
) -> None:
    """Recall.ai keeps the whole story, so it is known though no message came."""
    UpstreamAccount.objects.filter(pk=account.pk).update(provider=ProviderName.RECALL)
    left = (change("call_ended", 1550, "bot_kicked_from_call"), change("done", 1600))
    told = recall_bot(*CAME, *left, recordings=[recording()])
    provider.bots = {f"api/v1/bot/{told['id']}": told}
    bot = make_bot(upstream_id=told["id"], ends_at=at(3600))
    reconciliation.look(Bot.objects.with_account().get(pk=bot.pk))
    bot.refresh_from_db()
    assert (bot.state, bot.reason) == (BotState.DONE, "bot_kicked_from_call")
    assert bot.outcome == Outcome.PARTLY_RECORDED
    assert minutes_missed(bot) == 34


@st.composite
def deliveries(draw: st.DrawFn, story: Story) -> list[BotEvent]:
    """Any of the messages, some of them twice, in any order. Of two bots each is heard of once."""
    ids = dict.fromkeys(event.bot_id for event in story.events)
    of_each = [[event for event in story.events if event.bot_id == id] for id in ids]
    least = [draw(st.sampled_from(own)) for own in of_each] if len(ids) > 1 else []
    came = draw(st.lists(st.sampled_from(story.events), max_size=8))
    return list(draw(st.permutations(least + came)))


def heard_and_asked(make_bot: BotFactory, provider: ProviderAtRest, story: Story, told: Any) -> Bot:
    """A bot after these messages, and after as many looks as it takes to know its end."""
    bot = make_bot(**story.bot)
    provider.stand_at_the_end_of(story, public_id=bot.public_id)
    for event in told:
        lifecycle.apply(bot, event)
    for _ in range(MOST_LOOKS):
        later = timezone.now() + timedelta(hours=2)
        asked = Bot.objects.unexplained(later) if bot.is_final else Bot.objects.silent(later)
        if bot.is_final and not asked.filter(pk=bot.pk).exists():
            break
        assert asked.filter(pk=bot.pk).exists()
        reconciliation.look(bot)
    for upstream_id in lifecycle.surplus_of(bot):
        actions.send_away(bot, upstream_id)
    return bot


def facts(bot: Bot) -> dict[str, Any]:
    told = ("state", "outcome", "has_media", "transcript_state", "upstream_id")
    saved: dict[str, Any] = Bot.objects.values(*told).get(pk=bot.pk)
    return saved
