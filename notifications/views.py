"""The bell, the list behind it, and the settings: each of the person who is signed in, alone."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

import live
from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from notifications import preferring
from notifications.forms import PageForm, ReadForm, WaysForm
from notifications.models import Notification, NotificationQuerySet, Preference
from notifications.telling import topic_of
from notifications.templatetags.bell import unread_count
from notifications.ways import rows_of

PAGE = 30


@require_safe
@workspace_member
@vary_on_headers("HX-Request")
def notifications(request: WorkspaceRequest) -> HttpResponse:
    form = PageForm(request.GET)
    if not form.is_valid():
        raise Http404("no such page")
    mine = _mine(request)
    before = form.cleaned_data["before"]
    last_seen = get_object_or_404(mine, public_id=before) if before else None
    found = list(mine.for_list(older_than=last_seen)[: PAGE + 1])
    context = {
        "notifications": found[:PAGE],
        "unread": unread_count(request),
        "before": before,
        "next_before": found[PAGE - 1].public_id if len(found) > PAGE else "",
        "live_topics": topic_of(request.user),
    }
    fragment = "#list" if request.htmx else ""
    return render(request, f"notifications/list.html{fragment}", context)


@require_safe
@workspace_member
def bell(request: WorkspaceRequest) -> HttpResponse:
    """The bell by itself: open pages fetch it when something was told."""
    context = {"unread": unread_count(request), "live_topic": topic_of(request.user)}
    return render(request, "notifications/_bell.html", context)


@require_safe
@workspace_member
def notification(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Go to what it tells; who goes there has read it."""
    told = get_object_or_404(_mine(request), public_id=public_id)
    _mark(request, _mine(request).filter(pk=told.pk), is_read=True)
    return redirect(told.path)


@require_POST
@workspace_member
def reading(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Let one count as read, or as unread again."""
    told = get_object_or_404(_mine(request), public_id=public_id)
    form = ReadForm(request.POST)
    form.full_clean()
    _mark(request, _mine(request).filter(pk=told.pk), is_read=form.cleaned_data["is_read"])
    return redirect("notifications:list")


@require_POST
@workspace_member
def all_reading(request: WorkspaceRequest) -> HttpResponse:
    count = _mark(request, _mine(request), is_read=True)
    messages.success(request, f"{count} marked as read." if count else "All were read already.")
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def settings(request: WorkspaceRequest) -> HttpResponse:
    """Each choice is saved at once; without JavaScript there is a button."""
    ways = Preference.objects.of(request.user, request.workspace)
    form = WaysForm(request.POST or None, ways=ways)
    if form.is_valid():
        _keep(request, form)
        if request.htmx:
            return render(
                request, "notifications/settings.html#saved", {"saved_at": timezone.now()}
            )
        messages.success(request, "Saved.")
        return redirect("notifications:settings")
    context = {"form": form, "rows": rows_of(form)}
    status = 422 if form.is_bound else 200
    return render(request, "notifications/settings.html", context, status=status)


@transaction.atomic
def _keep(request: WorkspaceRequest, form: WaysForm) -> None:
    before, after = preferring.choose(request.user, request.workspace, form.wished)
    if after:
        audit.record_request(
            request, "notifications.change", request.user.public_id, before=before, after=after
        )


def _mine(request: WorkspaceRequest) -> NotificationQuerySet:
    return Notification.objects.shown_to(request.user, request.workspace)


@transaction.atomic
def _mark(request: WorkspaceRequest, told: NotificationQuerySet, *, is_read: bool) -> int:
    """How many were not so before."""
    changed = told.filter(read_at__isnull=is_read)
    count = changed.update(read_at=timezone.now() if is_read else None)
    if count:
        live.changed(topic_of(request.user))
    return count
