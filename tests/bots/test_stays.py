"""Who was in the room from when to when."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bots import stays
from bots.models import BotDefaults, Sighting
from bots.stays import Stay, stays_of
from tests.bots.conftest import BotFactory
from tests.bots.stories import at
from tests.recordings.factories import make_recording
from upstream.events import PersonMoved
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState


def seen(person: str, second: float, *, is_here: bool) -> Sighting:
    return Sighting(person_id=person, name=person.title(), is_here=is_here, seen_at=at(second))


def times(found: list[Stay]) -> list[tuple[str, datetime | None, datetime | None]]:
    return [(stay.name, stay.came_at, stay.left_at) for stay in found]


def test_coming_and_leaving_make_a_stay() -> None:
    told = [
        seen("ada", 0, is_here=True),
        seen("ben", 30, is_here=True),
        seen("ada", 60, is_here=False),
        seen("ada", 90, is_here=True),
    ]
    assert times(stays_of(told)) == [
        ("Ada", at(0), at(60)),
        ("Ben", at(30), None),
        ("Ada", at(90), None),
    ]


def test_what_was_not_told_is_not_made_up() -> None:
    told = [seen("ada", 60, is_here=False), seen("ben", 10, is_here=True)]
    assert times(stays_of(told)) == [("Ben", at(10), None), ("Ada", None, at(60))]


@given(
    st.lists(
        st.builds(seen, st.sampled_from(["ada", "ben"]), st.integers(0, 9), is_here=st.booleans()),
        max_size=8,
        unique_by=lambda one: (one.person_id, one.seen_at, one.is_here),  # as the table has them
    ),
    st.randoms(),
)
def test_order_changes_nothing(told: list[Sighting], chance: Any) -> None:
    again = list(told)
    chance.shuffle(again)
    once = times(stays_of(told))
    assert times(stays_of(again)) == once
    assert all(came is None or left is None or came <= left for _, came, left in once)


def moved(person: str, second: float, *, is_here: bool, name: str = "") -> PersonMoved:
    return PersonMoved("b1", person, name or person.title(), is_here, at(second))


@pytest.mark.django_db
def test_page_shows_who_is_there_and_later_who_was(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(state=BotState.RECORDING)
    assert stays.note(bot, moved("ada", 0, is_here=True, name="Ada <b>Moss</b>"))
    assert not stays.note(bot, moved("ada", 0, is_here=True))
    stays.note(bot, moved("ben", 5, is_here=True))
    stays.note(bot, moved("ben", 50, is_here=False))
    page = alice.get(f"/bots/{bot.public_id}/").content.decode()
    assert "Ada &lt;b&gt;Moss&lt;/b&gt;</bdi>" in page
    assert page.count(", is there") == page.count(", left ") == 1
    look = f"/bots/{bot.public_id}/room/"
    assert "Ada &lt;b&gt;" in alice.get(look, headers={"HX-Request": "true"}).content.decode()
    bot.state, bot.outcome = BotState.DONE, "recorded"
    bot.save()
    assert ", was not seen to leave" in alice.get(f"/bots/{bot.public_id}/").content.decode()


@pytest.mark.django_db
def test_a_bot_left_alone_says_since_when_and_until_when(
    alice: Client, make_bot: BotFactory, account: UpstreamAccount
) -> None:
    def room() -> str:
        answer = alice.get(f"/bots/{bot.public_id}/room/", headers={"HX-Request": "true"})
        assert answer.context["leaves_at"] == leaves_at
        return str(answer.content.decode())

    UpstreamAccount.objects.filter(pk=account.pk).update(provider=ProviderName.RECALL)
    bot, leaves_at = make_bot(state=BotState.RECORDING), None
    BotDefaults.objects.create(workspace=bot.workspace, everyone_left_seconds=120)
    stays.note(bot, moved("ada", 0, is_here=True))
    assert "alone since" not in room()
    stays.note(bot, moved("ada", 50, is_here=False))
    leaves_at = at(170)
    assert "alone since" in room()
    assert "alone since" in alice.get(f"/bots/{bot.public_id}/").content.decode()
    stays.note(bot, moved("ben", 60, is_here=True))
    leaves_at = None
    assert "alone since" not in room()


@pytest.mark.django_db
def test_they_are_on_the_page_of_the_recording(alice: Client, make_bot: BotFactory) -> None:
    bot = make_bot(state=BotState.DONE)
    stays.note(bot, moved("ada", 0, is_here=True))
    recording = make_recording(bot.workspace, bot=bot)
    page = alice.get(f"/recordings/{recording.public_id}/").content.decode()
    assert "In the room" in page
    assert '<bdi class="stays__name">Ada</bdi>' in page
    bot.sightings.all().delete()
    assert "In the room" not in alice.get(f"/recordings/{recording.public_id}/").content.decode()
