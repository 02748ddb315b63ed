"""What every mail looks like: plain text, and the same in HTML that needs nothing from anywhere.

The styles stand inline, as many programs drop the rest; a small sheet adds the dark colours where
it is heard. No picture, no font and no script is loaded, and nothing tells that a mail was read.
"""

import re

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

LINK = re.compile(r"https?://\S+")


def with_html(mail: EmailMultiAlternatives) -> EmailMultiAlternatives:
    """Add to a mail that is only text the same words in our layout; a link alone is a button."""
    blocks = [block.strip() for block in str(mail.body).split("\n\n")]
    paragraphs = [(block, bool(LINK.fullmatch(block))) for block in blocks if block]
    html = render_to_string(
        "letters/mail/plain.html", {"subject": mail.subject, "paragraphs": paragraphs}
    )
    mail.attach_alternative(html, "text/html")
    return mail
