"""The command lines of Earshot's processes: what the demo starts is what the bench measures."""

CELERY = ["-m", "celery", "-A", "config", "--quiet"]


def web(port: int, *, host: str = "127.0.0.1") -> list[str]:
    """One ASGI process for pages, webhooks and live streams."""
    server = ["-m", "uvicorn", "config.asgi:application", "--host", host, "--port", str(port)]
    manners = ["--no-access-log", "--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    return [*server, *manners]


def worker() -> list[str]:
    """One process that works off the tasks."""
    threads = ["--pool", "threads", "--concurrency", "8"]
    manners = ["--loglevel", "info", "--without-gossip", "--without-mingle"]
    return [*CELERY, "worker", *threads, *manners]


def beat() -> list[str]:
    """The clock of the regular tasks."""
    return [*CELERY, "beat", "--loglevel", "warning"]
