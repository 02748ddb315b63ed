"""The switch of a row, its menu, the ticked rows together, and taking a change back."""

from collections import Counter
from collections.abc import Collection, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from calendars import choosing, undoing
from calendars.agenda import make_rows
from calendars.choosing import Chosen, Scope
from calendars.forms import BulkForm, ChoiceForm
from calendars.models import Choice, Event, Verdict
from calendars.rows import Row

ROWS_ANSWERED = 100  # more are left to the live stream
DONE = {
    Verdict.RECORD: "switched on",
    Verdict.NEVER: "switched off",
    Verdict.FOLLOW: "following the rules",
    None: "following the series",
}
WHAT = {
    Scope.THIS: "“{}”",
    Scope.LATER: "“{}” and the later meetings of its series",
    Scope.SERIES: "“{}” and the whole series",
}
NO_LONGER = {
    "over": "it is over",
    "cancelled": "it was cancelled",
    "declined": "the invitation was declined",
    "gone": "it is no longer on the calendar",
    "removed": "its calendar was disconnected",
}


@require_http_methods(["GET", "POST"])
@allowed_to(Permission.CHOOSE)
def choice(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Keep the wish, answer at once, and let a task talk to the provider.

    A GET asks first, for whoever would take a bot out of a meeting that is going on.
    """
    found = get_object_or_404(request.workspace.events.for_list(), public_id=public_id)
    form = ChoiceForm(request.POST or request.GET)
    if request.method == "GET":
        return _ask(request, found, form)
    if not form.is_valid():
        return HttpResponse("Choose record, never or follow.", status=422)
    verdict, scope = form.verdict_or_none, form.cleaned_data["scope"]
    if verdict == Verdict.NEVER and not form.cleaned_data["confirmed"]:
        visits = _visits(choosing.reached([found], scope))
        if visits:
            return _to_question(
                request, reverse("calendars:choice", args=[public_id]), form, visits
            )
    chosen = _choose(request, [found], verdict, scope)
    _tell(request, chosen, _said(found, verdict, scope, chosen))
    if request.htmx and not form.cleaned_data["next"]:
        clicked_first = sorted(chosen.events, key=lambda event: event.pk != found.pk)
        rows = {row.event.pk: row for row in make_rows(clicked_first[:ROWS_ANSWERED])}
        # The button that was pressed may be gone; the keyboard goes on at the switch beside it.
        context = {
            "row": rows.pop(found.pk),
            "others": rows.values(),
            "takes_focus": verdict in (Verdict.FOLLOW, None),
        }
        return render(request, "calendars/_rows.html", context)
    return redirect(_back(request, form))


@require_http_methods(["GET", "POST"])
@allowed_to(Permission.CHOOSE)
def bulk(request: WorkspaceRequest) -> HttpResponse:
    """One word about all the ticked rows, in one go; says for how many it could not count."""
    form = BulkForm(request.POST or request.GET)
    if not form.is_valid():
        if request.method == "POST":
            messages.info(request, "Tick the meetings first.")
        return redirect(_back(request, form))
    wanted = request.workspace.events.filter(public_id__in=form.cleaned_data["event"])
    rows = list(make_rows(wanted.for_list()))
    verdict = Verdict(form.cleaned_data["verdict"])
    possible = [row.event for row in rows if not _refusal(row, verdict)]
    if request.method == "GET":
        return _ask(request, None, form, _visits(possible))
    if verdict == Verdict.NEVER and not form.cleaned_data["confirmed"]:
        visits = _visits(possible)
        if visits:
            return _to_question(request, reverse("calendars:choices"), form, visits)
    refused = Counter(why for row in rows if (why := _refusal(row, verdict)))
    if not possible:
        messages.warning(request, _counted(0, verdict, refused))
        return _rows(request, rows) if request.htmx else redirect(_back(request, form))
    chosen = _choose(request, possible, verdict, Scope.THIS)
    _tell(request, chosen, _counted(len(possible), verdict, refused))
    if request.htmx:
        return _rows(request, list(make_rows(chosen.events[:ROWS_ANSWERED])))
    return redirect(_back(request, form))


@require_POST
@allowed_to(Permission.CHOOSE)
@transaction.atomic
def undo(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Put everything back as it was before one's own last change."""
    change = get_object_or_404(
        request.workspace.undos.filter(chosen_by=request.user), public_id=public_id
    )
    events: list[Event] = []
    try:
        events = undoing.take_back(change)
    except undoing.TooLate:
        messages.warning(request, "That was changed again since, so it stays as it is.")
    else:
        audit.record_request(request, "event.undo_choice", change.event or change.public_id)
        messages.info(request, "Taken back: everything is as it was before.")
    if request.htmx:
        return _rows(request, list(make_rows(events[:ROWS_ANSWERED])))
    return redirect(_back(request))


@transaction.atomic
def _choose(
    request: WorkspaceRequest, events: Sequence[Event], verdict: Verdict | None, scope: Scope
) -> Chosen:
    before = Choice.objects.for_events(events)
    chosen = choosing.choose(events, verdict, by=request.user, at=timezone.now(), scope=scope)
    after = {"verdict": str(verdict) if verdict else "as the series"}
    if scope != Scope.THIS:
        after["scope"] = str(scope)
    changes = []
    for event in events:
        choice = before.get(event.choice_key)
        changes.append(
            (event.public_id, {"verdict": choice.verdict if choice else "follow"}, after)
        )
    audit.record_requests(request, "event.choose", changes)
    return chosen


def _refusal(row: Row, verdict: Verdict) -> str:
    """Why this word cannot count for that meeting."""
    if not row.can_choose:
        return NO_LONGER[row.decision.code]
    if verdict == Verdict.RECORD and row.decision.is_locked_off:
        return "it is locked or on the block list"
    return ""


def _visits(events: Collection[Event]) -> list[Event]:
    """Those whose bot is in its meeting now."""
    return [event for event in events if event.will_record and event.bot and event.bot.is_live]


def _to_question(
    request: WorkspaceRequest, address: str, form: ChoiceForm, visits: Sequence[Event]
) -> HttpResponse:
    """To the page that asks; a row that was still without its question is led there too."""
    query = [("verdict", form.cleaned_data["verdict"]), ("scope", form.cleaned_data["scope"])]
    query += [("next", form.cleaned_data["next"] or _back(request))]
    query += [("event", one) for one in form.cleaned_data.get("event", ())]
    page = f"{address}?{urlencode(query)}"
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)


def _ask(
    request: WorkspaceRequest,
    found: Event | None,
    form: ChoiceForm,
    visits: Sequence[Event] = (),
) -> HttpResponse:
    if not form.is_valid():
        return (
            redirect("calendars:event", found.public_id)
            if found
            else redirect(_back(request, form))
        )
    if found:
        visits = _visits(choosing.reached([found], form.cleaned_data["scope"]))
    context = {"event": found, "form": form, "visits": visits, "back": _back(request, form)}
    return render(request, "calendars/leaving.html", context)


def _said(found: Event, verdict: Verdict | None, scope: Scope, chosen: Chosen) -> str:
    what = WHAT[scope].format(found.shown_title)
    verb = "is" if scope == Scope.THIS else "are"
    if verdict is None:
        said = f"{what} {verb} as the series again."
    elif verdict == Verdict.FOLLOW:
        said = f"{what} {'follows' if scope == Scope.THIS else 'follow'} the rules again."
    else:
        said = f"{what} {verb} {DONE[verdict]}."
    if not chosen.kept_alone:
        return said
    count = chosen.kept_alone
    kept = "1 meeting keeps" if count == 1 else f"{count} meetings keep"
    it = "it" if count == 1 else "them"
    return format_html(
        '{} {} what was chosen for {} alone. <a class="link" href="{}#choose">Reset {} too</a>',
        said, kept, it, reverse("calendars:event", args=[found.public_id]), it,
    )  # fmt: skip


def _counted(count: int, verdict: Verdict, refused: Counter[str]) -> str:
    """9 switched on, 1 cannot: it is over."""
    parts = [f"{count} {DONE[verdict]}"]
    parts += [f"{number} cannot: {why}" for why, number in refused.most_common()]
    return ", ".join(parts) + "."


def _tell(request: WorkspaceRequest, chosen: Chosen, said: str) -> None:
    """Say it, with the address that takes it back."""
    address = reverse("calendars:undo", args=[chosen.undo.public_id])
    messages.info(request, said, extra_tags=address)


def _rows(request: WorkspaceRequest, rows: Sequence[Row]) -> HttpResponse:
    return render(request, "calendars/_rows.html", {"others": rows})


def _back(request: WorkspaceRequest, form: ChoiceForm | None = None) -> str:
    """The page the form was on, if it was one of ours that can be shown again."""
    if form and (told := form.cleaned_data.get("next")):
        return str(told)
    page = request.headers.get("Referer", "")
    if "/choice" in page or not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return reverse("calendars:agenda")
    return page
