"""What mails about recordings say; they lead to pages, never to files."""

from letters.models import Letter
from letters.writing import Message, one_line, writes
from recordings.models import Share, ShareState
from recordings.sharing import address_of


@writes("shared", about="recordings that people share with you")
def shared(letter: Letter) -> Message | None:
    """The address is the reader's own; a share that was revoked meanwhile is not told."""
    found = Share.objects.select_related("recording", "made_by").filter(public_id=letter.about)
    share = found.first()
    if share is None or share.state() != ShareState.OPEN:
        return None
    title = one_line(share.recording.title) or "a meeting"
    sender = one_line(share.made_by.get_full_name()) if share.made_by else "Somebody"
    return Message(
        subject=f"A recording for you: {title}",
        template="recordings/mail/shared",
        context={"share": share, "title": title, "sender": sender, "address": address_of(share)},
        reply_to=share.made_by.email if share.made_by else "",
    )
