"""What Earshot does, whichever provider it is the client of: the same tests for each of them."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Workspace
from bots import actions, changing, pictures, sending
from bots.models import Bot, BotPicture, Outcome
from bots.stays import stays_of
from calendars import connecting, queue, reconciliation
from calendars.models import Calendar, Event
from recordings import ingest, withdrawing
from recordings import reconciliation as recordings_reconciliation
from recordings.models import CopyState, Transcript, Utterance
from tests.bots.pictures import picture
from tests.providers.world import World, moment_of, soon
from upstream.reasons import explain
from upstream.registry import capabilities_of
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db


def test_bot_goes_records_and_comes_home(world: World, send: Any, alice: Client) -> None:
    bot = send()
    assert bot.upstream_id
    assert [one["bot_id"] for one in world.at_provider(bot)] == [bot.upstream_id]
    world.until_state(bot, BotState.DONE)
    told = [change.state for change in bot.changes.order_by("happened_at", "pk")]
    way = ("joining", "waiting_room", "in_call", "recording", "processing", "done")
    assert [state for state in told if state in way] == sorted(
        (state for state in told if state in way), key=way.index
    )
    assert set(way) <= set(told)
    assert (bot.outcome, bot.has_media) == (Outcome.RECORDED, True)

    recording = world.bring_home(bot)
    states = {artifact.kind: artifact.state for artifact in recording.artifacts.all()}
    assert (states["video"], states["audio"], states["transcript"]) == ("ready",) * 3
    transcript = Transcript.objects.get(recording=recording)
    assert transcript.word_count > 20
    first = Utterance.objects.filter(transcript=transcript)[0]
    assert first.speaker
    assert first.text
    assert first.words
    assert recording.participants.filter(has_spoken=True).exists()
    page = alice.get(f"/recordings/{recording.public_id}/")
    assert first.text.split()[0] in page.content.decode()


def test_bot_goes_as_the_workspace_wishes(
    world: World, send: Any, alice: Client, workspace: Workspace
) -> None:
    wishes = {
        "view": "audio_only",
        "is_transcribed": "on",
        "waiting_room_minutes": "5",
        "silence_minutes": "20",
    }
    assert alice.post("/settings/bots/setup/", wishes).status_code == 302
    pictures.show(workspace, pictures.as_jpeg(picture()))
    bot = send(starts_in=120)
    body = world.asked_for()[-1]
    leaves = body.get("timeout_config") or body["automatic_leave"]
    assert leaves["waiting_room_timeout"] == 300
    assert (leaves.get("silence_timeout") or leaves["silence_detection"]["timeout"]) == 1200
    shown = body.get("bot_image") or body["automatic_video_output"]["in_call_recording"]
    assert shown == BotPicture.objects.get().address or shown["kind"] == "jpeg"
    with world.outside.work():
        actions.leave(bot)


def test_transcript_that_comes_later_is_fetched_then(world: World, send: Any) -> None:
    bot = world.until_state(send(link="zoom"), BotState.DONE)
    recording = world.bring_home(bot)
    assert recording.artifacts.get(kind="transcript").state == "ready"
    assert Transcript.objects.get(recording=recording).word_count > 20


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        ("host_refuses", Outcome.REFUSED),
        ("never_admitted", Outcome.NEVER_ADMITTED),
        ("meeting_not_found", Outcome.TECHNICAL),
    ],
)
def test_failure_is_told_with_its_cause(
    world: World, send: Any, story: str, outcome: Outcome, alice: Client
) -> None:
    bot = world.until_state(send(story), BotState.FAILED)
    assert bot.outcome == outcome
    assert explain(bot.reason).is_known
    page = alice.get(f"/bots/{bot.public_id}/").content.decode()
    assert f"/bots/why/{explain(bot.reason).cause.slug}/" in page


def test_messages_that_come_twice_and_in_any_order_end_the_same(world: World, send: Any) -> None:
    bot = world.until_state(send("duplicate_and_out_of_order_webhooks"), BotState.DONE)
    told = world.account.deliveries.count()
    world.until(lambda: world.came > told)
    bot.refresh_from_db()
    assert (bot.state, bot.outcome) == (BotState.DONE, Outcome.RECORDED)


def test_lost_last_message_is_made_up_for_by_asking(world: World, send: Any) -> None:
    # Where another message says that something is ready, it was asked already.
    bot = world.until_state(send("lost_final_webhook"), BotState.PROCESSING, BotState.DONE)
    world.until(lambda: world.look(bot).state == BotState.DONE)
    assert (bot.outcome, bot.has_media) == (Outcome.RECORDED, True)
    with world.outside.work():
        recordings_reconciliation.begin_missing()
    recording = world.bring_home(bot)
    assert recording.artifacts.get(kind="video").state == "ready"


def test_bot_whose_creation_was_lost_is_found_and_not_made_twice(world: World, send: Any) -> None:
    world.lose_next_answer()
    bot = send()
    with world.outside.work():
        sending.send(Bot.objects.with_account().get(pk=bot.pk))
    bot.refresh_from_db()
    assert bot.upstream_id
    assert [one["bot_id"] for one in world.at_provider(bot)] == [bot.upstream_id]


def test_bot_for_later_is_changed_and_called_off(world: World, send: Any) -> None:
    bot = send(starts_in=120)
    assert (bot.state, bool(bot.booked_at)) == (BotState.SCHEDULED, True)
    later = soon(240).replace(microsecond=0)
    with world.outside.work():
        wishes = {field: getattr(bot, field) for field in changing.WISHED}
        changing.ask(bot, meeting_url=bot.meeting_url, starts_at=later, **wishes)
    bot.refresh_from_db()
    assert (bot.starts_at, bot.notice, bot.surplus) == (later, "", "")
    [standing] = [one for one in world.at_provider(bot) if one["status"] == "scheduled"]
    assert standing["bot_id"] == bot.upstream_id
    assert moment_of(standing["join_at"]) == later
    with world.outside.work():
        bot.ask_to_leave()
        actions.leave(Bot.objects.with_account().get(pk=bot.pk))
    bot.refresh_from_db()
    assert (bot.state, bot.outcome) == (BotState.CANCELLED, Outcome.NOT_NEEDED)
    assert {one["status"] for one in world.at_provider(bot)} == {"cancelled"}


def test_bot_is_sent_away_while_it_waits_and_nothing_is_kept(world: World, send: Any) -> None:
    bot = world.until_state(send("never_admitted", speed=5), BotState.WAITING_ROOM)
    bot.ask_to_leave()
    actions.leave(Bot.objects.with_account().get(pk=bot.pk))
    world.until_state(bot, BotState.CANCELLED)
    assert bot.outcome == Outcome.NOT_NEEDED


def test_bot_that_is_sent_away_while_recording_keeps_what_it_has(
    world: World, send: Any, alice: Client
) -> None:
    bot = world.until_state(send(speed=10), BotState.RECORDING)
    page = html.unescape(alice.get(f"/bots/{bot.public_id}/").content.decode())
    capabilities = capabilities_of(world.account)
    assert ("Pause the recording" in page) == capabilities.can_pause
    assert ("Send to the meeting" in page) == capabilities.can_send_chat
    for flag in ("can_pause", "can_stop_recording", "can_send_chat", "has_live_transcript"):
        assert capabilities.why_not(flag) in page
    bot.ask_to_leave()
    actions.leave(Bot.objects.with_account().get(pk=bot.pk))
    world.until_state(bot, BotState.DONE)
    assert bot.has_media


def test_recording_that_is_ended_and_begun_again_makes_a_second(
    world: World, send: Any, alice: Client
) -> None:
    bot = send(speed=10)
    story = f"bots/{bot.upstream_id}/story"
    world.sandbox.post(story, story="happy_path", call_seconds=6000)  # time to look and click
    world.until_state(bot, BotState.RECORDING)
    can = capabilities_of(world.account).can_stop_recording
    page = alice.get(f"/bots/{bot.public_id}/").content.decode()
    assert ("End this recording" in page) == can
    with world.outside.work():
        answer = alice.post(f"/bots/{bot.public_id}/end-of-recording/")
    assert answer.status_code == (302 if can else 409)
    if not can:
        return
    world.until_state(bot, BotState.PAUSED)
    assert "Begin a new recording" in alice.get(f"/bots/{bot.public_id}/").content.decode()
    assert alice.post(f"/bots/{bot.public_id}/resumption/").status_code == 409
    with world.outside.work():
        alice.post(f"/bots/{bot.public_id}/new-recording/")
    world.until_state(bot, BotState.RECORDING)
    told = list(AuditEntry.objects.order_by("at").values_list("action", flat=True))
    assert told == ["bot.stop_recording", "bot.start_recording"]
    world.sandbox.post(story, story="happy_path", speed=1)
    world.sandbox.post(f"bots/{bot.upstream_id}/leave")
    world.until_state(bot, BotState.DONE)
    first = world.bring_home(bot)
    second = bot.recordings.exclude(pk=first.pk).get()
    assert first.started_at < second.started_at
    page = alice.get(f"/recordings/{first.public_id}/").content.decode()
    assert f"/recordings/{second.public_id}/" in page


def test_what_the_provider_keeps_can_be_deleted(world: World, send: Any) -> None:
    bot = world.until_state(send(), BotState.DONE)
    recording = ingest.begin(bot)
    assert withdrawing.from_provider(recording)[0] == CopyState.GONE
    assert withdrawing.text_from_provider(recording)[0] == CopyState.GONE
    links = world.provider.get_bot(bot.upstream_id).links
    assert (links.video, links.audio, links.transcript) == (None, None, None)
    assert world.provider.get_bot(bot.upstream_id).transcript is None


def test_calendar_is_connected_and_its_meetings_are_known(
    world: World, calendar: Calendar, alice: Client
) -> None:
    assert (calendar.status, calendar.sync_state) == (CalendarStatus.ACTIVE, "ready")
    ahead = calendar.events.filter(gone_at=None, starts_at__gt=timezone.now())
    assert ahead.count() > 20
    meetings = ahead.exclude(meeting_url="")
    assert not meetings.filter(attendees=[]).exists()
    assert not meetings.filter(platform="").exists()
    assert not ahead.filter(details_at=None).exists()
    series = ahead.filter(title="Daily standup")
    assert series.count() > 10
    assert len({(event.identity, event.original_start) for event in series}) == series.count()
    assert {event.time_zone for event in series} == {"Europe/Stockholm"}
    assert "Daily standup" in alice.get("/events/").content.decode()


def test_meeting_is_switched_on_recorded_and_switched_off(
    world: World, calendar: Calendar, alice: Client
) -> None:
    event = world.new_event(calendar)
    world.choose(alice, event, "record")
    assert (event.booking_error, event.is_bot_scheduled) == ("", True)
    assert world.bookings(event) == ["scheduled"]
    world.choose(alice, event, "never")
    assert world.bookings(event) == ["cancelled"]
    assert event.bot_id is None

    world.choose(alice, event, "record")
    bot = event.bot
    assert bot is not None
    world.sandbox.post(f"events/{event.upstream_id}/start")
    world.until_state(bot, BotState.DONE)
    assert bot.upstream_id
    assert [one["bot_id"] for one in world.at_provider(bot) if one["status"] == "completed"]


def test_series_is_switched_on_but_for_one(world: World, calendar: Calendar, alice: Client) -> None:
    world.meeting(title="Weekly numbers", recurring=3)
    world.until(lambda: calendar.events.filter(title="Weekly numbers").count() == 3)
    events = list(calendar.events.filter(title="Weekly numbers").order_by("starts_at"))
    world.choose(alice, events[0], "record", scope="series")
    assert [world.bookings(event) for event in events] == [["scheduled"]] * 3
    world.choose(alice, events[1], "never", scope="this")
    standing = [world.bookings(event)[-1] for event in events]
    assert standing == ["scheduled", "cancelled", "scheduled"]


def test_moved_meeting_takes_its_bot_along(world: World, calendar: Calendar, alice: Client) -> None:
    event = world.new_event(calendar)
    world.choose(alice, event, "record")
    due = event.starts_at
    world.sandbox.post(f"events/{event.upstream_id}/move", minutes=90)

    def is_moved() -> bool:
        event.refresh_from_db()
        return event.starts_at == due + timedelta(minutes=90)

    world.until(is_moved)
    assert event.bot is not None
    assert event.bot.starts_at == event.starts_at
    [standing] = [one for one in world.at_provider(event.bot) if one["status"] == "scheduled"]
    assert moment_of(standing["join_at"]) == event.starts_at


def test_cancelled_meeting_has_no_bot(world: World, calendar: Calendar, alice: Client) -> None:
    event = world.new_event(calendar)
    world.choose(alice, event, "record")
    world.sandbox.post(f"events/{event.upstream_id}/cancel")

    def is_let_go() -> bool:
        event.refresh_from_db()
        return event.bot_id is None

    world.until(is_let_go)
    assert world.bookings(event) == ["cancelled"]


def test_reconnected_calendar_keeps_what_was_booked(
    world: World, calendar: Calendar, alice: Client
) -> None:
    event = world.new_event(calendar)
    world.choose(alice, event, "record")
    Bot.objects.update(booked_at=soon(-10))  # what was booked a moment ago is left to settle
    Event.objects.update(booking_checked_at=soon(-10))
    with world.outside.work():
        connecting.reconnect(calendar)

    def is_booked() -> bool:
        with world.outside.work():
            reconciliation.wake_workers(timezone.now())
        return world.bookings(event)[-1] == "scheduled"

    world.until(is_booked)
    event.refresh_from_db()
    assert (event.is_bot_scheduled, event.booking_error) == (True, "")
    assert event.bot is not None
    standing = [one for one in world.at_provider(event.bot) if one["status"] == "scheduled"]
    assert len(standing) == 1


def test_permission_that_ended_is_noticed(world: World, calendar: Calendar) -> None:
    world.sandbox.post("google/behaviour", revoke="maya@northwind.example")
    Calendar.objects.filter(pk=calendar.pk).update(synced_at=soon(-200))

    def is_noticed() -> bool:
        with world.outside.work():
            queue.sync(calendar.pk)
        calendar.refresh_from_db()
        return calendar.status == CalendarStatus.REVOKED

    world.until(is_noticed)
    assert calendar.problem


def test_calendar_is_disconnected_and_its_bookings_go(
    world: World, calendar: Calendar, alice: Client
) -> None:
    event = world.new_event(calendar)
    world.choose(alice, event, "record")
    with world.outside.work():
        connecting.disconnect(calendar)
    world.until(lambda: world.bookings(event) == ["cancelled"])
    assert not list(world.provider.list_calendars())


def test_what_is_said_can_be_read_along(world: World, send: Any, alice: Client) -> None:
    bot = world.until_state(send(speed=10), BotState.RECORDING)
    page = f"/bots/{bot.public_id}/"
    if not capabilities_of(world.account).has_live_transcript:
        assert 'aria-labelledby="lines-heading" hidden' in alice.get(page).content.decode()
        return
    world.until(lambda: bot.live_lines.filter(is_final=False).exists())
    world.until(lambda: bot.live_lines.filter(is_final=True).exists())
    world.until(lambda: bot.sightings.count() >= 2)
    assert {one.left_at for one in stays_of(bot.sightings.all())} == {None}
    assert f">{bot.sightings.all()[0].name}</bdi>" in alice.get(page).content.decode()
    said = bot.live_lines.filter(is_final=True)[0]
    assert html.escape(said.text, quote=False) in alice.get(page).content.decode()
