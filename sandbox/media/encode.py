"""Making the files: H.264 + AAC in MP4, FLAC beside it. Slow work, always done in a thread.

A long recording gets one small frame a second and a narrow sound, so that three hours are made in
well under a minute; a short one six frames a second, so that the picture keeps up with the words.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Literal

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

from sandbox.media.picture import Stage
from sandbox.media.script import Talk, Utterance, script
from sandbox.media.sound import Samples, sound

Planes = NDArray[np.uint8]
Moment = tuple[Utterance | None, int | None]


@dataclass(frozen=True, slots=True)
class Quality:
    width: int
    height: int
    frames_per_second: int
    sample_rate: int


class Stopped(Exception):
    """Nobody waits for the file any more: the sandbox is closing."""


SHORT = Quality(640, 360, 6, 16000)
LONG = Quality(320, 180, 1, 8000)


def quality(talk: Talk) -> Quality:
    return LONG if talk.is_long else SHORT


def write_flac(talk: Talk, path: Path) -> None:
    _write_sound(talk, path, "flac", "flac")


def write_wav(talk: Talk, path: Path) -> None:
    _write_sound(talk, path, "wav", "pcm_s16le")


def _write_sound(talk: Talk, path: Path, kind: str, codec: Literal["flac", "pcm_s16le"]) -> None:
    rate = quality(talk).sample_rate
    with _replacing(path) as draft, av.open(str(draft), "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        for piece in _pieces(sound(script(talk), talk.seconds, rate), rate * 10):
            container.mux(stream.encode(_audio_frame(piece, rate)))
        container.mux(stream.encode(None))


def write_mp4(talk: Talk, path: Path, stop: Event) -> None:
    chosen = quality(talk)
    options = {"movflags": "faststart"}
    with _replacing(path) as draft, av.open(str(draft), "w", "mp4", options=options) as container:
        pictures = container.add_stream("libx264", rate=chosen.frames_per_second)
        pictures.width, pictures.height, pictures.pix_fmt = chosen.width, chosen.height, "yuv420p"
        # A key frame every four seconds: a click on a word lands near it.
        pictures.options = {
            "preset": "ultrafast", "crf": "30", "g": str(4 * chosen.frames_per_second),
        }  # fmt: skip
        voices = container.add_stream(
            "aac", rate=chosen.sample_rate, layout="mono", options={"aac_coder": "fast"}
        )
        voices.bit_rate = 2 * chosen.sample_rate
        samples = sound(script(talk), talk.seconds, chosen.sample_rate)
        pieces = _pieces(samples, chosen.sample_rate)
        for number, frame in enumerate(_frames(talk, chosen)):
            if stop.is_set():
                raise Stopped
            container.mux(pictures.encode(frame))
            if number % chosen.frames_per_second == 0 and (piece := next(pieces, None)) is not None:
                container.mux(voices.encode(_audio_frame(piece, chosen.sample_rate)))
        for piece in pieces:
            container.mux(voices.encode(_audio_frame(piece, chosen.sample_rate)))
        container.mux(pictures.encode(None))
        container.mux(voices.encode(None))


def write_png(talk: Talk, moment: float, path: Path) -> None:
    stage = Stage(talk, SHORT.width, SHORT.height)
    shown = next(iter(_moments(script(talk), [moment])))
    with _replacing(path) as draft:
        stage.frame(*shown).save(draft, format="PNG")


class _replacing:
    """A draft beside the file, put in its place only when it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.draft = path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.draft

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.draft.replace(self.path)
        else:
            self.draft.unlink(missing_ok=True)


def _frames(talk: Talk, chosen: Quality) -> Iterator[av.VideoFrame]:
    stage = Stage(talk, chosen.width, chosen.height)
    count = max(1, round(talk.seconds * chosen.frames_per_second))
    times = [number / chosen.frames_per_second for number in range(count)]
    shown: Moment | None = None
    planes: Planes | None = None
    converter = VideoReformatter()  # setting one up costs more than using it
    for number, moment in enumerate(_moments(script(talk), times)):
        if planes is None or moment != shown:
            shown, planes = moment, _planes(stage.frame(*moment), converter)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, chosen.frames_per_second)
        yield frame


def _planes(image: Image.Image, converter: VideoReformatter) -> Planes:
    frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
    turned = converter.reformat(frame, format="yuv420p", interpolation=Interpolation.FAST_BILINEAR)
    return np.asarray(turned.to_ndarray(), dtype=np.uint8)


def _moments(utterances: tuple[Utterance, ...], times: list[float]) -> Iterator[Moment]:
    """For each time the utterance on the screen, and the index of its word being said, if any."""
    position = -1
    for time in times:
        while position + 1 < len(utterances) and utterances[position + 1].start <= time:
            position += 1
        if position < 0:
            yield None, None
        else:
            yield utterances[position], _word_at(utterances[position], time)


def _word_at(utterance: Utterance, time: float) -> int | None:
    if time > utterance.end:
        return None
    started = [index for index, word in enumerate(utterance.words) if word.start <= time]
    return started[-1] if started else 0


def _pieces(samples: Samples, size: int) -> Iterator[Samples]:
    for begin in range(0, len(samples), size):
        yield samples[begin : begin + size]


def _audio_frame(piece: Samples, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    return frame
