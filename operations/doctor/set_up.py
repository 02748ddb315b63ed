"""Settings that let Earshot start and yet are not those of an installation that people rely on."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from operations.doctor.findings import Finding, advice, good, wrong

PRINTED = ("console", "dummy", "locmem", "filebased")


def settings_fit() -> Iterator[Finding]:
    found = [*_safety(), *_mail(), *_shared()]
    yield from found or [good("They are those of an installation that people can rely on.")]


def _safety() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong("DEBUG is on: errors show their insides to everybody. Set DEBUG=0.")
    if not settings.IS_HTTPS:
        yield wrong(
            "PUBLIC_URL begins with http://, so passwords travel in the open, and Google and"
            " Microsoft send nobody back. Put a proxy with TLS in front and use https://."
        )
    if settings.ALLOW_LOOPBACK_FETCH:
        yield wrong("ALLOW_LOOPBACK_FETCH is on, which is for the sandbox only. Set it to 0.")
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not settings.WHITENOISE_USE_FINDERS and not manifest.exists():
        yield wrong("Styles and scripts are not collected. Run `manage.py collectstatic`.")


def _mail() -> Iterator[Finding]:
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if backend in PRINTED:
        yield wrong(
            "Mails reach nobody, so people cannot prove their address. Set EMAIL_URL to a mail"
            " server, such as smtp+tls://user:password@host:587."
        )
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield wrong("DEFAULT_FROM_EMAIL is not set: mail servers refuse mails from localhost.")


def _shared() -> Iterator[Finding]:
    if "locmem" in settings.CACHES["default"]["BACKEND"]:
        yield advice(
            "Each process counts tries of signing in for itself. Set CACHE_URL to a Redis that they"
            " share, such as rediscache://redis:6379/1."
        )
    if settings.IS_HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield advice(
            "TRUSTED_PROXY_COUNT is 0: behind a proxy all people look like one, and share one limit"
            " of tries. Set it to the number of proxies in front, usually 1."
        )
