"""What providers fetch for a bot. Whoever has the address may see it, so it holds nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bots.pictures import BotPicture

KEEP = "public, max-age=86400, immutable"  # another picture has another address


@require_safe
def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_object_or_404(BotPicture, public_id=public_id)
    return HttpResponse(
        bytes(shown.jpeg), content_type="image/jpeg", headers={"Cache-Control": KEEP}
    )
