"""Looks into a media file: what it really is, how long, and a picture to stand for it.

The container decides the type that browsers are told; what the source's headers said does not.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError

POSTER_WIDTH = 960
POSTER_AT = 0.1  # of the length: past the black, the logo and the hellos
POSTER_LATEST = 60.0

# container as FFmpeg names it → (type of a video, type of sound alone, endings)
CONTAINERS = {
    "mov": ("video/mp4", "audio/mp4", ".mp4", ".m4a"),
    "matroska": ("video/webm", "audio/webm", ".webm", ".webm"),
    "flac": ("", "audio/flac", "", ".flac"),
    "mp3": ("", "audio/mpeg", "", ".mp3"),
    "wav": ("", "audio/wav", "", ".wav"),
    "ogg": ("video/ogg", "audio/ogg", ".ogv", ".ogg"),
}


class NotMedia(Exception):
    """Nothing a browser could play; the message is for people."""


@dataclass(frozen=True, slots=True)
class Probe:
    content_type: str
    suffix: str
    seconds: float | None
    width: int | None = None
    height: int | None = None


def probe(path: Path) -> Probe:
    """Read the head of the file."""
    try:
        with av.open(str(path)) as container:
            name = container.format.name.partition(",")[0]
            seconds = container.duration / av.time_base if container.duration else None
            video = container.streams.video[0] if container.streams.video else None
            size = (video.width, video.height) if video else (None, None)
    except (FFmpegError, ValueError) as error:
        raise NotMedia("The file is neither picture nor sound.") from error
    if name not in CONTAINERS:
        raise NotMedia("The file is in a format that browsers do not play.")
    video_type, audio_type, video_suffix, audio_suffix = CONTAINERS[name]
    if video and video_type:
        return Probe(video_type, video_suffix, seconds, *size)
    else:
        return Probe(audio_type, audio_suffix, seconds)


def poster(path: Path) -> bytes:
    """A picture from near the beginning, as JPEG; empty if none can be had."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return b""
            if container.duration:
                seconds = min(container.duration / av.time_base * POSTER_AT, POSTER_LATEST)
                container.seek(int(seconds * av.time_base))
            frame = next(container.decode(video=0), None)
            return _jpeg(frame) if frame else b""
    except (FFmpegError, ValueError):
        return b""


def _jpeg(frame: av.VideoFrame) -> bytes:
    width = min(frame.width, POSTER_WIDTH) // 2 * 2
    height = round(frame.height * width / frame.width / 2) * 2
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)  # one picture has no tempo, yet the encoder wants one
    picture = frame.reformat(width=width, height=height, format="yuvj420p")
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
