"""The browser tells its zone once; what a person chose is never overwritten."""

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.middleware import workspace_middleware
from accounts.models import User

pytestmark = pytest.mark.django_db
PATH = "/account/time-zone/"


@pytest.fixture
def zoneless(alice: Client, alice_user: User) -> Client:
    User.objects.update(time_zone="")
    return alice


def test_first_zone_is_kept(zoneless: Client, alice_user: User) -> None:
    assert zoneless.post(PATH, {"time_zone": "Asia/Tokyo"}).status_code == 204
    alice_user.refresh_from_db()
    assert alice_user.time_zone == "Asia/Tokyo"


def test_a_chosen_zone_stays(alice: Client, alice_user: User) -> None:
    alice.post(PATH, {"time_zone": "Asia/Tokyo"})
    alice_user.refresh_from_db()
    assert alice_user.time_zone == "Europe/Stockholm"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "x" * 65, "../../etc/passwd"])
def test_odd_zones_are_refused(zoneless: Client, alice_user: User, zone: str) -> None:
    assert zoneless.post(PATH, {"time_zone": zone}).status_code == 422
    alice_user.refresh_from_db()
    assert alice_user.time_zone == ""


def test_only_a_page_of_somebody_without_zone_asks(zoneless: Client, alice_user: User) -> None:
    form = '<form action="/account/time-zone/" method="post" data-send hidden>'
    assert form in zoneless.get("/").content.decode()
    User.objects.update(time_zone="Asia/Tokyo")
    assert form not in zoneless.get("/").content.decode()


def test_strangers_and_links_are_refused(client: Client, alice: Client) -> None:
    assert client.post(PATH, {"time_zone": "Asia/Tokyo"}).status_code == 302
    assert alice.get(PATH).status_code == 405


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../../etc/passwd", "/etc/passwd"])
def test_a_stored_zone_that_is_unknown_is_none(alice: Client, zone: str) -> None:
    User.objects.update(time_zone=zone)
    assert alice.get("/settings/people/").status_code == 200


def test_a_zone_costs_a_request_next_to_nothing() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.user.time_zone = "Asia/Tokyo"  # type: ignore[attr-defined]

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    middleware = workspace_middleware(page)
    began = time.process_time()
    answers = {middleware(request).content for _ in range(100)}
    assert answers == {b"Asia/Tokyo"}
    assert time.process_time() - began < 0.5
