"""What Earshot cannot be without: database, broker, workers, storage."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from kombu.exceptions import OperationalError

from operations import health
from operations.doctor.findings import Finding, advice, good, wrong
from recordings.storages import open_part

OLDEST_POSTGRES = 15
WORKERS_ANSWER_WITHIN = 3
LEAST_FREE_BYTES = 5 * 1024**3
BEATS_TASK = "webhooks.sweep"  # by the clock, four times a minute
BEAT_WITHIN_SECONDS = 60
GREETING = b"The doctor was here."


def database() -> Iterator[Finding]:
    try:
        with health.connect_to_database() as connection:
            info = connection.info
            version, encoding = (
                info.server_version // 10_000,
                info.parameter_status("server_encoding"),
            )
            missing = health.unapplied(connection)
    except psycopg.Error:
        yield wrong(
            "PostgreSQL does not answer. Is the address in DATABASE_URL right, is the server up,"
            " and does it let this machine in?"
        )
        return
    if version < OLDEST_POSTGRES:
        yield wrong(f"This is PostgreSQL {version}; Earshot needs {OLDEST_POSTGRES} or newer.")
    elif encoding != "UTF8":
        yield wrong(f"The database keeps text as {encoding}. Make it anew with ENCODING 'UTF8'.")
    else:
        yield good(f"PostgreSQL {version} answers.")
    if missing:
        yield wrong(health.migrations_sentence(missing))


def broker() -> Iterator[Finding]:
    if health.examine_broker() == health.FINE:
        yield good("It answers.")
    else:
        yield wrong(
            "It does not answer. Is the address in CELERY_BROKER_URL right, and is Redis or"
            " RabbitMQ up?"
        )


def workers() -> Iterator[Finding]:
    asked = current_app.control.inspect(timeout=WORKERS_ANSWER_WITHIN)
    try:
        told = asked.stats() or {}
        served = asked.active_queues() or {}
    except (OperationalError, OSError):
        yield wrong("Nobody can ask them without the broker. Mend that first.")
        return
    if not told:
        yield wrong("No worker answers: nothing is scheduled, fetched or sent. Start one.")
        return
    yield good(f"{len(told)} answered." if len(told) > 1 else "One answered.")
    names = {queue["name"] for queues in served.values() for queue in queues}
    for queue in (one.name for one in settings.CELERY_TASK_QUEUES):
        if queue not in names:
            yield wrong(f"No worker serves the queue {queue}. Start one that does.")
    running = max(stats["uptime"] for stats in told.values())
    if running > BEAT_WITHIN_SECONDS and not any(BEATS_TASK in it["total"] for it in told.values()):
        yield wrong("Beat does not run: what is due by the clock is not done. Start one beat.")


def storage() -> Iterator[Finding]:
    place = settings.BUCKET["bucket_name"] or settings.MEDIA_ROOT
    try:
        name = default_storage.save(f"doctor/{uuid4()}.txt", ContentFile(GREETING))
        part = open_part(name, 0, len(GREETING) - 1)
        try:
            is_whole = part.read(len(GREETING)) == GREETING
        finally:
            part.close()
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001 (each kind of storage has errors of its own)
        yield wrong(
            f"Files cannot be written, read and deleted in {place} ({type(error).__name__}). Does"
            " it exist, may Earshot use it, and is there room?"
        )
        return
    if not is_whole:
        yield wrong(f"What is read in {place} is not what was written there.")
    else:
        yield good(f"Files can be written, read and deleted in {place}.")
    yield from _room()


def _room() -> Iterator[Finding]:
    """With a bucket too: a file lies here while it is on its way."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield advice(f"{free / 1024**3:.1f} GB are free in {folder}; a long meeting needs 2.")
