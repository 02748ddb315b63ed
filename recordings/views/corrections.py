"""Put a transcript right: whose turn it is, what it says, who changed what, and back again.

Each address answers as a page; in the recording's page the turn opens in a dialog.
"""

import math

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from recordings import access, correcting, naming
from recordings.correcting import Overtaken
from recordings.correction_forms import NameForm, TextForm
from recordings.fragments import NOBODY, clock
from recordings.models import Correction, CorrectionKind, Reach, Recording, Utterance

DONE = {
    Reach.HERE: "{} says this turn.",
    Reach.LATER: "It is {} from here on",
    Reach.EVERYWHERE: "It is {} everywhere",
}


@require_safe
@workspace_member
@vary_on_headers("HX-Request")
def turn(request: WorkspaceRequest, public_id: str, index: int) -> HttpResponse:
    """One turn with all that can be put right in it."""
    recording, turn = _turn(request, public_id, index)
    return _show(request, recording, turn)


@require_POST
@allowed_to(Permission.CORRECT)
def name(request: WorkspaceRequest, public_id: str, index: int) -> HttpResponse:
    recording, turn = _turn(request, public_id, index)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show(request, recording, turn, name_form=form, status=422)
    asked = form.cleaned_data
    reach = Reach(asked["reach"])
    try:
        with transaction.atomic():
            correction = correcting.rename(
                recording, index, asked["name"], reach=reach, seen=asked["seen"], by=request.user
            )
            _record(request, recording, correction, "transcript.rename")
    except Overtaken as overtaken:
        return _overtaken(request, recording, overtaken.now, CorrectionKind.NAME)
    said = DONE[reach].format(asked["name"])
    if correction and reach != Reach.HERE:
        count = len(correction.turns)
        said += f": {count} turn{'' if count == 1 else 's'}."
    return _done(request, recording, index, correction, said)


@require_POST
@allowed_to(Permission.CORRECT)
def text(request: WorkspaceRequest, public_id: str, index: int) -> HttpResponse:
    recording, turn = _turn(request, public_id, index)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _show(request, recording, turn, text_form=form, status=422)
    asked = form.cleaned_data
    try:
        with transaction.atomic():
            correction = correcting.edit(
                recording, index, asked["text"], seen=asked["seen"], by=request.user
            )
            _record(request, recording, correction, "transcript.edit")
    except Overtaken as overtaken:
        return _overtaken(request, recording, overtaken.now, CorrectionKind.TEXT)
    return _done(request, recording, index, correction, "The text of this turn is changed.")


@require_safe
@workspace_member
def corrections(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Who changed what and when, the newest first."""
    recording = _recording(request, public_id)
    made = recording.transcript.corrections.for_list()
    return render(
        request, "recordings/corrections.html", {"recording": recording, "corrections": made}
    )


@require_POST
@allowed_to(Permission.CORRECT)
def undo(request: WorkspaceRequest, public_id: str, correction_id: str) -> HttpResponse:
    recording = _recording(request, public_id)
    correction = get_object_or_404(recording.transcript.corrections.all(), public_id=correction_id)
    with transaction.atomic():
        if correcting.undo(correction, by=request.user):
            _record(request, recording, correction, "transcript.undo")
            messages.info(request, "Taken back.")
        else:
            messages.info(request, "That was taken back before.")
    if request.htmx:
        return _revision(request, recording)
    return redirect(f"{recording_page(recording)}#t-{correction.turns[0]}")


def recording_page(recording: Recording) -> str:
    return reverse("recordings:recording", args=[recording.public_id])


def _recording(request: WorkspaceRequest, public_id: str) -> Recording:
    """One with a transcript."""
    found = access.seen(request).for_page().exclude(transcript=None)
    return get_object_or_404(found, public_id=public_id)


def _turn(request: WorkspaceRequest, public_id: str, index: int) -> tuple[Recording, Utterance]:
    recording = _recording(request, public_id)
    turn = recording.transcript.utterances.filter(index=index).first()
    if turn is None:
        raise Http404("no such turn")
    return recording, turn


def _record(
    request: WorkspaceRequest, recording: Recording, correction: Correction | None, action: str
) -> None:
    """Where and how far; what was said in a meeting stays out of the trail."""
    if correction:
        what: dict[str, object] = {"at": clock(correction.start_ms)}
        if correction.is_name:
            what |= {"where": correction.get_reach_display(), "turns": len(correction.turns)}
        audit.record_request(request, action, recording.public_id, after=what)


def _show(
    request: WorkspaceRequest,
    recording: Recording,
    turn: Utterance,
    *,
    name_form: NameForm | None = None,
    text_form: TextForm | None = None,
    status: int = 200,
    is_overtaken: bool = False,
) -> HttpResponse:
    transcript = recording.transcript
    original = transcript.originals.filter(index=turn.index).first()
    same = transcript.utterances.filter(speaker=turn.speaker)
    context = {
        "recording": recording,
        "turn": turn,
        "speaker": turn.speaker or NOBODY,
        "part": _part(turn),
        "address": request.build_absolute_uri(
            f"{recording_page(recording)}?t={turn.start_ms // 1000}"
        ),
        "original": original,
        "original_speaker": (original.speaker or NOBODY) if original else "",
        "corrections": transcript.corrections.about(turn.index).for_list(),
        "suggestions": naming.suggestions(recording, turn.speaker),
        "counts": {
            Reach.HERE: 1,
            Reach.LATER: same.filter(index__gte=turn.index).count(),
            Reach.EVERYWHERE: same.count(),
        },
        "name_form": name_form
        or NameForm(
            initial={"name": turn.speaker, "seen": turn.speaker, "reach": Reach.EVERYWHERE}
        ),
        "text_form": text_form or TextForm(initial={"text": turn.text, "seen": turn.text}),
        "is_overtaken": is_overtaken,
    }
    template = "recordings/turn.html#sheet" if request.htmx else "recordings/turn.html"
    response = render(request, template, context, status=status)
    if request.htmx and status != 200:
        response["HX-Retarget"], response["HX-Reswap"] = "#turn-sheet-body", "innerHTML"
    return response


def _part(turn: Utterance) -> str:
    """The whole seconds it is said in, as an address tells them."""
    start = turn.start_ms // 1000
    return f"{start}-{max(start + 1, math.ceil(turn.end_ms / 1000))}"


def _overtaken(
    request: WorkspaceRequest, recording: Recording, now: Utterance, kind: CorrectionKind
) -> HttpResponse:
    """Show both; what was typed counts once it is sent again over what is there now."""
    data = request.POST.copy()
    data["seen"] = now.speaker if kind == CorrectionKind.NAME else now.text
    return _show(
        request,
        recording,
        now,
        name_form=NameForm(data) if kind == CorrectionKind.NAME else None,
        text_form=TextForm(data) if kind == CorrectionKind.TEXT else None,
        status=409,
        is_overtaken=True,
    )


def _done(
    request: WorkspaceRequest,
    recording: Recording,
    index: int,
    correction: Correction | None,
    said: str,
) -> HttpResponse:
    if correction:
        undo = reverse("recordings:undo", args=[recording.public_id, correction.public_id])
        messages.info(request, said, extra_tags=undo)
    else:
        messages.info(request, "It says so already; nothing is changed.")
    if request.htmx:
        return _revision(request, recording)
    return redirect(f"{recording_page(recording)}#t-{index}")


def _revision(request: WorkspaceRequest, recording: Recording) -> HttpResponse:
    """Tell the page how far the transcript is; it fetches the turns that have changed."""
    recording.transcript.refresh_from_db(fields=["revision"])
    context = {
        "recording": recording,
        "revision": recording.transcript.revision,
        "is_answer": True,
    }
    return render(request, "recordings/_revision.html", context)
