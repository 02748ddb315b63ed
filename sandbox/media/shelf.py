"""Finished media on disk, by the content they were made from; made when first asked for.

Two requests for the same file wait for one encoding. The thread pool has one worker: encoding is
heavy, and the machine has other things to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

from sandbox.media.encode import Stopped, write_flac, write_mp4, write_png, write_wav
from sandbox.media.script import Talk


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media")
        self._stop = Event()
        self._under_way: dict[Path, asyncio.Task[None]] = {}

    def warm(self, talk: Talk) -> None:
        """Begin before anybody asks; worth it for a recording of hours."""
        self._start(self._path(talk, "audio.flac"), lambda path: write_flac(talk, path))
        if not talk.audio_only:
            self._start(
                self._path(talk, "video.mp4"), lambda path: write_mp4(talk, path, self._stop)
            )

    async def audio(self, talk: Talk) -> Path:
        return await self._made(self._path(talk, "audio.flac"), lambda p: write_flac(talk, p))

    async def plain_audio(self, talk: Talk) -> Path:
        return await self._made(self._path(talk, "audio.wav"), lambda p: write_wav(talk, p))

    async def video(self, talk: Talk) -> Path:
        return await self._made(
            self._path(talk, "video.mp4"), lambda p: write_mp4(talk, p, self._stop)
        )

    async def picture(self, talk: Talk, moment: float) -> Path:
        path = self._path(talk, f"{round(moment)}.png")
        return await self._made(path, lambda p: write_png(talk, moment, p))

    def close(self) -> None:
        self._stop.set()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _path(self, talk: Talk, name: str) -> Path:
        return self.folder / talk.key / name

    async def _made(self, path: Path, write: Callable[[Path], None]) -> Path:
        self._start(path, write)
        if path in self._under_way:
            await asyncio.shield(self._under_way[path])
        return path

    def _start(self, path: Path, write: Callable[[Path], None]) -> None:
        if path not in self._under_way and not path.exists():
            loop = asyncio.get_running_loop()
            task = loop.create_task(self._write(path, write))
            self._under_way[path] = task
            task.add_done_callback(lambda _: self._under_way.pop(path, None))

    async def _write(self, path: Path, write: Callable[[Path], None]) -> None:
        with suppress(Stopped):
            await asyncio.get_running_loop().run_in_executor(self._worker, write, path)
