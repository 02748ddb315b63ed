"""Where the files lie: a folder of this machine, or a bucket of anything that speaks S3.

Both hand out a part of a file as just that part. A bucket is never shown to a browser: its files go
through Earshot's own address, where permission is asked each time. What goes wrong there is an
OSError, as it is with a disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol, cast

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from storages.backends.s3 import S3Storage
from storages.utils import clean_name


class Readable(Protocol):
    """What is needed of an opened part."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _InParts(Protocol):
    def open_part(self, name: str, first: int, last: int) -> Readable: ...


class Folder(FileSystemStorage):
    def open_part(self, name: str, first: int, last: int) -> Readable:
        file = self.open(name)
        file.seek(first)
        return cast(Readable, file)


class Bucket(S3Storage):  # type: ignore[misc]
    """No name is taken twice; a file is read, and its claim renewed, in one and the same thread."""

    def get_default_settings(self) -> dict[str, Any]:
        own = {"file_overwrite": False, "transfer_config": TransferConfig(use_threads=False)}
        return {**super().get_default_settings(), **own}

    def open_part(self, name: str, first: int, last: int) -> Readable:
        key = self._normalize_name(clean_name(name))
        with _as_os_errors():
            part = self.bucket.Object(key).get(Range=f"bytes={first}-{last}")
        return cast(Readable, part["Body"])

    def _save(self, name: str, content: File[Any] | IO[Any]) -> str:
        with _as_os_errors():
            return cast(str, super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_os_errors():
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _as_os_errors():
            return cast(tuple[list[str], list[str]], super().listdir(path))


def open_part(name: str, first: int, last: int) -> Readable:
    """Open the bytes `first` to `last` of a stored file."""
    return cast(_InParts, default_storage).open_part(name, first, last)


@contextmanager
def _as_os_errors() -> Iterator[None]:
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(f"the bucket: {type(error).__name__}") from error
