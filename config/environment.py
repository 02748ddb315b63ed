"""Reads settings from the environment; what is missing or odd stops the start with one sentence.

    from config.environment import env
    PORT = env.int("PORT", default=8000)

A value may come from a file instead: NAME_FILE=/run/secrets/name.
"""

import sys
from collections.abc import Callable, Iterable
from email.utils import parseaddr
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

YES = ("1", "true", "yes", "on", "y", "t", "ok")
NO = ("0", "false", "no", "off", "n", "f", "")
BROKERS = ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps", "memory")
PROVIDERS = ("meetingbaas_v2", "meetingbaas_v1", "recall")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHORTEST_SECRET = 50
FEWEST_LETTERS = 5


class Environment(environ.FileAwareEnv):  # type: ignore[misc, unused-ignore]
    """django-environ, except that an odd value is told by name."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **kw: Any
    ) -> Any:
        try:
            value = super().get_value(var, cast=cast, default=default, **kw)
            return value.strip() if isinstance(value, str) else value  # a file ends with a line
        except ImproperlyConfigured as error:
            if str(error).startswith("Set the "):
                raise ImproperlyConfigured(
                    f"{var} is not set; .env.example says what it is for."
                ) from None
            raise ImproperlyConfigured(f"{var} cannot be read: {error}") from None
        except ValueError:
            raise ImproperlyConfigured(f"{var} is not a whole number.") from None

    def cache_url(self, var: str = "CACHE_URL", **kw: Any) -> Any:
        return _named(var, super().cache_url, **kw)

    def email_url(self, var: str = "EMAIL_URL", **kw: Any) -> Any:
        return _named(var, super().email_url, **kw)

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> bool:
        given = str(self.get_value(var, default="1" if default is True else "0")).strip().lower()
        if given not in YES + NO:
            raise ImproperlyConfigured(f"{var} is neither 1 nor 0.")
        return given in YES


def _named(var: str, read: Callable[..., Any], **kw: Any) -> Any:
    try:
        return read(var, **kw)
    except (ImproperlyConfigured, ValueError) as error:
        raise ImproperlyConfigured(f"{var} cannot be read: {error}.") from None


env = Environment()


def address(name: str, value: str, *, is_base: bool = False) -> str:
    """`value`, if it is the address of a web server; `is_base`: without path and the like."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} is not an address that begins with https:// (or http://)."
        )
    if is_base and (parts.path or parts.query or parts.fragment):
        raise ImproperlyConfigured(
            f"{name} must end after the host name, as in https://earshot.example.com."
        )
    return value


def addresses(prefix: str, values: dict[str, Any]) -> None:
    """Every setting of a platform that is an address of it."""
    for name, value in values.items():
        if name.startswith(f"{prefix}_") and name.endswith("_URL"):
            address(name, value)


def sentry_dsn(name: str, value: str) -> str:
    """`value`, if it is what Sentry shows as the DSN of a project."""
    parts = urlsplit(value)
    fits = parts.scheme in ("http", "https") and parts.hostname and parts.username
    if not (fits and parts.path.rpartition("/")[2].isdecimal()):
        raise ImproperlyConfigured(
            f"{name} is not the DSN of a Sentry project, as in https://key@sentry.example.com/1."
        )
    return value


def mail_address(name: str, value: str) -> str:
    """`value`, if mail can be sent to or from it; a name may stand before it."""
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise ImproperlyConfigured(
            f"{name} is not a mail address, as in Earshot <earshot@example.com>."
        ) from None
    return value


def one_of(name: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}; it can be: {', '.join(known)}.")
    return value


def at_least(name: str, value: int, least: int) -> int:
    if value < least:
        raise ImproperlyConfigured(f"{name} is {value}; it must be at least {least}.")
    return value


def fernet_keys(name: str, keys: list[str]) -> list[str]:
    """The keys, if each is one."""
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name}: key {number} is no Fernet key; .env.example says how to make one."
            ) from None
    if not keys:
        raise ImproperlyConfigured(f"{name} is empty; .env.example says how to make a key.")
    return keys


def signing_key(name: str, value: str) -> str:
    """The key, if nobody guesses it."""
    if len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_LETTERS:
        raise ImproperlyConfigured(
            f"{name} can be guessed: it needs {SHORTEST_SECRET} random characters or more."
        )
    return value


def host_names(name: str, names: list[str], public_url: str) -> list[str]:
    """The names, if people who follow our own links are among those let in."""
    host = urlsplit(public_url).hostname or ""
    fits = any(
        it == "*" or it == host or (it[:1] == "." and f".{host}".endswith(it)) for it in names
    )
    if not fits:
        raise ImproperlyConfigured(f"{name} lacks {host}, the host name of PUBLIC_URL.")
    return names


def database(name: str, config: dict[str, Any]) -> dict[str, Any]:
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            f"{name} is not the address of a PostgreSQL server (postgresql://user:password@host/name)."
        )
    return config


def broker(name: str, value: str) -> str:
    if urlsplit(value).scheme not in BROKERS:
        raise ImproperlyConfigured(
            f"{name} is neither Redis' address (redis://…) nor RabbitMQ's (amqp://…)."
        )
    return value


def both_or_none(first: str, second: str, values: dict[str, Any]) -> None:
    """A client or key without its secret, or a secret without those, works for nobody."""
    if bool(values[first]) != bool(values[second]):
        given, lacking = (first, second) if values[first] else (second, first)
        raise ImproperlyConfigured(f"{given} is set and {lacking} is not; both or neither.")


def say_it_in_a_sentence() -> None:
    """Let a program that ends for its settings end with their sentence, not with a traceback."""
    usual = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, ImproperlyConfigured):
            sys.stderr.write(f"Earshot does not start: {error}\n")
        else:
            usual(kind, error, trace)

    sys.excepthook = hook
