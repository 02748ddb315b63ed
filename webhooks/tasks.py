"""The inbox's two tasks: one is woken by what arrives, the other looks for what was left."""

from celery import shared_task

from webhooks import processing


@shared_task(name="webhooks.process", ignore_result=True)
def process() -> None:
    processing.drain()


@shared_task(name="webhooks.sweep", ignore_result=True)
def sweep() -> None:
    processing.drain()
