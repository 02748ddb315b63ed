"""The chat of a meeting while the bot is there. Each message once, however often it is told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from bots.broadcast import announce_chat
from bots.models import Bot, ChatMessage
from upstream.events import ChatMessageSent


def keep_own(bot: Bot, *, text: str, sent_by: User | None, message_id: str) -> bool:
    """Keep what the bot said for somebody; the id comes with the wish, so a repeat is none."""
    speaker = f"{bot.name} (from {sent_by})" if sent_by else bot.name
    return _keep(bot, message_id=message_id, sender=speaker, text=text, sent_at=timezone.now())


def store(bot: Bot, event: ChatMessageSent) -> bool:
    """Keep a message from the meeting; False when it was known."""
    return _keep(
        bot,
        message_id=event.message_id,
        sender=event.sender_name,
        text=event.text,
        sent_at=event.happened_at,
    )


@transaction.atomic
def _keep(bot: Bot, *, message_id: str, sender: str, text: str, sent_at: datetime) -> bool:
    _, is_new = ChatMessage.objects.get_or_create(
        bot=bot,
        message_id=message_id[:120],
        defaults={"sender_name": sender[:200], "text": text, "sent_at": sent_at},
    )
    if is_new:
        announce_chat(bot)
    return is_new
