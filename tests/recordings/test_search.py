"""Search over what was said: words, phrases, prefixes, exclusions, stems, filters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from recordings import transcript_store, transcripts
from recordings.models import Passage, Recording
from recordings.searching import RANKED, Filters, Found, meetings, search, search_in
from recordings.wording import Term, is_too_short, terms
from tests.recordings.factories import make_finished_bot, make_recording

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def said(
    workspace: Workspace, *turns: str | tuple[str, str], language: str = "en", **fields: Any
) -> Recording:
    """A recording in which these turns are said, ten seconds each, by Ada unless it says who."""
    recording = make_recording(workspace, words=0, **fields)
    say(recording, *turns, language=language)
    return recording


def say(recording: Recording, *turns: str | tuple[str, str], language: str = "en") -> None:
    utterances = []
    for number, turn in enumerate(turns):
        speaker, text = ("Ada Moss", turn) if isinstance(turn, str) else turn
        start = 10 * number
        utterances.append({"speaker": speaker, "text": text, "start": start, "end": start + 9})
    document = {"provider": "x", "result": {"languages": [language], "utterances": utterances}}
    transcript_store.replace(recording, transcripts.parse(document))


def found(workspace: Workspace, typed: str, **filters: Any) -> list[str]:
    return [hit.text for hit in look(workspace, typed, **filters).hits]


def look(workspace: Workspace, typed: str, **filters: Any) -> Found:
    return search(workspace, terms(typed), Filters(**filters))


def marked(workspace: Workspace, typed: str) -> list[str]:
    hits = look(workspace, typed).hits
    return [piece.text for hit in hits for piece in hit.pieces if piece.is_marked]


def test_typed_words_are_understood() -> None:
    assert terms('budget "spring campaign" camp* -draft -"first draft"') == [
        Term("budget"),
        Term("spring campaign", is_phrase=True),
        Term("camp", is_prefix=True),
        Term("draft", is_excluded=True),
        Term("first draft", is_phrase=True, is_excluded=True),
    ]
    assert terms("„open quote") == [Term("open quote", is_phrase=True)]
    assert terms("well-known") == [Term("well-known")]
    assert terms('- * "" "  " && !') == []
    assert is_too_short(terms("a"))
    assert not is_too_short(terms("予"))


def test_words_are_found_wherever_they_stand(workspace: Workspace) -> None:
    said(workspace, "The spring budget is late", "Spring is late", "The BUDGET for spring")
    assert sorted(found(workspace, "budget spring")) == [
        "The BUDGET for spring",
        "The spring budget is late",
    ]


def test_phrase_prefix_and_exclusion(workspace: Workspace) -> None:
    said(workspace, "the spring campaign", "a campaign in spring", "we campaigned", "the camp")
    assert found(workspace, '"spring campaign"') == ["the spring campaign"]
    assert found(workspace, '"the spring"') == ["the spring campaign"]
    assert set(found(workspace, "camp*")) == {
        "the spring campaign",
        "a campaign in spring",
        "we campaigned",
        "the camp",
    }
    assert found(workspace, "campaign -spring") == ["we campaigned"]
    kept = found(workspace, 'campaign -"spring campaign"')
    assert sorted(kept) == ["a campaign in spring", "we campaigned"]


def test_exact_words_come_before_their_stems(workspace: Workspace) -> None:
    said(workspace, "the budgets budgets budgets", "one budget among many other words said here")
    assert found(workspace, "budget")[0] == "one budget among many other words said here"
    assert found(workspace, "budgets")[0] == "the budgets budgets budgets"
    assert len(found(workspace, "budget")) == 2


def test_stems_are_those_of_the_transcripts_language(workspace: Workspace) -> None:
    said(workspace, "Die Häuser sind teuer", language="de")
    said(workspace, "They die hard", language="en-US")
    said(workspace, "hauser", language="tlh")
    assert found(workspace, "Haus") == ["Die Häuser sind teuer"]
    assert set(found(workspace, "die")) == {"Die Häuser sind teuer", "They die hard"}
    assert found(workspace, "dies") == ["They die hard"]


def test_what_stands_in_the_query_language_is_only_text(workspace: Workspace) -> None:
    said(workspace, "costs & benefits | it's")
    for typed in ("costs & !benefits:*A", "it's", "'costs\\'", "benefits)", "costs <-> x -y"):
        look(workspace, typed)
    assert found(workspace, "it's") == ["costs & benefits | it's"]


def test_marks_lie_on_the_words_whatever_the_text_holds(workspace: Workspace) -> None:
    said(workspace, "The \x02budgets\x03 <b>budget</b> & 𝔘nicode budgeting, budge")
    assert marked(workspace, "budget") == ["budgets", "budget", "budgeting"]
    hit = look(workspace, "budget").hits[0]
    assert "".join(piece.text for piece in hit.pieces) == hit.text
    assert marked(workspace, '"b budget"') == []
    assert marked(workspace, "budg* -spring") == ["budgets", "budget", "budgeting", "budge"]


def test_quote_is_cut_around_the_first_mark(workspace: Workspace) -> None:
    said(workspace, "word " * 200 + "needle " + "other " * 200)
    pieces = look(workspace, "needle").hits[0].pieces
    quote = "".join(piece.text for piece in pieces)
    assert quote.startswith("… word")
    assert quote.endswith("other …")
    assert 150 < len(quote) < 260
    assert [piece.text for piece in pieces if piece.is_marked] == ["needle"]


def test_short_turns_come_with_their_neighbours(workspace: Workspace) -> None:
    said(workspace, "When is the launch?", "Thursday", "I see")
    (hit,) = look(workspace, "thursday").hits
    assert (hit.before, hit.after, hit.start_ms) == ("When is the launch?", "I see", 10_000)


def test_filters_narrow_by_speaker_person_platform_day_and_series(workspace: Workspace) -> None:
    bot = make_finished_bot(workspace, meeting_key="meet.google.com/abc 2026-03-04T12:00Z")
    weekly = said(workspace, "launch one", bot=bot, started_at=NOON, platform="meet")
    again = make_finished_bot(workspace, meeting_key="meet.google.com/abc 2026-03-11T12:00Z")
    said(workspace, "launch two", bot=again, started_at=NOON + timedelta(days=7), platform="meet")
    other = said(workspace, ("Inés O'Neill", "launch three"), started_at=NOON, platform="zoom")
    other.participants.create(name="Silent Sam")
    assert len(found(workspace, "launch")) == 3
    assert found(workspace, "launch", speaker="o'neill") == ["launch three"]
    assert found(workspace, "launch", speaker="inés o") == ["launch three"]
    assert found(workspace, "launch", speaker="Silent Sam") == []
    assert found(workspace, "launch", speaker="nobody' | 'x") == []
    assert found(workspace, "launch", person="sam") == ["launch three"]
    assert found(workspace, "launch", platform="zoom") == ["launch three"]
    assert found(workspace, "launch", since=NOON + timedelta(days=1)) == ["launch two"]
    assert sorted(found(workspace, "launch", until=NOON + timedelta(days=1))) == [
        "launch one",
        "launch three",
    ]
    assert sorted(found(workspace, "launch", series=weekly)) == ["launch one", "launch two"]


def test_meetings_are_found_by_title_and_by_people(workspace: Workspace) -> None:
    budget = said(workspace, "hello", title="Budget round", started_at=NOON)
    hiring = said(workspace, ("Maya Budgetti", "hello"), title="Hiring", started_at=NOON)

    def titles(typed: str, **filters: Any) -> set[str]:
        return {one.title for one in meetings(workspace, terms(typed), Filters(**filters))[0]}

    assert titles("budg") == {budget.title, hiring.title}
    assert titles("round budget") == {budget.title}
    assert titles("budget -maya") == {budget.title}
    assert titles("maya") == titles("budg", speaker="maya") == {hiring.title}
    assert titles("budg", since=NOON + timedelta(days=1)) == set()


def test_another_workspace_is_never_searched(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    secret = said(other_workspace, "our secret", title="Secret plan")
    said(workspace, "nothing here")
    assert found(other_workspace, "secret") == ["our secret"]
    assert found(workspace, "secret") == []
    assert found(workspace, f'"workspace {other_workspace.pk}"') == []
    assert meetings(workspace, terms("secret"), Filters()) == ([], False)
    assert found(workspace, "nothing", series=secret) == []


def test_index_follows_the_transcript(workspace: Workspace) -> None:
    recording = said(workspace, "the first wording", "and more")
    say(recording, "the second wording")
    assert found(workspace, "first") == []
    assert found(workspace, "wording") == ["the second wording"]
    recording.delete()
    assert not Passage.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["x" * 2046, "ö" * 1100, " ".join(map(str, range(60_000))), "a'\\b\x01 \u202e", "😀" * 500],
    ids=["word at the limit", "long word", "very many words", "quotes", "faces"],
)
def test_odd_texts_are_taken_in(workspace: Workspace, text: str) -> None:
    said(workspace, f"needle {text}")
    assert len(look(workspace, "needle").hits) == 1
    look(workspace, text[:200])


def test_only_the_newest_thousand_are_ranked(workspace: Workspace) -> None:
    said(workspace, *(f"budget {number}" for number in range(RANKED + 5)))
    answer = look(workspace, "budget")
    assert (len(answer.hits), answer.count, answer.is_more) == (20, RANKED, True)
    last = search(workspace, terms("budget"), Filters(), page=50)
    assert len(last.hits) == 20
    seen = {hit.index for hit in (*answer.hits, *last.hits)}
    assert len(seen) == 40
    assert min(seen) >= 5


def test_one_recording_is_searched_in_its_own_order(workspace: Workspace) -> None:
    recording = said(workspace, "budgets first", "no", "the budget", "budget budget")
    said(workspace, "budget elsewhere")
    assert [hit.index for hit in search_in(recording, terms("budget"))] == [0, 2, 3]
    assert search_in(make_recording(workspace, words=0), terms("budget")) == []
