"""The mail queue as a worker empties it, and mail servers that have a bad day."""

from collections.abc import Sequence
from html.parser import HTMLParser
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from letters import sending
from letters.models import Letter

AWAY = "tests.letters.delivering.Away"
STRICT = "tests.letters.delivering.Strict"


class Away(BaseEmailBackend):
    """Nobody answers."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


class Strict(BaseEmailBackend):
    """Knows no such address."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"No such user")})


def deliver() -> None:
    """Send what is due, as the worker would."""
    for letter_id in Letter.objects.due(timezone.now()).order_by("pk").values_list("pk", flat=True):
        sending.send(letter_id)


def html_of(mail: EmailMessage) -> str:
    assert isinstance(mail, EmailMultiAlternatives)
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    return str(html)


class Loaded(HTMLParser):
    """What a mail links to, and what it would load by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "href":
                (self.links if tag == "a" else self.loads).append(value or "")
            elif name in ("src", "srcset", "background", "poster", "data"):
                self.loads.append(value or "")
