"""Cuts the file of a share that shows only a part: copied as it is, with nothing of the rest.

    film     |k····|k····|k····|k····        k: a picture that stands by itself
    part           ╰─────────╯
    clip            ▏k····|k··               sound from the start, picture from the first k in it

Where no such picture lies in the part, its sound alone is shared.
"""

import logging
import secrets
import tempfile
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from django.core.files import File
from django.core.files.storage import default_storage

from recordings.models import ArtifactKind, ClipState, Share
from recordings.probing import NotMedia, probe

logger = logging.getLogger(__name__)


class NothingThere(Exception):
    """Neither picture nor sound in that part."""


def cut_for(share: Share) -> ClipState:
    """Make and store the file of one share; a second call finds it done."""
    playable = {one.kind: one for one in share.recording.artifacts.playable()}
    source = playable.get(ArtifactKind.VIDEO) or playable.get(ArtifactKind.AUDIO)
    if source is None:
        return _settle(share, ClipState.PENDING)
    name = str(source.file.name)
    with tempfile.TemporaryDirectory(prefix="earshot-clip-") as folder:
        path = Path(folder) / f"clip.{name.rpartition('.')[2]}"
        try:
            with default_storage.open(name) as film:
                cut(film, path, (share.start_ms or 0) / 1000, (share.end_ms or 0) / 1000)
            kind = probe(path).content_type
        except (FFmpegError, NothingThere, NotMedia, ValueError, OSError) as trouble:
            logger.warning("share %s: its part could not be cut: %s", share.public_id, trouble)
            return _settle(share, ClipState.FAILED)
        stored_as = f"{folder_of(share)}/{secrets.token_hex(8)}{path.suffix}"
        with path.open("rb") as whole:
            stored = default_storage.save(stored_as, File(whole))
    return _settle(share, ClipState.READY, clip=stored, clip_type=kind)


def folder_of(share: Share) -> str:
    return f"recordings/{share.recording.public_id}/{share.public_id}"


def _settle(share: Share, state: ClipState, **facts: str) -> ClipState:
    """Only of a share that still waits: what somebody else cut meanwhile stays."""
    waiting = Share.objects.filter(pk=share.pk, clip_state=ClipState.PENDING)
    if not waiting.update(clip_state=state, **facts) and facts:
        default_storage.delete(facts["clip"])
    return state


def cut(film: Any, path: Path, start: float, end: float) -> None:
    """Copy what lies between `start` and `end` (seconds) of an open file to `path`."""
    with av.open(film) as source, av.open(str(path), "w") as target:
        wanted = [*source.streams.video, *source.streams.audio]
        first = {one.index: _first(source, one, start, end) for one in wanted}
        kept = {
            one.index: target.add_stream_from_template(one)
            for one in wanted
            if first[one.index] is not None
        }
        if not kept:
            raise NothingThere
        source.seek(int(start * av.time_base))
        ended: set[int] = set()
        for packet in source.demux([one for one in wanted if one.index in kept]):
            index = packet.stream.index
            if packet.pts is None or packet.time_base is None:
                continue
            if packet.dts is not None and packet.dts * packet.time_base >= end:
                ended.add(index)
                if len(ended) == len(kept):
                    break
            at = packet.pts * packet.time_base
            if index in ended or at < (first[index] or 0) or at >= end:
                continue
            offset = round(start / packet.time_base)
            packet.pts -= offset
            packet.dts = packet.dts - offset if packet.dts is not None else None
            packet.stream = kept[index]
            target.mux(packet)


def _first(source: Any, stream: Any, start: float, end: float) -> float | None:
    """When the first packet of the part that stands by itself comes; None: none does."""
    source.seek(int(start * av.time_base))
    for packet in source.demux(stream):
        if packet.pts is None:
            continue
        at = packet.pts * packet.time_base
        if at >= end:
            return None
        if at >= start and packet.is_keyframe:
            return float(at)
    return None
