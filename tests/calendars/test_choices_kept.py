"""What people chose stays with the meeting: through a split, a disconnection, another provider.

Four meetings a week apart, and a word said of them in each scope:

    0  follows the series: record
    1  don't record, this one alone
    2  don't record, this and later
    3  record, this one alone
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calendars import choosing, connecting, health
from calendars.choosing import Scope
from calendars.models import Calendar, Choice, Connection, Event, Verdict
from tests.calendars.calls import Calls, make_old
from tests.calendars.conftest import decide
from tests.calendars.world import Outside
from tests.sandbox_process import API_KEY, WEBHOOK_SECRET
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import CalendarStatus

pytestmark = pytest.mark.django_db
RECORD, NEVER = Verdict.RECORD, Verdict.NEVER
SAID = [(0, RECORD, Scope.SERIES), (2, NEVER, Scope.LATER), (1, NEVER, Scope.THIS),
        (3, RECORD, Scope.THIS)]  # fmt: skip
AS_SAID = [True, False, False, True]


@pytest.fixture
def calls(calendar: Calendar, outside: Outside, account: UpstreamAccount) -> Calls:
    return Calls(outside, account)


@pytest.fixture
def weekly(calendar: Calendar, calls: Calls, alice_user: User) -> list[Event]:
    """A series on Maya's calendar, spoken about in each scope."""
    start = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    calls.after("events", title="Retro", link="zoom", start=start.timestamp(), recurring=4)
    events = retros(calendar)
    assert len({event.identity for event in events}) == 1
    for at, verdict, scope in SAID:
        choosing.choose([events[at]], verdict, by=alice_user, at=timezone.now(), scope=scope)
    assert answers(calendar) == AS_SAID
    return events


def retros(calendar: Calendar) -> list[Event]:
    found = calendar.events.filter(title="Retro", gone_at=None).for_work()
    return list(found.order_by("starts_at"))


def answers(calendar: Calendar) -> list[bool]:
    """Whether they will be recorded, as the rows say."""
    return [event.will_record for event in retros(calendar)]


@pytest.mark.parametrize("minutes", [240, -90])
@pytest.mark.parametrize("at", [1, 2])
def test_a_split_takes_them_along(
    calls: Calls, calendar: Calendar, weekly: list[Event], at: int, minutes: int
) -> None:
    """The split meeting and those after it are a new series, at another time."""
    make_old()
    calls.after(f"events/{weekly[at].upstream_id}/split", minutes=minutes)
    moved = weekly[at].starts_at + timedelta(minutes=minutes)

    def is_told() -> bool:
        calls.bring()
        events = retros(calendar)
        return len(events) == 4 and events[at].starts_at == moved

    calls.outside.sandbox.wait_for(is_told)
    assert retros(calendar)[at].series_id != weekly[at].series_id
    assert answers(calendar) == AS_SAID


@pytest.mark.usefixtures("weekly")
def test_away_and_reconnected(alice: Client, calendar: Calendar, outside: Outside) -> None:
    """The permission was withdrawn, and is given again: the rows stay what they were."""
    before = [event.pk for event in retros(calendar)]
    with outside.work():
        health.take(Calendar.objects.for_work().get(), CalendarStatus.REVOKED)
    assert retros(calendar)[0].is_paused
    way = alice.get(f"/calendars/accounts/{calendar.connection.public_id}/reconnect/")
    with outside.work():
        alice.get(decide(way["Location"]))
    outside.wait_until_read(calendar)
    assert [event.pk for event in retros(calendar)] == before
    assert answers(calendar) == AS_SAID


@pytest.mark.usefixtures("weekly")
def test_disconnected_and_connected_again(
    connection: Connection, calendar: Calendar, account: UpstreamAccount, outside: Outside
) -> None:
    connected_again(connection, calendar, account, outside)
    assert answers(calendar) == AS_SAID


@pytest.mark.usefixtures("weekly")
def test_another_account_at_a_provider(
    connection: Connection, calendar: Calendar, outside: Outside
) -> None:
    other = UpstreamAccount.objects.create(
        name="the other",
        workspace=calendar.workspace,
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=outside.sandbox.url,
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )
    connected_again(connection, calendar, other, outside)
    assert {event.calendar.account_id for event in retros(calendar)} == {other.pk}
    assert answers(calendar) == AS_SAID


def connected_again(
    connection: Connection, calendar: Calendar, account: UpstreamAccount, outside: Outside
) -> None:
    """Disconnect `calendar` and connect it anew: each of its meetings gets another id."""
    before = {event.upstream_id for event in retros(calendar)}
    with outside.work():
        connecting.disconnect(Calendar.objects.for_work().get(pk=calendar.pk), gives_back=False)
    connection.refresh_from_db()
    connection.renew(
        refresh_token=outside.sandbox.refresh_token(connection.email),
        scopes=connection.scopes,
        email=connection.email,
    )
    connection.save()
    available = connecting.available(connection, account)
    with outside.work():
        connecting.choose(connection, account, [one for one in available if one.is_primary])
    outside.wait_until_read(calendar)
    now = retros(calendar)
    assert len(now) == 4
    assert before.isdisjoint(event.upstream_id for event in now)
    assert Choice.objects.filter(identity=now[0].identity).count() == len(SAID)
