"""Who writes which kind of mail, and what one consists of.

    @writes("invitation", about="invitations to a workspace")
    def invitation(letter: Letter) -> Message | None:
        found = Invitation.objects.open().filter(public_id=letter.about).first()
        return found and Message("Ada invites you", "accounts/mail/invitation", {"it": found})

A writer is called when the mail is sent, so that it tells what is so then; None: there is nothing
left to say. `accounts/mail/invitation` stands for a .txt that extends letters/mail/base.txt and a
.html that extends letters/mail/base.html. Writers are imported when their app is ready.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from letters.models import Letter, Refusal

LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Message:
    """`zone` is the reader's; `reply_to` an address; nothing here is a header yet."""

    subject: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    zone: tzinfo | None = None
    reply_to: str = ""


Write = Callable[[Letter], Message | None]
Heed = Callable[[Letter, bool], None]


def heed_address(letter: Letter, wants_more: bool) -> None:
    """What somebody without an account says about mails of this kind."""
    if wants_more:
        Refusal.objects.filter(address=letter.to.lower(), kind=letter.kind).delete()
    else:
        Refusal.objects.get_or_create(address=letter.to.lower(), kind=letter.kind)


@dataclass(frozen=True, slots=True)
class Writer:
    """`about` completes "You get no more mails about …"; empty: nobody may refuse it.

    `heed` is told whether the reader wants more of them.
    """

    write: Write
    about: str
    heed: Heed


_writers: dict[str, Writer] = {}


def writes(kind: str, *, about: str = "", heed: Heed = heed_address) -> Callable[[Write], Write]:
    """Register who writes the letters of `kind`."""

    def register(write: Write) -> Write:
        _writers[kind] = Writer(write, about, heed)
        return write

    return register


def writer_of(letter: Letter) -> Writer:
    return _writers[letter.kind]


def one_line(text: str) -> str:
    """Whatever somebody called it, as one line: a header has one, and a sentence is one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_LINE]
