"""Which recording service a workspace uses, and what changing it would mean.

    the deployment's account   serves every workspace that brings none of its own
    a workspace's own          made ready first, looked at in a preview, then taken into use

Accounts of before are put away, never deleted: bots that are on their way there come home, and what
they recorded stays to be read and played.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from bots import moving as moving_bots
from bots.models import Bot
from calendars import moving as moving_calendars
from calendars.models import Calendar, Event
from upstream.models import ProviderName, UpstreamAccount, UpstreamAccountQuerySet
from upstream.registry import addresses_of, capabilities_of
from upstream.rotation import is_signed

SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Preview:
    """What goes along, what stays, and what might come a little late."""

    calendars: list[Calendar]
    meetings: list[Event]
    bots: list[Bot]
    staying: int
    soon: int
    losses: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.calendars or self.meetings or self.bots)


def places() -> list[tuple[str, str]]:
    """Where an account can be: each provider at each of its addresses."""
    found = []
    for name in ProviderName:
        addresses = addresses_of(name)
        for address in addresses:
            region = f" ({address.removeprefix('https://')})" if len(addresses) > 1 else ""
            found.append((f"{name.value} {address}", f"{name.label}{region}"))
        if settings.UPSTREAM_BASE_URL and settings.UPSTREAM_BASE_URL not in addresses:
            address = settings.UPSTREAM_BASE_URL
            found.append((f"{name.value} {address}", f"{name.label} ({address})"))
    return found


def region_of(account: UpstreamAccount) -> str:
    """Which of the provider's regions it is in; empty where there is but one."""
    has_regions = len(addresses_of(account.provider)) > 1
    return account.base_url.removeprefix("https://").rstrip("/") if has_regions else ""


def place_of(account: UpstreamAccount) -> str:
    """The provider, with the region where there are several."""
    region, name = region_of(account), ProviderName(account.provider).label
    return f"{name} ({region})" if region else str(name)


def within_reach(workspace: Workspace) -> UpstreamAccountQuerySet:
    """Its own accounts, those put away too, and the deployment's."""
    shared = UpstreamAccount.objects.filter(workspace=None, is_active=True)
    return UpstreamAccount.objects.filter(workspace=workspace) | shared


def make_ready(
    workspace: Workspace, *, provider: str, base_url: str, api_key: str, webhook_secret: str
) -> UpstreamAccount:
    """An account that is in no use yet. One that was made ready and never used is replaced."""
    unused = workspace.upstream_accounts.filter(is_active=False, bots=None, calendars=None)
    unused.delete()
    return UpstreamAccount.objects.create(
        workspace=workspace,
        name=f"{ProviderName(provider).label}, own key",
        provider=provider,
        base_url=base_url,
        api_key=api_key,
        webhook_secret=webhook_secret,
        is_active=False,
    )


def preview(workspace: Workspace, account: UpstreamAccount) -> Preview:
    meetings = moving_calendars.rebooked(workspace, account)
    bots = list(moving_bots.waiting(workspace, account))
    calendars = list(moving_calendars.elsewhere(workspace, account).order_by("name"))
    soon = timezone.now() + SOON
    can_choose = capabilities_of(account).can_choose_calendar
    return Preview(
        calendars=[one for one in calendars if can_choose or one.is_primary],
        meetings=meetings,
        bots=bots,
        staying=moving_bots.under_way(workspace, account).count(),
        soon=sum(one.starts_at < soon for one in meetings)
        + sum(one.starts_at < soon for one in bots),
        losses=_losses(calendars, account),
    )


@transaction.atomic
def take_into_use(workspace: Workspace, account: UpstreamAccount) -> None:
    """From now on bots come from `account`; what waits elsewhere is taken there."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    own = workspace.upstream_accounts.all()
    own.exclude(pk=account.pk).filter(is_active=True).update(is_active=False)
    own.filter(pk=account.pk).update(is_active=True)
    moving_calendars.begin(workspace, account)
    moving_bots.begin(workspace, account)


def steps_of(account: UpstreamAccount) -> tuple[str, ...]:
    """What to do at the provider, so that its messages arrive."""
    if not is_signed(account):
        return (
            "Sign in at the recording service and set the webhook address of the account to this.",
            "There is no secret to copy: its messages carry the API key.",
        )
    return (
        "Sign in at the recording service and open its webhooks.",
        "Add an endpoint with this address, for all events of bots and calendars.",
        "Copy the endpoint’s signing secret, whsec_…, and enter it under Key and webhooks.",
    )


def _losses(calendars: list[Calendar], account: UpstreamAccount) -> tuple[str, ...]:
    """What the other service has not; a calendar it cannot read is named."""
    capabilities = capabilities_of(account)
    flags = ("can_choose_calendar", "can_pause", "can_send_chat")
    reasons = [reason for flag in flags if (reason := capabilities.why_not(flag))]
    if capabilities.can_choose_calendar:
        return tuple(reasons)
    names = [calendar.name for calendar in calendars if not calendar.is_primary]
    unread = [f"“{name}” is not read there." for name in names]
    return (*reasons, *unread)
