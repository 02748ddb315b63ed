"""Starts what watches the processes: ids in the log lines of tasks, error reports, traces."""

from importlib import import_module

from django.apps import AppConfig

from operations import error_reports, traces


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        import_module("operations.task_context")
        error_reports.start()
        traces.start()
