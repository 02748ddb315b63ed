"""The media play, last as long as they say, and the sound is where the transcript has words."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import av
import httpx
import numpy as np
import pytest

from tests.sandbox_process import Sandbox, run_sandbox


@pytest.fixture
def bot(sandbox: Sandbox, api: httpx.Client) -> Any:
    made = sandbox.post(
        "finished_bots", title="Sprint planning", duration_seconds=40, platform="teams", silent=True
    )
    return api.get(f"/v2/bots/{made['bot_id']}").json()["data"]


def test_the_video_is_h264_with_sound_and_begins_at_once(bot: Any) -> None:
    raw = httpx.get(bot["video"], timeout=60).content
    assert raw.index(b"moov") < raw.index(b"mdat")
    with av.open(io.BytesIO(raw), "r") as container:
        names = [stream.codec_context.name for stream in container.streams]
        assert names == ["h264", "aac"]
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
        assert container.duration is not None
        assert abs(container.duration / 1_000_000 - 40) < 0.5


def test_the_sound_is_where_the_words_are(bot: Any) -> None:
    with av.open(io.BytesIO(httpx.get(bot["audio"], timeout=60).content), "r") as container:
        rate = container.streams.audio[0].codec_context.sample_rate
        frames = [frame.to_ndarray().ravel() for frame in container.decode(audio=0)]
    samples = np.concatenate(frames).astype(float)
    utterances = httpx.get(bot["transcription"]).json()["result"]["utterances"]
    words = [word for utterance in utterances for word in utterance["words"]]
    assert len(words) > 60
    for word, following in pairwise(words):
        spoken = samples[int(word["start"] * rate) : int(word["end"] * rate)]
        silent = samples[int(word["end"] * rate) + 1 : int(following["start"] * rate) - 1]
        assert np.abs(spoken).max() > 500
        assert np.abs(silent).max() == 0


def test_the_people_of_the_transcript_are_the_speakers(bot: Any) -> None:
    utterances = httpx.get(bot["transcription"]).json()["result"]["utterances"]
    names = {person["name"] for person in bot["speakers"]}
    assert {utterance["speaker"] for utterance in utterances} == names
    lines = httpx.get(bot["diarization"]).text.splitlines()
    assert len(lines) == len(utterances)


def test_summary_and_chapters_are_in_the_raw_transcription(bot: Any) -> None:
    chunk = httpx.get(bot["raw_transcription"]).json()["transcriptions"][0]
    assert chunk["summarization"]["results"]
    assert chunk["chapterization"]["results"][0]["headline"]


def test_a_range_is_a_part_of_the_whole(bot: Any) -> None:
    whole = httpx.get(bot["audio"], timeout=60)
    part = httpx.get(bot["audio"], headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"


def test_screenshots_are_pictures(api: httpx.Client, bot: Any) -> None:
    shots = api.get(f"/v2/bots/{bot['bot_id']}/screenshots").json()["data"]
    assert [shot["screenshot_id"] for shot in shots] == [1, 2]
    assert httpx.get(shots[0]["url"], timeout=60).content.startswith(b"\x89PNG")


def test_an_altered_or_expired_address_is_refused() -> None:
    with run_sandbox() as sandbox:
        bot_id = sandbox.post("finished_bots", silent=True)["bot_id"]
        url = f"{sandbox.url}/v2/bots/{bot_id}"
        address = httpx.get(url, headers=sandbox.headers).json()["data"]["transcription"]
        assert httpx.get(address).status_code == 200
        assert httpx.get(address[:-1]).status_code == 403
        sandbox.post("advance", seconds=4 * 3600)
        assert httpx.get(address).status_code == 403
        fresh = httpx.get(url, headers=sandbox.headers).json()["data"]["transcription"]
        assert httpx.get(fresh).status_code == 200


def test_three_hours_are_thirty_thousand_words(sandbox: Sandbox, api: httpx.Client) -> None:
    made = sandbox.post("finished_bots", duration_seconds=10_800, silent=True)
    bot = api.get(f"/v2/bots/{made['bot_id']}").json()["data"]
    utterances = httpx.get(bot["transcription"], timeout=60).json()["result"]["utterances"]
    assert sum(len(utterance["words"]) for utterance in utterances) >= 30_000
    chunks = httpx.get(bot["raw_transcription"], timeout=60).json()["transcriptions"]
    assert len(chunks) == 6
    assert chunks[1]["transcription"]["utterances"][0]["start"] < 10
