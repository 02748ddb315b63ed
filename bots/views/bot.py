"""The page of one bot: what is happening now, what may be asked of it, how it ended and why."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from bots import live_lines, stays
from bots.broadcast import topic_of
from bots.forms import ChatMessageForm
from bots.models import Bot
from bots.room import last_look, seconds_to_wait
from bots.telling import chat_of, tell
from upstream.registry import capabilities_of


@require_safe
@workspace_member
def bot(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(request.workspace.bots.for_page(), public_id=public_id)
    template = "bots/_status.html" if request.htmx else "bots/detail.html"
    # HTMX 4 names the tag of a target as well: section#about
    if request.htmx and (request.htmx.target or "").endswith("#about"):
        template = "bots/_about.html"
    return render(request, template, page_of(found, ChatMessageForm()))


def page_of(bot: Bot, form: ChatMessageForm) -> dict[str, Any]:
    room = last_look(bot)
    recordings_topic = f"{bot.workspace.public_id}/recordings"
    return {
        **tell(bot, bot.changes.all()),
        "chat": chat_of(bot),
        "reads_chat": capabilities_of(bot.account).can_read_chat,
        "lines": live_lines.shown(bot),
        "room": room,
        **stays.tell(bot),
        "look_every": seconds_to_wait(bot, room),
        "is_first": True,
        "topic": topic_of(bot),
        "form": form,
        "recordings_topic": recordings_topic,
        "live_topics": f"{topic_of(bot)} {recordings_topic}",
    }
