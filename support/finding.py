"""One box finds anything: an e-mail address, one of our ids, a meeting link, a provider's id.

What is found is shown by its kind, its id and its workspace; titles are content.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from accounts.models import AuditEntry, User, Workspace
from bots.links import normalize
from bots.models import Bot, StatusChange
from calendars.models import Calendar, Connection, Event, Rule
from recordings.models import Deletion, Recording
from support.models import Grant
from upstream.models import UpstreamAccount
from webhooks.models import Delivery

MOST_OF_A_KIND = 20
BY_PREFIX: dict[str, type[Model]] = {
    "usr": User,
    "ws": Workspace,
    "aud": AuditEntry,
    "up": UpstreamAccount,
    "bot": Bot,
    "con": Connection,
    "cal": Calendar,
    "evt": Event,
    "rul": Rule,
    "rec": Recording,
    "del": Deletion,
    "dlv": Delivery,
    "gra": Grant,
}


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    name: str
    workspace: str
    path: str


def find(wanted: str) -> list[Hit]:
    """Everything that is called this, wherever it lies."""
    wanted = wanted.strip().replace("\x00", "")
    if not wanted:
        return []
    rows = [row for found in _found(wanted) for row in found[:MOST_OF_A_KIND]]
    unique = {(type(row), row.pk): row for row in rows}
    return [_hit(row) for row in unique.values()]


def page_of(row: Model) -> str:
    """A bot and an event have a case file; all else its page in the console."""
    if isinstance(row, Bot | Event):
        return reverse("admin:support_case", args=[row.public_id])
    if isinstance(row, Grant):
        return reverse("admin:support_grants")
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _found(wanted: str) -> Iterator[QuerySet[Model]]:
    prefix, _, rest = wanted.partition("_")
    if rest and (model := BY_PREFIX.get(prefix)):
        manager = getattr(model, "everything", model._default_manager)
        yield _with_workspace(manager.filter(public_id=wanted))
    elif "@" in wanted and "/" not in wanted:
        yield from _of_address(wanted)
    elif "/" in wanted:
        yield from _at_link(wanted)
    yield from _of_provider(wanted)


def _of_address(email: str) -> Iterator[QuerySet[Model]]:
    people = User.objects.filter(email__iexact=email)
    yield people
    yield Workspace.objects.filter(memberships__user__in=people)
    yield _with_workspace(Connection.objects.filter(email__iexact=email))
    mine = Calendar.objects.filter(
        Q(connection__email__iexact=email) | Q(connection__user__in=people)
    )
    yield _with_workspace(mine)


def _at_link(link: str) -> Iterator[QuerySet[Model]]:
    """Bots by the room, whatever else the link carries; events by the link as it stands there."""
    whole = link if "://" in link else f"https://{link}"
    room = normalize(whole)
    if room:
        bots = Bot.objects.filter(meeting_key__startswith=room)
        yield _with_workspace(bots.order_by("-starts_at"))
    events = Event.objects.filter(meeting_url__in={link, whole, whole.partition("?")[0]})
    yield _with_workspace(events.order_by("-starts_at"))


def _of_provider(its_id: str) -> Iterator[QuerySet[Model]]:
    told = StatusChange.objects.filter(upstream_id=its_id).values("bot")
    yield _with_workspace(Bot.objects.filter(Q(upstream_id=its_id) | Q(pk__in=told)))
    yield _with_workspace(Event.objects.filter(Q(upstream_id=its_id) | Q(identity=its_id)))
    yield _with_workspace(Calendar.objects.filter(Q(upstream_id=its_id) | Q(raw_id=its_id)))
    yield Delivery.objects.filter(message_id=its_id).defer("body")


def _with_workspace(rows: QuerySet[Model]) -> QuerySet[Model]:
    has_one = any(field.name == "workspace" for field in rows.model._meta.get_fields())
    return rows.select_related("workspace") if has_one else rows


def _hit(row: Model) -> Hit:
    name = row.email if isinstance(row, User) else getattr(row, "public_id", "") or str(row)
    workspace = row if isinstance(row, Workspace) else getattr(row, "workspace", None)
    kind = str(row._meta.verbose_name).capitalize()
    return Hit(kind, name, workspace.name if workspace else "", page_of(row))
