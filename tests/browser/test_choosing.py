"""Choosing as people do it: the row's menu, many rows, keys, a phone, and without script."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Route, expect

from accounts.models import User, Workspace
from calendars.coverage import decide_again
from calendars.models import Calendar, Choice, Event, Verdict
from calendars.publishing import publish_events
from tests.browser.conftest import Visit
from tests.browser.looks import PHONE, assert_accessible, each_look
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.calendars.test_choosing import make_series
from upstream.states import BotState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def weekly(workspace: Workspace, alice_user: User) -> list[Event]:
    """A meeting every week, four of them."""
    return make_series(make_calendar(workspace, alice_user))


def on(page: Page, *numbers: int) -> None:
    """Wait until the switches of exactly these rows are on."""
    for number in range(4):
        switch = page.get_by_role("switch", name=f"Record Weekly {number}")
        expect(switch).to_have_attribute("aria-checked", str(number in numbers).lower())


def test_a_whole_series_from_the_menu_and_back(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    page = visit("/events/", alice_user)
    page.get_by_role("link", name="More for Weekly 1").click()
    dialog = page.get_by_role("dialog", name="Weekly 1")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("group", name="This and later meetings").get_by_text(
        "Record", exact=True
    ).click()
    expect(dialog).to_be_hidden()
    on(page, 1, 2, 3)
    expect(page.get_by_text("for this and later meetings")).to_have_count(3)
    expect(page.get_by_text("You chose this on").first).to_be_visible()
    page.get_by_role("switch", name="Record Weekly 2").click()
    on(page, 1, 3)
    page.get_by_role("button", name="Undo").click()
    on(page, 1, 2, 3)
    assert Choice.objects.count() == 1


def test_many_rows_and_undo_with_the_keys(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    page = visit("/events/", alice_user)
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Record (3)", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("3 switched on.")
    on(page, 0, 1, 2)
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("u")
    on(page)
    page.keyboard.press("j")
    page.keyboard.press("r")
    on(page, 0)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.get_by_role("heading", name="Meetings").hover()
    expect(undo).to_have_count(0, timeout=15_000)
    on(page, 0)


def test_keys_can_be_switched_off_and_stay_out_of_fields(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    page = visit("/events/", alice_user)
    page.keyboard.press("/")
    page.keyboard.type("jrx")
    expect(page.get_by_role("searchbox", name="Title or person")).to_have_value("jrx")
    expect(page.get_by_text("No meeting in this period matches.")).to_be_visible()
    page.wait_for_url(re.compile("q=jrx"))
    page.goto("/events/")
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    expect(page.get_by_role("switch", name="Record Weekly 0")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Weekly 1", exact=True)).to_be_focused()
    page.keyboard.press("?")
    with page.expect_response(re.compile(r"/events/")):  # news come while the dialog is open
        page.evaluate("document.querySelector('live-stream').on_again()")
    page.get_by_role("checkbox", name="Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.get_by_role("link", name="Weekly 1", exact=True).focus()
    page.keyboard.press("r")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not Choice.objects.exists()


@pytest.mark.parametrize(
    "news",
    [
        "document.querySelector('live-stream').on_again()",
        "document.querySelector('#agenda').dispatchEvent(new CustomEvent('live:changed'))",
    ],
    ids=["page", "list"],
)
def test_what_was_asked_before_a_filter_does_not_undo_it(
    visit: Visit, alice_user: User, weekly: list[Event], news: str
) -> None:
    page = visit("/events/", alice_user)
    slow: list[Route] = []
    page.route(re.compile(r"/events/(\?(?!.*q=jrx).*)?$"), lambda route: slow.append(route))
    page.evaluate(f"() => {{ {news} }}")
    while not slow:
        page.wait_for_timeout(20)
    page.keyboard.press("/")
    page.keyboard.type("jrx")
    expect(page.get_by_text("No meeting in this period matches.")).to_be_visible()
    with page.expect_response(re.compile("q=jrx")):  # asked again, for what is shown now
        slow.pop().continue_()
    expect(page.get_by_text("No meeting in this period matches.")).to_be_visible()
    expect(page.get_by_role("link", name="Weekly 0", exact=True)).to_be_hidden()


def test_news_leave_open_what_somebody_opened(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    page = visit("/events/", alice_user)
    page.get_by_text("1 calendar, up to date").click()
    page.keyboard.press("/")
    page.evaluate("document.querySelector('live-stream').fetchPage()")
    expect(page.get_by_role("form", name="The ticked meetings")).to_be_hidden()
    expect(page.get_by_role("button", name="Keys: press ?")).to_be_visible()
    page.keyboard.type("jrx")
    expect(page.get_by_role("searchbox", name="Title or person")).to_have_value("jrx")
    expect(page.get_by_text("No meeting in this period matches.")).to_be_visible()
    expect(page.locator(".agenda__health")).to_have_attribute("open", "")
    assert not Choice.objects.exists(), "a letter meant for the field was taken for a key"


def test_the_answer_to_a_change_does_not_undo_news_that_overtook_it(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    page = visit("/events/", alice_user)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/choice/", lambda route: late.append((route, route.fetch())))
    page.get_by_role("switch", name="Record Weekly 0").click()
    while not late:
        page.wait_for_timeout(20)
    Event.objects.filter(pk=weekly[0].pk).update(title="Renamed")
    publish_events(weekly[0].workspace, [weekly[0].pk])
    expect(page.get_by_role("link", name="Renamed", exact=True)).to_be_visible()
    [(route, answer)] = late
    with page.expect_response(re.compile(r"/events/(\?|$)")):  # the list is asked once more
        route.fulfill(response=answer)
    expect(page.get_by_role("link", name="Renamed", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Weekly 0", exact=True)).to_be_hidden()
    expect(page.get_by_role("switch", name="Record Renamed")).to_be_checked()


def test_the_other_keys_do_what_their_list_says(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    page = visit("/events/", alice_user)
    expect(page.get_by_role("button", name="Keys: press ?")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    expect(page.get_by_role("dialog", name="Weekly 0")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Weekly 0", exact=True).focus()
    page.keyboard.press("Space")
    on(page, 0)
    for key, address in (("]", "start="), ("[", "period=week"), ("t", "period=today")):
        page.keyboard.press(key)
        page.wait_for_url(re.compile(address))
        expect(page.get_by_role("button", name="Keys: press ?")).to_be_visible()
    assert "start=" not in page.url
    page.goto("/events/")
    page.get_by_role("link", name="Weekly 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/events/{weekly[1].public_id}/")
    page.go_back()
    page.get_by_role("link", name="Weekly 2", exact=True).focus()
    page.keyboard.press("w")
    page.wait_for_url(f"**/events/{weekly[2].public_id}/#why")


def test_all_of_it_without_script(visit: Visit, alice_user: User, weekly: list[Event]) -> None:
    page = visit("/events/", alice_user, java_script_enabled=False)
    page.get_by_role("link", name="More for Weekly 1").click()
    group = page.get_by_role("group", name="The whole series")
    group.get_by_text("Record", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("“Weekly 1” and the whole series are")
    page.goto("/events/")
    on(page, 0, 1, 2, 3)
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Select Weekly {number}").check()
    page.locator("#bulk").get_by_text("Don’t record").click()
    expect(page.locator("#messages")).to_contain_text("2 switched off.")
    on(page, 0, 3)
    page.get_by_role("button", name="Undo").click()
    on(page, 0, 1, 2, 3)


def test_without_script_a_recording_is_stopped_after_a_question(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    now = timezone.now()
    calendar = Calendar.objects.get()
    event = make_event(
        calendar,
        title="Running",
        starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(hours=1),
    )
    event.choose(Verdict.RECORD, by=alice_user, at=now)
    make_bot(event, state=BotState.RECORDING)
    decide_again([event])
    page = visit("/events/", alice_user, java_script_enabled=False)
    switch = page.get_by_role("switch", name="Record Running")
    switch.click()
    page.get_by_role("link", name="Keep recording").click()
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    page.get_by_role("button", name="Switch it off").click()
    expect(switch).to_have_attribute("aria-checked", "false")


def test_on_a_phone(visit: Visit, alice_user: User, weekly: list[Event]) -> None:
    page = visit("/events/", alice_user, **PHONE)
    box = page.get_by_role("switch", name="Record Weekly 0").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    page.get_by_role("link", name="More for Weekly 0").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    sheet = dialog.bounding_box()
    assert sheet is not None
    assert (sheet["x"], round(sheet["y"] + sheet["height"])) == (0, 740)
    dialog.get_by_role("group", name="The whole series").get_by_text("Record", exact=True).tap()
    on(page, 0, 1, 2, 3)


def test_filters_are_combined_and_kept_in_the_address(
    visit: Visit, alice_user: User, weekly: list[Event]
) -> None:
    calendar = Calendar.objects.get()
    make_event(calendar, title="Lunch", meeting_url="", platform="")
    make_event(calendar, title="Weekly on paper", meeting_url="", platform="")
    page = visit("/events/", alice_user)
    page.get_by_text("Search and filter").click()
    page.get_by_label("Link").select_option("no")
    expect(page.locator(".event")).to_have_count(2)
    page.get_by_label("Title or person").fill("ines weekly")
    expect(page.locator(".event")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("link", name="Weekly on paper", exact=True)).to_be_visible()
    expect(page.locator(".event")).to_have_count(1)


def test_it_looks_right(visit: Visit, alice_user: User, weekly: list[Event]) -> None:
    page = visit("/events/", alice_user)
    page.get_by_text("Search and filter").click()
    page.get_by_role("checkbox", name="Select Weekly 0").check()
    page.get_by_role("switch", name="Record Weekly 1").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    for _ in each_look(page, "choosing"):
        page.evaluate("scrollTo(0, 0)")  # what sticks to an edge covers what scrolls below it
        assert_accessible(page)
    page.goto(f"/events/{weekly[0].public_id}/")
    for _ in each_look(page, "event"):
        assert_accessible(page)
