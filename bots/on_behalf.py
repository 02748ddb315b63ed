"""On whose behalf a bot joins a Zoom meeting: what goes along with it, and what it may ask for.

pass_for  the person's permission, as the bot's recording service wants to be told of it
coming_on_behalf_of
          how many bots hang on one person's permission
heed_end  what the end of a bot says about the permissions
rebook    bots that wait for their time are told anew when the permissions change
zak, join_token
          what Recall.ai asks for as a bot sets out; only while the bot is on its way
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from bots import queue
from bots.links import ZOOM_NUMBER, parts_of
from bots.models import Bot
from upstream.models import UpstreamAccount
from upstream.reasons import explain
from upstream.registry import capabilities_of
from upstream.states import BotState, Platform
from upstream.zoom import ZoomPass
from zoom import endpoint, health, tokens
from zoom import queue as zoom_queue
from zoom.choosing import choose, usable
from zoom.models import Health, ZoomAccount

SETS_OUT_WITHIN = timedelta(minutes=30)
SPARE = timedelta(minutes=1)
ABOUT_PERMISSIONS = ("zoom-authorisation", "zoom-app")


def pass_for(bot: Bot) -> ZoomPass | None:
    """None for other platforms, and where nobody's permission is to be had."""
    if bot.platform != Platform.ZOOM:
        return None
    account = choose(usable(bot.workspace, bot.account), bot.requested_by_id)
    if account is None:
        return None
    account.note_used()
    is_asked_of_us = not capabilities_of(bot.account).keeps_zoom_tokens
    return ZoomPass(
        user_id=account.zoom_user_id,
        email=account.email,
        credential_id=account.credential_id,
        zak_url=_address("zoom_zak", account, bot) if is_asked_of_us else "",
        join_token_url=_address("zoom_join_token", account, bot) if is_asked_of_us else "",
    )


def coming_on_behalf_of(account: ZoomAccount, service: UpstreamAccount) -> int:
    """How many bots that wait for their time would come on behalf of this account."""
    accounts = usable(account.workspace, service)
    waiting = Bot.objects.filter(workspace=account.workspace_id, state=BotState.SCHEDULED)
    ours = waiting.filter(platform=Platform.ZOOM, account=service, leave_requested_at=None)
    people = ours.values_list("requested_by_id", flat=True)
    return sum(choose(accounts, person) == account for person in people)


def rebook(workspace_id: int) -> None:
    """Have the bots that wait be told of the permissions as they are now; too late is too late."""
    waiting = Bot.objects.filter(
        workspace=workspace_id,
        platform=Platform.ZOOM,
        state=BotState.SCHEDULED,
        leave_requested_at=None,
        change_asked_at=None,
    ).exclude(booked_at=None)
    for bot in waiting.select_related("account"):
        locked = timedelta(seconds=capabilities_of(bot.account).lock_window_seconds)
        if bot.starts_at > timezone.now() + locked + SPARE:
            Bot.objects.filter(pk=bot.pk).update(change_asked_at=timezone.now())
            queue.change(bot.pk)


def heed_end(bot: Bot) -> None:
    """Zoom may have refused a permission: ask how they are now, not at the next round."""
    is_refused = explain(bot.reason).cause.slug in ABOUT_PERMISSIONS
    if bot.state == BotState.FAILED and bot.platform == Platform.ZOOM and is_refused:
        for account in usable(bot.workspace, bot.account):
            zoom_queue.check(account.pk)


def bot_on_its_way(account: ZoomAccount, bot_id: str) -> Bot | None:
    """A bot for which this account may be asked for a token now."""
    soon = timezone.now() + SETS_OUT_WITHIN
    ours = Bot.objects.unfinished().filter(workspace=account.workspace_id, platform=Platform.ZOOM)
    return ours.filter(public_id=bot_id, starts_at__lt=soon).first()


def zak(account: ZoomAccount, bot: Bot) -> str:
    """Raises endpoint.Unanswered, tokens.PermissionOver."""
    return endpoint.zak(_access_token(account))


def join_token(account: ZoomAccount, bot: Bot) -> str:
    """Of a meeting that is the person's own; the host of another is asked in the meeting."""
    found = ZOOM_NUMBER.search(parts_of(bot.meeting_url).path)
    if found is None:
        raise endpoint.Unanswered("no number")
    return endpoint.join_token(_access_token(account), found[1])


def _access_token(account: ZoomAccount) -> str:
    try:
        token = tokens.access_token(account)
    except tokens.PermissionOver as over:
        health.note(account, Health.OVER, str(over))
        raise
    account.note_used()
    return token


def _address(name: str, account: ZoomAccount, bot: Bot) -> str:
    """Nobody can guess the key; it is good for bots of this workspace, as they set out."""
    path = reverse(f"fetched:{name}", args=[account.public_id])
    query = urlencode({"bot": bot.public_id, "key": account.address_key})
    return f"{settings.WEBHOOK_BASE_URL}{path}?{query}"
