"""What somebody sees who was given a link: the shared part and nothing beside it.

    address ──► slow down (429) ──► nobody's (404) ──► over (410) ──► locked (passcode) ──► page

Every answer asks search engines to stay away and browsers to keep nothing. Who has looked, and that
they knew the passcode, is in a signed cookie of that one address.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.core import signing
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import client_address
from accounts.models import User
from recordings import captions, excerpts, knocks, moments, sharing
from recordings.exports.about import download_name
from recordings.forms import MediaForm
from recordings.models import ArtifactKind, ClipState, Share, ShareState
from recordings.serving import Stored, hand_out, respond
from recordings.share_forms import PasscodeForm, SharedForm
from recordings.transcripts import Turn

COOKIE = "share"
COOKIE_LASTS = timedelta(days=30)
MINUTE = timedelta(minutes=1)
PAGES, FILES = 120, 1200  # a minute, from one address; a player asks for many pieces of a file

View = Callable[..., HttpResponseBase]


class Guest:
    """What the browser brought along for one share."""

    def __init__(self, request: HttpRequest, share: Share) -> None:
        self.share = share
        told = _told(request, share)
        self.visitor = str(told.get("visitor") or secrets.token_hex(16))
        self.key = str(told.get("key") or "")

    @property
    def may_enter(self) -> bool:
        return not self.share.passcode or constant_time_compare(self.key, _key(self.share))

    def remember(self, response: HttpResponseBase, *, is_secure: bool) -> None:
        told = {"visitor": self.visitor, "key": self.key}
        response.set_cookie(
            COOKIE,
            signing.dumps(told, salt=_salt(self.share)),
            max_age=COOKIE_LASTS,
            path=reverse("shared:page", args=[self.share.token]),
            secure=is_secure,
            httponly=True,
            samesite="Lax",
        )


def _told(request: HttpRequest, share: Share) -> dict[str, Any]:
    try:
        told = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_salt(share), max_age=COOKIE_LASTS
        )
    except signing.BadSignature:
        return {}
    return cast(dict[str, Any], told)


def _salt(share: Share) -> str:
    return f"recordings.shared.{share.token_digest}"


def _key(share: Share) -> str:
    """Proves that the passcode was known; another passcode, another key."""
    return salted_hmac(_salt(share), share.passcode, algorithm="sha256").hexdigest()


def opened(most: int) -> Callable[[View], View]:
    """Let a view be reached through a link that is open, `most` times a minute."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
            response = _through_the_door(request, token, view, most)
            response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            if "Cache-Control" not in response:
                response["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return decorate


def _through_the_door(request: HttpRequest, token: str, view: View, most: int) -> HttpResponseBase:
    address = client_address(request) or ""
    if knocks.is_too_many(view.__name__, address, most=most, within=MINUTE):
        return _slow_down(request, "too_fast", MINUTE)
    share = sharing.find(token)
    if share is None:
        raise Http404("nothing is shared here")
    state = share.state()
    if state != ShareState.OPEN:
        return render(request, "recordings/shared/closed.html", {"state": state}, status=410)
    return view(request, share)


def _slow_down(request: HttpRequest, why: str, wait: timedelta) -> HttpResponse:
    minutes = max(1, round(wait / MINUTE))
    context = {"state": why, "minutes": minutes}
    response = render(request, "recordings/shared/closed.html", context, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


@gzip_page
@require_safe
@opened(PAGES)
def page(request: HttpRequest, share: Share) -> HttpResponse:
    guest = Guest(request, share)
    if not guest.may_enter:
        return _ask(request, share, PasscodeForm())
    sharing.note_visit(share, guest.visitor, _person(request))
    response = render(request, "recordings/shared/page.html", _context(request, share))
    guest.remember(response, is_secure=request.is_secure())
    return response


@require_POST
@opened(PAGES)
def passcode(request: HttpRequest, share: Share) -> HttpResponse:
    form = PasscodeForm(request.POST)
    if not share.passcode:
        return redirect("shared:page", share.token)
    if not form.is_valid():
        return _ask(request, share, form, status=422)
    if sharing.is_guessing(share, client_address(request) or ""):
        return _slow_down(request, "guessing", sharing.TRIES_WITHIN)
    if not sharing.is_right(share, form.cleaned_data["passcode"]):
        form.add_error("passcode", "This is not the passcode. Check it with whoever sent the link.")
        return _ask(request, share, form, status=422)
    guest = Guest(request, share)
    guest.key = _key(share)
    response = redirect("shared:page", share.token)
    guest.remember(response, is_secure=request.is_secure())
    return response


@require_safe
@opened(FILES)
def media(request: HttpRequest, share: Share) -> HttpResponseBase:
    _only_inside(request, share)
    form = MediaForm(request.GET)
    is_download = form.is_valid() and form.cleaned_data["download"]
    if share.is_text_only or (is_download and not share.can_download):
        raise Http404("not shared")
    stored = _clip(share, is_download) if share.is_part else _whole(share, is_download)
    response = respond(request, stored)
    response["Cache-Control"] = "private, no-cache"  # a revoked link plays nothing from a cache
    return response


@require_safe
@opened(FILES)
def captions_vtt(request: HttpRequest, share: Share) -> HttpResponse:
    _only_inside(request, share)
    return HttpResponse(
        captions.vtt(_turns(share)),
        content_type="text/vtt; charset=utf-8",
        headers={"X-Content-Type-Options": "nosniff"},
    )


@require_safe
@opened(PAGES)
def text(request: HttpRequest, share: Share) -> HttpResponseBase:
    _only_inside(request, share)
    if not share.can_download:
        raise Http404("not to be saved")
    title = share.recording.title or "Untitled meeting"
    return hand_out(
        request,
        excerpts.plain(title, _turns(share)),
        content_type="text/plain; charset=utf-8",
        download_name=f"{download_name(share.recording)}.txt",
    )


def _only_inside(request: HttpRequest, share: Share) -> None:
    if not Guest(request, share).may_enter:
        raise Http404("locked")


def _person(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _ask(request: HttpRequest, share: Share, form: PasscodeForm, status: int = 200) -> HttpResponse:
    context = {"share": share, "form": form}
    return render(request, "recordings/shared/passcode.html", context, status=status)


def _context(request: HttpRequest, share: Share) -> dict[str, Any]:
    form = SharedForm(request.GET)
    form.is_valid()  # a wrong moment counts as none
    moment = form.cleaned_data.get("t")
    turns = _turns(share)
    recording = share.recording
    is_part = share.is_part
    return {
        "share": share,
        "recording": recording,
        "turns": excerpts.html(turns),
        "people": list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker)),
        "seconds": ((share.end_ms or 0) - (share.start_ms or 0)) / 1000
        if is_part
        else recording.duration_seconds,
        "kind": _kind(share),
        "is_cutting": share.clip_state == ClipState.PENDING,
        "quote": moments.among(turns, moment) if moment else None,
        "start": moment.start if moment else None,
    }


def _turns(share: Share) -> list[Turn]:
    """The words of this share, timed as its file is."""
    transcript = getattr(share.recording, "transcript", None)
    turns = excerpts.turns_of(transcript, share.start_ms, share.end_ms)
    return excerpts.from_zero(turns, share.start_ms) if share.start_ms is not None else turns


def _kind(share: Share) -> str:
    """What there is to play: video, audio, or nothing."""
    if share.is_text_only:
        return ""
    if share.is_part:
        is_ready = share.clip_state == ClipState.READY
        return (share.clip_type.partition("/")[0] if is_ready else "") or ""
    kinds = {one.kind for one in share.recording.artifacts.playable()}
    return next((kind for kind in (ArtifactKind.VIDEO, ArtifactKind.AUDIO) if kind in kinds), "")


def _whole(share: Share, is_download: bool) -> Stored:
    kind = _kind(share)
    artifact = share.recording.artifacts.playable().filter(kind=kind).first()
    if artifact is None:
        raise Http404("nothing to play")
    name = str(artifact.file.name)
    return Stored(
        name=name,
        size=artifact.size or 0,
        content_type=artifact.content_type,
        changed_at=artifact.fetched_at or artifact.created_at,
        download_name=f"{download_name(share.recording)}.{name.rpartition('.')[2]}",
        is_download=is_download,
    )


def _clip(share: Share, is_download: bool) -> Stored:
    name = str(share.clip.name) if share.clip else ""
    if not name or not default_storage.exists(name):
        raise Http404("not cut yet")
    return Stored(
        name=name,
        size=default_storage.size(name),
        content_type=share.clip_type,
        changed_at=share.created_at,
        download_name=f"{download_name(share.recording)}_part.{name.rpartition('.')[2]}",
        is_download=is_download,
    )
