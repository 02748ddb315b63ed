"""Sends one letter: written at the last moment, told once, tried again while the server is away.

    claim ──► write ──► hand over ──► sent
                │           │ no answer: later     │ no such reader: failed
                ▼ nothing   ▼
             dropped     waiting, up to a day

A worker that is killed between handing over and noting it lets another send it again, under the
same Message-ID, by which mail programs show the two as one.
"""

import logging
from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from letters.models import Letter, LetterState, Refusal
from letters.refusing import address_to_refuse
from letters.writing import Message, Writer, one_line, writer_of

logger = logging.getLogger(__name__)

FOR_GOOD = 500  # a mail server that says so will say so again (RFC 5321, 4.2.1)


def send(letter_id: int) -> datetime | None:
    """Send it if it is due; return when to try again, if ever."""
    letter = Letter.objects.claim(letter_id, timezone.now())
    if letter is None:
        return None
    writer = writer_of(letter)
    if Refusal.objects.filter(address=letter.to.lower(), kind=letter.kind).exists():
        letter.settle(LetterState.REFUSED)
        return None
    message = writer.write(letter)
    if message is None or not letter.to:
        letter.settle(LetterState.DROPPED)
        return None
    return _hand_over(letter, compose(letter, writer, message))


def compose(letter: Letter, writer: Writer, message: Message) -> EmailMultiAlternatives:
    """The mail as it leaves."""
    refuse_url = address_to_refuse(letter) if writer.about else ""
    context = {**message.context, "subject": one_line(message.subject), "refuse_url": refuse_url}
    with timezone.override(message.zone):
        text = render_to_string(f"{message.template}.txt", context)
        html = render_to_string(f"{message.template}.html", context)
    mail = EmailMultiAlternatives(
        subject=one_line(message.subject),
        body=text.strip() + "\n",
        to=[letter.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=_headers(letter, refuse_url),
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _headers(letter: Letter, refuse_url: str) -> dict[str, str]:
    """One click refuses it (RFC 8058); no program answers it by itself (RFC 3834)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{letter.code}@{domain}>", "Auto-Submitted": "auto-generated"}
    if refuse_url:
        headers["List-Unsubscribe"] = f"<{refuse_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _hand_over(letter: Letter, mail: EmailMultiAlternatives) -> datetime | None:
    try:
        mail.send()
    except OSError as trouble:  # every SMTPException is one
        logger.info("letter %s was not taken: %s", letter.pk, type(trouble).__name__)
        if _is_for_good(trouble):
            letter.settle(LetterState.FAILED, _in_short(trouble))
            return None
        return letter.put_off(_in_short(trouble))
    letter.settle(LetterState.SENT)
    return None


def _is_for_good(trouble: OSError) -> bool:
    if isinstance(trouble, SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _ in trouble.recipients.values())
    is_about_us = isinstance(trouble, SMTPResponseException) and trouble.smtp_code in (530, 535)
    return (
        isinstance(trouble, SMTPResponseException)
        and trouble.smtp_code >= FOR_GOOD
        and not is_about_us  # our own sign-in: somebody will put it right
    )


def _in_short(trouble: OSError) -> str:
    """The kind of trouble and its number; the server's words may repeat what the mail says."""
    if isinstance(trouble, SMTPRecipientsRefused):
        codes = sorted({code for code, _ in trouble.recipients.values()})
        return f"The mail server does not take the address ({', '.join(map(str, codes))})."
    if isinstance(trouble, SMTPResponseException):
        return f"The mail server answered {trouble.smtp_code}."
    return f"No mail server answered ({type(trouble).__name__})."
