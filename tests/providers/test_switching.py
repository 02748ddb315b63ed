"""A team goes to another provider: what people chose comes along, and is booked there."""

import pytest
from django.test import Client

from calendars import connecting
from calendars.models import Calendar, Choice, Connection, Event
from tests.providers.conftest import PROVIDERS
from tests.providers.world import World
from tests.sandbox_process import API_KEY, WEBHOOK_SECRET
from upstream.models import ProviderName, UpstreamAccount
from upstream.webhook_address import webhook_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def next_account(world: World) -> UpstreamAccount:
    """An account at one of the other providers; the calendar will be read through it."""
    here = PROVIDERS.index(ProviderName(world.account.provider))
    account = UpstreamAccount.objects.create(
        name="the next",
        provider=PROVIDERS[(here + 1) % len(PROVIDERS)],
        base_url=world.sandbox.url,
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )
    world.sandbox.point_webhooks_at(webhook_url(account))
    return account


def numbers(calendar: Calendar) -> list[Event]:
    found = calendar.events.filter(title="Weekly numbers", gone_at=None)
    return list(found.for_work().order_by("starts_at"))


def test_a_choice_for_a_series_outlives_the_provider(
    world: World,
    calendar: Calendar,
    connection: Connection,
    alice: Client,
    request: pytest.FixtureRequest,
) -> None:
    world.meeting(title="Weekly numbers", recurring=3)
    world.until(lambda: len(numbers(calendar)) == 3)
    before = numbers(calendar)
    world.choose(alice, before[0], "record", scope="series")
    world.choose(alice, before[1], "never")
    chosen_at = list(Choice.objects.order_by("id").values_list("chosen_at", flat=True))

    account: UpstreamAccount = request.getfixturevalue("next_account")
    with world.outside.work():
        connecting.disconnect(Calendar.objects.for_work().get(pk=calendar.pk), gives_back=False)
    connection.renew(
        refresh_token=world.sandbox.refresh_token(connection.email),
        scopes=connection.scopes,
        email=connection.email,
    )
    connection.save()
    offered = connecting.available(connection, account)
    with world.outside.work():
        connecting.choose(connection, account, [one for one in offered if one.is_primary])
    world.outside.wait_until_read(calendar)

    after = numbers(calendar)
    assert [event.starts_at for event in after] == [event.starts_at for event in before]
    assert {event.calendar.account_id for event in after} == {account.pk}
    assert {event.upstream_id for event in after}.isdisjoint(one.upstream_id for one in before)
    assert [event.will_record for event in after] == [True, False, True]
    assert list(Choice.objects.order_by("id").values_list("chosen_at", flat=True)) == chosen_at
    standing = [world.bookings(event)[-1:] for event in after]
    assert standing == [["scheduled"], [], ["scheduled"]]
    page = alice.get(f"/events/{after[0].public_id}/").content.decode()
    assert "chosen for the whole series" in page
