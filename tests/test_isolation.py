"""Everything of one workspace is a 404 to the other, for every address of the product.

The addresses come from the URLconf itself: a new one that this test does not know how to fill in
makes it fail, so none can be forgotten.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from accounts.models import User, Workspace
from tests.everything import CHOICES, Everything, make_everything

# Pages of the person who is signed in, of nobody, or with a gate of their own.
ELSEWHERE = {
    "admin": "staff only (test_admin_is_closed_to_people)",
    "webhooks": "closed by signatures (tests/webhooks)",
    "fetched": "closed by ids and keys that nobody can guess (tests/bots, tests/zoom)",
    "operations": "for machines; the one that tells anything has a token (tests/operations)",
    "letters": "open to whoever got the mail (tests/letters)",
    "accounts:invitation": "open to whoever has the link (tests/accounts/test_invitations.py)",
    "shared": "open to whoever has the link (tests/recordings/test_shared_pages)",
}

# allauth's own: each is about the person who is signed in, or about nobody.
ONESELF = ("account_", "socialaccount_", "mfa_", "google_", "microsoft_")


def addresses(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield (namespace, full name, names of the parts) of every address below `patterns`."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (namespace, pattern.namespace) if part)
            yield from addresses(pattern.url_patterns, inner)
        else:
            name = f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
            yield namespace, name if pattern.name else "", frozenset(pattern.pattern.converters)


def ours() -> list[tuple[str, frozenset[str]]]:
    found = []
    for namespace, name, parts in addresses(get_resolver(settings.ROOT_URLCONF).url_patterns):
        is_elsewhere = ELSEWHERE.keys() & {namespace, name} or name.startswith(ONESELF)
        if not is_elsewhere:
            assert name, f"an address of {namespace or 'the root'} has no name to ask for it by"
            found.append((name, parts))
    return sorted(found)


@pytest.fixture
def everything(workspace: Workspace, alice_user: User, settings: Settings) -> Everything:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "client", "of the tests"
    settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = "client", "of the tests"
    return make_everything(workspace, alice_user)


@pytest.mark.parametrize(("name", "parts"), [row for row in ours() if row[1] - set(CHOICES)])
def test_a_strangers_id_is_a_404(
    name: str, parts: frozenset[str], everything: Everything, alice: Client, mallory: Client
) -> None:
    url = reverse(name, kwargs=everything.fill(name, parts))
    answers = {method: getattr(mallory, method)(url).status_code for method in ("get", "post")}
    assert set(answers.values()) <= {404, 405}, answers
    assert 404 in answers.values(), answers
    assert alice.get(url).status_code != 404  # 405 where only POST is answered


@pytest.mark.parametrize(("name", "parts"), [row for row in ours() if not row[1] - set(CHOICES)])
def test_a_page_shows_nothing_of_another_workspace(
    name: str, parts: frozenset[str], everything: Everything, mallory: Client
) -> None:
    answer = mallory.get(reverse(name, kwargs=everything.fill(name, parts)))
    assert answer.status_code in {200, 204, 302, 400, 405}, answer.status_code
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert everything.secret_word not in body.decode(errors="replace")


@pytest.mark.parametrize(("name", "parts"), ours())
def test_nobody_gets_in_without_signing_in(
    name: str, parts: frozenset[str], everything: Everything, client: Client
) -> None:
    answer = client.get(reverse(name, kwargs=everything.fill(name, parts)))
    assert answer.status_code in {200, 204, 302, 400, 405}
    if answer.status_code in {200, 400}:
        assert everything.secret_word not in answer.content.decode()


@pytest.mark.parametrize("path", ["/admin/", "/admin/upstream/upstreamaccount/"])
def test_admin_is_closed_to_people(path: str, alice: Client) -> None:
    answer = alice.get(path)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
