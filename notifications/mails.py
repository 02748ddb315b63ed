"""The mails that tell news, and what refusing one means to a person with an account."""

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from accounts import audit
from accounts.elsewhere import path_in
from accounts.models import User, Workspace
from accounts.zones import zone_called
from letters.models import Letter
from letters.writing import Message, one_line, writes
from notifications import preferring
from notifications.kinds import KINDS, Kind, Way
from notifications.models import Notification

MOST_ITEMS = 10


def news_of(letter: Letter) -> list[Notification]:
    """What a letter has to tell; nothing to who has left the workspace or may not come in."""
    told = letter.notifications.filter(
        is_shown=True, person__is_active=True, person__memberships__workspace=F("workspace")
    )
    return list(told.select_related("person", "workspace").order_by("created_at", "pk"))


def message_to(
    news: list[Notification], *, subject: str, template: str, context: dict[str, object]
) -> Message:
    """A mail in the frame of all news: in the reader's zone, with the way to the settings."""
    first = news[0]
    frame = {
        "kind": first.kind_of,
        "workspace": one_line(first.workspace.name),
        "settings_url": address(path_in(first.workspace, reverse("notifications:settings"))),
    }
    return Message(subject, template, frame | context, zone=zone_called(first.person.time_zone))


def address(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def heed_reader(letter: Letter, wants_more: bool) -> None:
    """What a person answers to a mail of news, whose subject is the workspace."""
    workspace = Workspace.objects.filter(public_id=letter.about).first()
    if letter.reader and workspace:
        heed(letter.reader, workspace, letter.kind, wants_more)


def heed(person: User, workspace: Workspace, kind: str, wants_more: bool) -> None:
    """No mail does not mean no news: it still stands in the product."""
    way = Way.EMAIL if wants_more else Way.PRODUCT
    before, after = preferring.choose(person, workspace, {kind: way})
    if after:
        audit.record(
            workspace=workspace,
            actor=person,
            action="notifications.change",
            target=person.public_id,
            before=before,
            after=after,
        )


def _write(letter: Letter) -> Message | None:
    """News of one kind, as it was told: each with its page."""
    news = news_of(letter)
    if not news:
        return None
    kind = KINDS[letter.kind]
    items = [(one.title, one.note, address(one.path)) for one in news[:MOST_ITEMS]]
    context = {
        "items": items,
        "more": len(news) - len(items),
        "list_url": address(path_in(news[0].workspace, reverse("notifications:list"))),
    }
    return message_to(
        news, subject=_subject(kind, news), template="notifications/mail/news", context=context
    )


def _subject(kind: Kind, news: list[Notification]) -> str:
    if len(news) == 1:
        return f"{kind.name.label}: {news[0].title}"
    return kind.many.format(count=len(news))


for _kind in KINDS.values():
    if _kind.is_mailed_here:
        writes(_kind.name, about=_kind.about, heed=heed_reader)(_write)
