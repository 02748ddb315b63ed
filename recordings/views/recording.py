"""The page people stay on: the player beside the transcript, and what the meeting was about."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from bots import stays
from bots.outcomes import minutes_missed
from recordings import (
    access,
    fragments,
    ingest,
    keeping,
    marking,
    moments,
    naming,
    pauses,
    searching,
    talk,
    versions,
)
from recordings.forms import RecordingForm
from recordings.models import ArtifactState, Participant, Recording
from recordings.readiness import Readiness, readiness
from recordings.searching import Hit
from recordings.series import neighbours
from recordings.talk import Speaker
from recordings.views.access import no_access
from recordings.views.keeping import removed
from recordings.wording import terms

TABS = (("text", "Transcript"), ("people", "People"), ("notes", "Notes"))


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    share: int | None  # of the talking, in percent; None when nobody measured it
    has_spoken: bool = True
    talk: Speaker | None = None  # how, where there is a transcript to tell it


@gzip_page  # a long transcript is 500 KB of text; Django pads against length attacks
@require_safe
@workspace_member
def recording(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    found = access.seen(request).for_page().filter(public_id=public_id)
    if (recording := found.first()) is None:
        return _elsewhere(request, public_id)
    rule = keeping.rule_of(request.workspace)
    form = RecordingForm(request.GET)
    form.is_valid()  # a wrong place or no words count as none
    moment = form.cleaned_data.get("t")
    artifacts = list(recording.artifacts.all())
    of_this_bot = list(access.seen(request).beside(recording))
    ready = readiness(recording, artifacts)
    is_original = form.cleaned_data.get("wording") == "original"
    matches = None if is_original else _matches(recording, form)
    context = {
        "recording": recording,
        "series": neighbours(access.seen(request), recording),
        "of_this_bot": of_this_bot,
        "paused": pauses.sentence_of(recording.bot, recordings=len(of_this_bot)),
        "missed": minutes_missed(recording.bot) if len(of_this_bot) < 2 else None,
        "artifacts": artifacts,
        "ready": ready,
        **side(recording, ready),
        **_text(recording, ready, is_original=is_original),
        "form": form,
        "matches": matches,
        "places": _places(matches),
        "start": moment.start if moment else None,
        "quote": moments.quote(recording, None if matches else moment),
        "kind": (ready.has_both and form.cleaned_data.get("play")) or ready.media_kind,
        "rule": rule,
        "last_day": keeping.last_day(recording, rule),
        **_management(request, recording),
        "plays": form.cleaned_data.get("now", False),
        "tabs": TABS,
        "live_topics": f"{request.workspace.public_id}/{recording.public_id}",
    }
    return render(request, "recordings/recording.html", context)


@require_POST
@allowed_to(Permission.CORRECT)
def fetching(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Fetch once more what failed; how it goes is told on the recording's page."""
    recording = get_object_or_404(access.seen(request).for_page(), public_id=public_id)
    with transaction.atomic():
        failed = recording.artifacts.filter(state=ArtifactState.FAILED)
        kinds = [artifact.kind for artifact in failed if ingest.try_again(artifact)]
        if kinds:
            audit.record_request(
                request, "artifact.fetch_again", recording.public_id, after={"files": kinds}
            )
    if request.htmx:
        current = access.seen(request).for_page().get(pk=recording.pk)
        context = {"recording": current, "artifacts": list(current.artifacts.all())}
        return render(request, "recordings/_status.html", context)
    messages.info(request, "It is being fetched again." if kinds else "There is nothing to fetch.")
    return redirect("recordings:recording", recording.public_id)


def _elsewhere(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """What was deleted, or is left to others, says so at its address."""
    is_hidden = access.get_hidden(request, public_id) is not None
    return (no_access if is_hidden else removed)(request, public_id)


def _management(request: WorkspaceRequest, recording: Recording) -> dict[str, object]:
    """What only those in charge can do, and who asks them for something."""
    may_manage = access.may_manage(request.membership, recording)
    is_asked = may_manage and recording.restricted_at is not None
    return {
        "may_manage": may_manage,
        "questions": list(recording.access_requests.waiting()) if is_asked else [],
    }


def side(recording: Recording, ready: Readiness) -> dict[str, object]:
    """What stands beside the transcript and is reckoned from it."""
    speakers = _speakers(recording, ready)
    chapters = list(recording.chapters.all())
    return {
        "people": _people(list(recording.participants.all()), speakers),
        "chapters": chapters,
        "stays": stays.stays_of(recording.bot.sightings.all()),
        "tasks": list(recording.action_items.all()),
        "mentions": list(recording.mentions.all()),
        "origin": _origin(recording),
        "timeline": talk.timeline(
            speakers,
            round((recording.duration_seconds or 0) * 1000),
            [chapter.start_ms for chapter in chapters],
        ),
    }


def _origin(recording: Recording) -> str:
    """Whose service made the summary and all that, as people call it."""
    transcript = getattr(recording, "transcript", None)
    provider = transcript.provider if transcript else ""
    return provider[:1].upper() + provider[1:]


def _text(recording: Recording, ready: Readiness, *, is_original: bool) -> dict[str, object]:
    """The transcript's HTML, as it was built when it last changed; empty while there is none."""
    if not (ready.transcript.is_ready and ready.has_speech):
        return {"turns": "", "corrected": 0, "offers": [], "is_original": False}
    transcript = recording.transcript
    corrected = transcript.corrections.in_force().filter(has_place=True).count()
    is_original = is_original and corrected > 0
    return {
        "turns": fragments.lines(versions.as_they_came(transcript))
        if is_original
        else fragments.html(bytes(transcript.fragment)),
        "corrected": corrected,
        "offers": [] if is_original else naming.offers(recording),
        "is_original": is_original,
    }


def _speakers(recording: Recording, ready: Readiness) -> list[Speaker]:
    if not (ready.transcript.is_ready and ready.has_speech):
        return []
    return talk.speakers(recording.transcript)


def _people(participants: list[Participant], speakers: list[Speaker]) -> list[Person]:
    """Those who talked most first, then who was there and silent; silence has no share."""
    spoken: list[tuple[str, float, Speaker | None]]
    spoken = [(one.name, one.seconds, one) for one in speakers] or [
        (one.name, one.talk_seconds, None)
        for one in sorted(participants, key=lambda person: -person.talk_seconds)
        if one.has_spoken or one.talk_seconds
    ]
    total = sum(seconds for _, seconds, _ in spoken)
    names = {name for name, _, _ in spoken}
    return [
        Person(name, round(100 * seconds / total) if total else None, talk=figures)
        for name, seconds, figures in spoken
    ] + [
        Person(one.name, share=None, has_spoken=False)
        for one in participants
        if one.name not in names
    ]


def _matches(recording: Recording, form: RecordingForm) -> list[Hit] | None:
    """The turns that say it, as the search over all recordings reads them, or all that one person
    says; None: nothing is looked for.
    """
    words, who = form.cleaned_data.get("q", ""), form.cleaned_data.get("who", "")
    if words:
        return [
            one for one in searching.search_in(recording, terms(words)) if who in ("", one.speaker)
        ]
    return searching.said_by(recording, who) if who else None


def _places(matches: list[Hit] | None) -> str:
    """Where the words lie in the page's turns, for the script that steps through them."""
    return json.dumps([[hit.index, marking.in_utf16(hit.text, hit.spans)] for hit in matches or ()])
