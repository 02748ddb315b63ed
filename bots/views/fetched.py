"""What providers fetch for a bot. Whoever has the address may see it, so it holds nothing else."""

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bots import on_behalf
from bots.forms import TokenForm
from bots.models import Bot
from bots.pictures import BotPicture
from zoom.endpoint import Unanswered
from zoom.models import ZoomAccount
from zoom.tokens import PermissionOver

logger = logging.getLogger(__name__)

KEEP = "public, max-age=86400, immutable"  # another picture has another address


@require_safe
def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_object_or_404(BotPicture, public_id=public_id)
    return HttpResponse(
        bytes(shown.jpeg), content_type="image/jpeg", headers={"Cache-Control": KEEP}
    )


@require_safe
@never_cache
def zoom_zak(request: HttpRequest, public_id: str) -> HttpResponse:
    return _token(request, public_id, on_behalf.zak)


@require_safe
@never_cache
def zoom_join_token(request: HttpRequest, public_id: str) -> HttpResponse:
    return _token(request, public_id, on_behalf.join_token)


def _token(
    request: HttpRequest, public_id: str, ask: Callable[[ZoomAccount, Bot], str]
) -> HttpResponse:
    """The bare token; whatever is amiss is a 404, which the bot understands as: there is none."""
    form = TokenForm(request.GET)
    account = ZoomAccount.objects.connected().filter(public_id=public_id).first()
    if not form.is_valid() or account is None:
        raise Http404("no such address")
    if not constant_time_compare(form.cleaned_data["key"], account.address_key):
        raise Http404("no such address")
    bot = on_behalf.bot_on_its_way(account, form.cleaned_data["bot"])
    if bot is None:
        raise Http404("no bot sets out")
    try:
        return HttpResponse(ask(account, bot), content_type="text/plain; charset=us-ascii")
    except (PermissionOver, Unanswered) as reason:
        logger.info("no token of %s for %s: %s", public_id, bot.public_id, reason)
        raise Http404("no token") from None
