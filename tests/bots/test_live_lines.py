"""What is said while a bot is there: half a line becomes a whole one, late or twice or not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bots import live_lines
from bots.models import Bot, LiveLine, Outcome
from tests.bots.conftest import BotFactory
from upstream.events import TranscriptLineHeard
from upstream.models import ProviderName
from upstream.states import BotState

pytestmark = pytest.mark.django_db
NOW = timezone.now()
Say = Callable[..., bool]


@pytest.fixture
def bot(make_bot: BotFactory) -> Bot:
    made = make_bot(state=BotState.RECORDING)
    made.account.provider = ProviderName.RECALL
    made.account.save()
    return made


def line(text: str, second: float, *, is_final: bool = True, speaker: str = "101",
         start: float | None = 4.0) -> TranscriptLineHeard:  # fmt: skip
    return TranscriptLineHeard(
        bot_id="",
        speaker_id=speaker,
        speaker_name={"101": "Ada Moss"}.get(speaker, ""),
        text=text,
        start_seconds=start,
        is_final=is_final,
        happened_at=NOW + timedelta(seconds=second),
    )


def texts(bot: Bot) -> list[tuple[str, bool]]:
    return [(one.text, one.is_final) for one in live_lines.shown(bot) or []]


def test_half_a_line_is_replaced_by_what_follows(bot: Bot) -> None:
    for number, text in enumerate(("Good", "Good mor")):
        assert live_lines.hear(bot, line(text, number, is_final=False))
    assert texts(bot) == [("Good mor", False)]
    assert live_lines.hear(bot, line("Good morning.", 3))
    assert texts(bot) == [("Good morning.", True)]


def test_two_people_speak_at_once(bot: Bot) -> None:
    live_lines.hear(bot, line("I think", 1, is_final=False))
    live_lines.hear(bot, line("No,", 2, is_final=False, speaker="102"))
    live_lines.hear(bot, line("I think so.", 3))
    assert texts(bot) == [("No,", False), ("I think so.", True)]


def test_what_comes_late_or_twice_changes_nothing(bot: Bot) -> None:
    assert live_lines.hear(bot, line("Good morning.", 3))
    assert not live_lines.hear(bot, line("Good morning.", 3))
    assert not live_lines.hear(bot, line("Good", 1, is_final=False))
    assert live_lines.hear(bot, line("So", 5, is_final=False, start=9.0))
    assert not live_lines.hear(bot, line("S", 4, is_final=False, start=9.0))
    assert texts(bot) == [("Good morning.", True), ("So", False)]


def test_page_shows_the_last_lines_and_no_markup_of_theirs(bot: Bot, alice: Client) -> None:
    for number in range(live_lines.MOST_SHOWN + 3):
        live_lines.hear(bot, line(f"<b>line {number}</b>", number, start=float(number)))
    page = alice.get(f"/bots/{bot.public_id}/").content.decode()
    assert "&lt;b&gt;line 14&lt;/b&gt;" in page
    assert "line 2&lt;" not in page
    assert "Ada Moss" in page
    assert "A draft, and the last lines only." in page


def test_long_lines_leave_room_for_few(bot: Bot) -> None:
    for number in range(4):
        live_lines.hear(bot, line("x" * 1200, number, start=float(number)))
    assert len(live_lines.shown(bot) or []) == 2


def test_bot_that_is_home_hears_nothing_and_forgets(bot: Bot) -> None:
    live_lines.hear(bot, line("Good morning.", 0))
    Bot.objects.filter(pk=bot.pk).update(
        state=BotState.DONE, outcome=Outcome.RECORDED, state_at=NOW
    )
    bot.refresh_from_db()
    assert not live_lines.hear(bot, line("Bye.", 1, start=8.0))
    assert live_lines.shown(bot) is None
    assert live_lines.forget_old(NOW + timedelta(minutes=59)) == 0
    assert live_lines.forget_old(NOW + timedelta(minutes=61)) == 1
    assert not LiveLine.objects.exists()


def test_provider_without_live_lines_has_no_place_for_them(
    make_bot: BotFactory, alice: Client
) -> None:
    other = make_bot(state=BotState.RECORDING)
    assert live_lines.shown(other) is None
    page = alice.get(f"/bots/{other.public_id}/").content.decode()
    assert f'id="lines-{other.public_id}" aria-labelledby="lines-heading" hidden' in page
