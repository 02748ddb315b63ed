"""Recall.ai as a `Provider`: the bots. The calendars are in calendars.py.

What the provider leaves to its client is done here, so that callers need not know it: whether a
bot is deleted or told to leave, which of its recordings counts, and that some things do not exist.
"""

from collections.abc import Iterator
from datetime import datetime

from upstream.errors import TIMEOUT, Conflict, Refused, Retryable
from upstream.fields import Fields
from upstream.port import (
    BotSnapshot,
    BotSpec,
    BotStatusReport,
    Capabilities,
    Screenshot,
    TranscriptDocument,
    TranscriptionReport,
    ZoomCode,
    ZoomCredential,
)
from upstream.recall import bots, files, requests
from upstream.recall.calendars import Calendars
from upstream.recall.client import Client
from upstream.recall.refusals import NOT_CALLED_YET
from upstream.wire import Query

NO_ZOOM = "Recall.ai keeps no Zoom permission: it asks Earshot for tokens as a bot sets out."
CAPABILITIES = Capabilities(
    name="Recall.ai",
    can_pause=True,
    can_send_chat=True,
    can_screenshot=True,
    can_resend_webhook=False,
    can_choose_calendar=False,
    follows_moved_events=False,
    lock_window_seconds=600,
    most_chat_characters=requests.LONGEST_CHAT_MESSAGE,
    has_live_transcript=True,
    can_stop_recording=True,
    can_transcribe_again=True,
    hears_language_again=True,
    keeps_pauses=True,
    options=requests.OPTIONS,
    reasons={
        "can_choose_calendar": "Recall records only the primary calendar.",
        "keeps_zoom_tokens": NO_ZOOM,
        "can_resend_webhook": "Recall does not send a message again. Earshot asks it instead.",
        "follows_moved_events": "Recall leaves a bot where it was. Earshot moves it.",
    },
)
BOTS = "/api/v1/bot/"
BOT = "/api/v1/bot/{bot_id}/"
AGAIN = "/api/v1/recording/{recording_id}/create_transcript/"
TRANSCRIPT = "/api/v1/transcript/{transcript_id}/"
UNDER_WAY = (
    "ready",
    "joining_call",
    "in_waiting_room",
    "in_call_not_recording",
    "in_call_recording",
    "call_ended",
)


class Recall(Calendars):
    """The calling side of one account; safe to share between threads."""

    capabilities = CAPABILITIES

    def __init__(self, client: Client) -> None:
        self._client = client

    def create_bot(self, spec: BotSpec) -> str:
        return _created_id(self._client.post(BOTS, requests.bot(spec)))

    def schedule_bot(self, spec: BotSpec, *, join_at: datetime) -> str:
        body = requests.scheduled_bot(spec, join_at=join_at)
        return _created_id(self._client.post(BOTS, body))

    def reschedule_bot(self, bot_id: str, spec: BotSpec, *, join_at: datetime) -> str:
        """Raises Conflict within ten minutes of either time. What is left out stays as it was."""
        body = {"zoom": {}, **requests.scheduled_bot(spec, join_at=join_at)}
        self._client.patch(BOT, body, bot_id=bot_id)
        return bot_id

    def cancel_scheduled_bot(self, bot_id: str) -> None:
        """Delete it; within ten minutes of its time it can only be told to leave."""
        try:
            self._client.delete(BOT, bot_id=bot_id)
        except Conflict:
            self._client.post(f"{BOT}leave_call/", bot_id=bot_id)

    def find_bot(self, correlation_id: str) -> BotSnapshot | None:
        ours = self.find_bots(correlation_id)
        return next((bot for bot in ours if not bot.error_code), *ours[:1] or (None,))

    def find_bots(self, correlation_id: str) -> tuple[BotSnapshot, ...]:
        query = {f"metadata__{bots.CORRELATION_KEY}": correlation_id}
        found = map(bots.bot_snapshot, self._client.pages(BOTS, query=query))
        return tuple(bot for bot in found if bot.correlation_id == correlation_id)

    def list_bots(self, *, since: datetime) -> Iterator[BotSnapshot]:
        """Yield those due since then, and those under way: who has joined has no time any more."""
        queries: tuple[Query, ...] = (
            {"join_at_after": requests.utc(since)},
            {"status": UNDER_WAY},
        )
        seen: set[str] = set()
        for query in queries:
            for bot in map(bots.bot_snapshot, self._client.pages(BOTS, query=query)):
                if bot.bot_id not in seen:
                    seen.add(bot.bot_id)
                    yield bot

    def get_bot(self, bot_id: str) -> BotSnapshot:
        return bots.bot_snapshot(self._client.get(BOT, bot_id=bot_id))

    def get_bot_status(self, bot_id: str) -> BotStatusReport:
        return bots.bot_status_report(self._client.get(BOT, bot_id=bot_id))

    def list_screenshots(self, bot_id: str) -> Iterator[Screenshot]:
        pages = self._client.pages(BOT.format(bot_id=bot_id) + "screenshots/", query={})
        return (bots.screenshot(number, item) for number, item in enumerate(pages, start=1))

    def leave(self, bot_id: str) -> None:
        """Have it go. One that has not set out is deleted. Raises Conflict when it is over."""
        try:
            self._client.post(f"{BOT}leave_call/", bot_id=bot_id)
        except Conflict as conflict:
            if conflict.code != NOT_CALLED_YET:
                raise
            self._client.delete(BOT, bot_id=bot_id)

    def pause(self, bot_id: str) -> None:
        """The recording goes on in black and silence: its times keep running."""
        self._client.post(f"{BOT}pause_recording/", bot_id=bot_id)

    def resume(self, bot_id: str) -> None:
        self._client.post(f"{BOT}resume_recording/", bot_id=bot_id)

    def stop_recording(self, bot_id: str) -> None:
        """The bot stays; what it has is a recording that is finished."""
        self._client.post(f"{BOT}stop_recording/", bot_id=bot_id)

    def start_recording(self, bot_id: str, spec: BotSpec) -> None:
        """Begin another recording. What was wished for the first is not remembered there."""
        body = {"recording_config": requests.recording(spec)}
        self._client.post(f"{BOT}start_recording/", body, bot_id=bot_id)

    def send_chat_message(self, bot_id: str, text: str) -> None:
        """Say something in the meeting. Raises Refused for a text the provider would not take."""
        if not 1 <= len(text) <= requests.LONGEST_CHAT_MESSAGE:
            raise Refused("A chat message has between 1 and 500 characters.")
        self._client.post(
            f"{BOT}send_chat_message/", {"to": "everyone", "message": text}, bot_id=bot_id
        )

    def delete_data(self, bot_id: str) -> None:
        self._client.post(f"{BOT}delete_media/", bot_id=bot_id)

    def resend_webhook(self, bot_id: str) -> None:
        raise Refused(CAPABILITIES.why_not("can_resend_webhook"))

    def transcribe_again(self, bot_id: str, spec: BotSpec, *, recording_id: str = "") -> str:
        """Have the sound of a whole recording transcribed; up to ten times each."""
        made_from = recording_id or self._newest_recording(bot_id)
        answer = self._client.post(AGAIN, requests.transcription(spec), recording_id=made_from)
        return answer.text("id")

    def get_transcription(self, transcription_id: str) -> TranscriptionReport:
        return bots.transcription_report(
            self._client.get(TRANSCRIPT, transcript_id=transcription_id)
        )

    def _newest_recording(self, bot_id: str) -> str:
        parts = bots.bot_snapshot(self._client.get(BOT, bot_id=bot_id)).parts
        if not parts:
            raise Refused("Recall.ai has no whole recording of this meeting any more.")
        return parts[-1].recording_id

    def read_transcript(self, file: object) -> TranscriptDocument:
        return files.transcript(file)

    def connect_zoom(self, code: ZoomCode) -> ZoomCredential:
        raise Refused(NO_ZOOM)

    def list_zoom(self) -> tuple[ZoomCredential, ...]:
        return ()

    def forget_zoom(self, credential_id: str) -> None:
        raise Refused(NO_ZOOM)


def _created_id(answer: Fields) -> str:
    bot_id = answer.text("id")
    if not bot_id:
        raise Retryable("The provider made a bot but did not name it.", code=TIMEOUT)
    return bot_id
