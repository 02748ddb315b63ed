"""What open pages are told when a bot moves: its chip wherever it stands, and its own page."""

from django.template.loader import render_to_string

from bots.forms import ChatMessageForm
from bots.models import Bot, LiveLine, StatusChange
from bots.telling import chat_of, tell
from live import changed, publish


def announce(bot: Bot, story: list[StatusChange]) -> None:
    """Send the chip to rows, the status section to the bot's page, and let lists fetch again."""
    everywhere = f"{bot.workspace.public_id}/bots"
    publish(everywhere, render_to_string("bots/_chip.html", {"bot": bot}))
    page = {**tell(bot, story), "form": ChatMessageForm()}
    publish(topic_of(bot), render_to_string("bots/_status.html", page))
    publish(topic_of(bot), render_to_string("bots/_say.html", page))
    if bot.is_final:
        announce_lines(bot, None)
    changed(topic_of(bot))
    changed(everywhere)


def announce_chat(bot: Bot) -> None:
    """Send the conversation, as far as one message of the stream holds it."""
    publish(topic_of(bot), render_to_string("bots/_chat.html", {"bot": bot, "chat": chat_of(bot)}))


def announce_stays(bot: Bot) -> None:
    """The look into the room fetches itself, with who came and left."""
    changed(topic_of(bot))


def announce_lines(bot: Bot, lines: list[LiveLine] | None) -> None:
    """Send what is being said: the last lines, half a line among them."""
    publish(topic_of(bot), render_to_string("bots/_lines.html", {"bot": bot, "lines": lines}))


def topic_of(bot: Bot) -> str:
    return f"{bot.workspace.public_id}/{bot.public_id}"
