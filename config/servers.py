"""The command lines of Earshot's processes: what the demo starts is what the bench measures."""

from config import queues

CELERY = ["-m", "celery", "-A", "config", "--quiet"]


def web(port: int, *, host: str = "127.0.0.1") -> list[str]:
    """One ASGI process for pages, webhooks and live streams."""
    server = ["-m", "uvicorn", "config.asgi:application", "--host", host, "--port", str(port)]
    manners = ["--no-access-log", "--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    return [*server, *manners]


def pages(port: int, *, host: str) -> list[str]:
    """The pages under WSGI, for an installation with an edge of its own."""
    server = ["-m", "gunicorn", "config.wsgi:application", "--config", "deploy/gunicorn.conf.py"]
    return [*server, "--bind", f"{host}:{port}"]


def edge(port: int, *, host: str) -> list[str]:
    """The same as `web`, behind a proxy that keeps its connections for two minutes."""
    return [*web(port, host=host), "--timeout-keep-alive", "130"]


def worker(*names: str) -> list[str]:
    """One process that works off the tasks of the queues named; of all when none is."""
    at_once = queues.FILES_AT_ONCE if names == (queues.INGEST,) else 8
    threads = ["--pool", "threads", "--concurrency", str(at_once)]
    wanted = ["--queues", ",".join(names), "--hostname", "-".join(names) + "@%h"] if names else []
    manners = ["--loglevel", "info", "--without-gossip", "--without-mingle"]
    return [*CELERY, "worker", *threads, *wanted, *manners]


def beat() -> list[str]:
    """The clock of the regular tasks."""
    return [*CELERY, "beat", "--loglevel", "warning"]
