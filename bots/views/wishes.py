"""What a person may ask of a bot. The answer to a wish is the bot's page; its effect follows live.

Each wish is in the audit trail; the call to the provider is a task's, after the commit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from bots import queue
from bots.forms import ChatMessageForm
from bots.models import Bot
from bots.telling import Wishes, wishes_open
from bots.views.bot import page_of


@dataclass(frozen=True, slots=True)
class Wish:
    """One that is made by a click: when it may be made, and what the person reads."""

    action: str
    is_open: Callable[[Wishes], bool]
    wake: Callable[[int], None]
    asked: str
    too_late: str


PAUSE = Wish(
    action="bot.pause",
    is_open=lambda may: may.pause,
    wake=queue.pause,
    asked="The bot was asked to pause.",
    too_late="Only a running recording can be paused.",
)
RESUME = Wish(
    action="bot.resume",
    is_open=lambda may: may.resume,
    wake=queue.resume,
    asked="The bot was asked to go on recording.",
    too_late="Only a paused recording can go on.",
)
END = Wish(
    action="bot.stop_recording",
    is_open=lambda may: may.stop,
    wake=queue.stop_recording,
    asked="The bot was asked to end this recording, and to stay.",
    too_late="Only a running recording can be ended.",
)
BEGIN = Wish(
    action="bot.start_recording",
    is_open=lambda may: may.start,
    wake=queue.start_recording,
    asked="The bot was asked to begin a new recording.",
    too_late="A new recording can be begun once the one before ended.",
)


@require_POST
@allowed_to(Permission.SEND)
def leaving(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    bot = _bot(request, public_id)
    with transaction.atomic():
        if not (bot.can_leave and bot.ask_to_leave()):
            return _too_late(request, bot, "The bot is already leaving, or not there.")
        audit.record_request(request, "bot.leave", bot.public_id, before={"state": bot.state})
        queue.leave(bot.pk)
    return _asked(request, bot, "The bot was asked to leave.")


@require_POST
@allowed_to(Permission.SEND)
def pause(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    return _wish(request, public_id, PAUSE)


@require_POST
@allowed_to(Permission.SEND)
def resumption(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    return _wish(request, public_id, RESUME)


@require_POST
@allowed_to(Permission.SEND)
def end(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """The bot stays in the meeting; another recording may be begun."""
    return _wish(request, public_id, END)


@require_POST
@allowed_to(Permission.SEND)
def begin(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    return _wish(request, public_id, BEGIN)


@require_POST
@allowed_to(Permission.SEND)
def chat_messages(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """The text is not in the trail: what is said in a meeting is content."""
    bot = _bot(request, public_id)
    form = ChatMessageForm(request.POST)
    if not wishes_open(bot).say:
        return _too_late(request, bot, "The bot is not in the meeting right now.")
    if not form.is_valid():
        return _show(request, bot, form, status=422)
    with transaction.atomic():
        audit.record_request(request, "bot.say", bot.public_id)
        queue.say(
            bot.pk,
            text=form.cleaned_data["text"],
            sent_by_id=request.user.pk,
            message_id=f"own-{uuid4()}",
        )
    return _asked(request, bot, "The message is on its way to the meeting.")


def _wish(request: WorkspaceRequest, public_id: str, wish: Wish) -> HttpResponse:
    bot = _bot(request, public_id)
    if not wish.is_open(wishes_open(bot)):
        return _too_late(request, bot, wish.too_late)
    with transaction.atomic():
        audit.record_request(request, wish.action, bot.public_id)
        wish.wake(bot.pk)
    return _asked(request, bot, wish.asked)


def _bot(request: WorkspaceRequest, public_id: str) -> Bot:
    return get_object_or_404(request.workspace.bots.for_page(), public_id=public_id)


def _asked(request: WorkspaceRequest, bot: Bot, sentence: str) -> HttpResponse:
    messages.info(request, sentence)
    if request.htmx:
        return _show(request, bot, ChatMessageForm())
    return redirect("bots:detail", bot.public_id)


def _too_late(request: WorkspaceRequest, bot: Bot, sentence: str) -> HttpResponse:
    """The world moved on since the page was drawn: say so, and show where the bot is now."""
    messages.warning(request, sentence)
    return _show(request, bot, ChatMessageForm(), status=409)


def _show(
    request: WorkspaceRequest, bot: Bot, form: ChatMessageForm, *, status: int = 200
) -> HttpResponse:
    """The whole page, or for HTMX the part of it that the wish was made in."""
    context = page_of(bot, form)
    template = "bots/_status.html" if request.htmx else "bots/detail.html"
    # HTMX 4 names the tag of a target as well: section#say-…
    if request.htmx and (request.htmx.target or "").endswith(f"#say-{bot.public_id}"):
        template = "bots/_say.html"
    return render(request, template, context, status=status)
