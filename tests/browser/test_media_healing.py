"""A source that breaks off or falls silent is loaded again, once, where it was left."""

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User, Workspace
from recordings.models import ArtifactKind, Recording
from tests.browser.conftest import Visit
from tests.browser.recording_page import IS_PAUSED, TIME, make_talk, path_of
from tests.recordings.factories import store_video

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(transactional_db: None, workspace: Workspace) -> Recording:
    return make_talk(workspace)


def test_broken_media_heals_once_then_says_so(
    visit: Visit, talk: Recording, alice_user: User, complaints: list[str]
) -> None:
    page = visit("/recordings/", alice_user)
    asked: list[str] = []

    def break_off(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/media/video/**", break_off)
    page.goto(path_of(talk))
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    trouble = page.locator(".player__trouble")
    expect(trouble).to_be_hidden()

    page.unroute("**/media/video/**")
    page.route("**/media/video/**", lambda route: route.abort())
    page.goto(path_of(talk, "?again"))
    expect(trouble).to_be_visible()
    page.unroute("**/media/video/**")
    trouble.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    expect(trouble).to_be_hidden()
    complaints.clear()  # the browser reports the requests that were broken off


WAITS = "() => document.querySelector('video').readyState < 3"
PLAYS_ON = f"() => !{IS_PAUSED} && document.querySelector('video').readyState > 2"


def break_off_half_way(
    page: Page, recording: Recording, *, times: int, status: int | None = None
) -> None:
    """Give the first half of the film; what is asked next, so many `times`, gets no answer, or
    that it may not be had any more."""
    store_video(recording, seconds=40, is_grainy=True)  # larger than what browsers read at once
    half = (recording.artifacts.get(kind=ArtifactKind.VIDEO).size or 0) // 2
    asked: list[Route] = []
    held: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            headers = {**route.request.headers, "range": f"bytes=0-{half}"}
            route.fulfill(response=route.fetch(headers=headers))
        elif len(held) < times:
            held.append(route)
            if status:
                route.fulfill(status=status)
        else:
            route.continue_()

    page.route("**/media/video/**", answer)


def play_until_it_starves(page: Page, recording: Recording) -> float:
    page.clock.install()
    page.goto(path_of(recording, "?t=10"))
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    page.get_by_label("Speed").select_option("2")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.wait_for_function(f"() => {TIME} > 10.5")
    page.wait_for_function(WAITS)
    return float(page.evaluate(TIME))


def test_a_source_that_ends_is_loaded_anew_keeping_second_speed_and_play_state(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = visit("/recordings/", alice_user)
    break_off_half_way(page, talk, times=1)
    left_at = play_until_it_starves(page, talk)
    page.clock.fast_forward(20_000)
    page.wait_for_function(PLAYS_ON)
    assert left_at - 0.5 <= page.evaluate(TIME)
    page.wait_for_function(f"(left) => {TIME} > left + 1", arg=left_at)
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    expect(page.get_by_label("Speed")).to_have_value("2")
    expect(page.locator(".player__trouble")).to_be_hidden()


@pytest.mark.parametrize("status", [403, 410])
def test_a_source_that_expires_is_loaded_anew_keeping_second_speed_and_play_state(
    visit: Visit, talk: Recording, alice_user: User, complaints: list[str], status: int
) -> None:
    page = visit("/recordings/", alice_user)
    break_off_half_way(page, talk, times=1, status=status)
    with page.expect_response(lambda answer: answer.status == status):
        page.goto(path_of(talk, "?t=10"))
        page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
        page.get_by_label("Speed").select_option("2")
        page.keyboard.press("Escape")
        page.keyboard.press("k")
    page.wait_for_function(f"() => {TIME} > 25", timeout=60_000)  # in the second half
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    expect(page.locator(".player__trouble")).to_be_hidden()
    complaints.clear()  # the browser reports the answer


def test_a_source_that_stays_silent_is_loaded_anew_once_then_people_are_told(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = visit("/recordings/", alice_user)
    break_off_half_way(page, talk, times=2)
    left_at = play_until_it_starves(page, talk)
    trouble = page.locator(".player__trouble")
    with page.expect_request("**/media/video/**"):
        page.clock.fast_forward(20_000)
    expect(trouble).to_be_hidden()
    page.wait_for_function(WAITS)
    page.clock.fast_forward(20_000)
    expect(trouble).to_contain_text("loading it again did not help")
    trouble.get_by_role("button", name="Try again").click()
    page.wait_for_function(PLAYS_ON)
    expect(trouble).to_be_hidden()
    assert page.evaluate(TIME) >= left_at - 0.5
