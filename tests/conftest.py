"""What every test may use: two workspaces, and clients signed in as the people in them.

alice owns her workspace, bob is a member of it, mallory owns another one and is a stranger.
"""

import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User, Workspace
from accounts.people import create_person
from accounts.roles import Role
from tests.asgi_server import AsgiServer, run_asgi
from tests.chromium import chromium
from tests.emptying import empty_tables, end_other_sessions
from tests.needs import pytest_collection_modifyitems, pytest_terminal_summary
from upstream import call_log

__all__ = ["chromium", "pytest_collection_modifyitems", "pytest_terminal_summary"]

PASSWORD = "correct horse battery"

# pytest-django calls it after every test that commits.
TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[attr-defined]


def make_member(email: str, workspace: Workspace, role: Role) -> User:
    """Create a person with a verified address in `workspace`."""
    name = email.split("@")[0].title()
    return create_person(
        email=email,
        password=PASSWORD,
        name=name,
        workspace=workspace,
        role=role,
        time_zone="Europe/Stockholm",
    )


def give_second_step(client: Client, user: User) -> None:
    """Set an app up for `user`, who signed in with it in this very `client`."""
    app = TOTP.activate(user, generate_totp_secret()).instance
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": app.type, "id": app.pk, "at": time.time()}
    ]
    session.save()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Strong hashing takes a second per person, and these people are invented."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_calls_of_the_test_before() -> None:
    """What an earlier test asked of a provider is not for a request of this one to write down."""
    call_log.waiting.clear()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Northwind")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Contoso")


@pytest.fixture
def alice_user(workspace: Workspace) -> User:
    return make_member("alice@northwind.example", workspace, Role.OWNER)


@pytest.fixture
def bob_user(workspace: Workspace) -> User:
    return make_member("bob@northwind.example", workspace, Role.MEMBER)


@pytest.fixture
def mallory_user(other_workspace: Workspace) -> User:
    return make_member("mallory@contoso.example", other_workspace, Role.OWNER)


@pytest.fixture
def alice(alice_user: User) -> Client:
    client = Client()
    client.force_login(alice_user)
    return client


@pytest.fixture
def bob(bob_user: User) -> Client:
    client = Client()
    client.force_login(bob_user)
    return client


@pytest.fixture
def mallory(mallory_user: User) -> Client:
    client = Client()
    client.force_login(mallory_user)
    return client


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of the run, which can be dropped once nobody is connected to it."""
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


@pytest.fixture(scope="session")
def asgi_server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[AsgiServer]:
    """Earshot under uvicorn on this run's database; tests must commit (transaction=True)."""
    with django_db_blocker.unblock(), run_asgi() as server:
        yield server
