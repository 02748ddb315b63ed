"""Somebody of support at the console, and a person who lets them look."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.people import create_person
from support.models import Grant


@pytest.fixture
def sam(db: None) -> User:
    return create_person(
        email="sam@earshot.example", password="x", name="Sam", is_staff=True, is_superuser=True
    )


@pytest.fixture
def support(sam: User) -> Client:
    client = Client()
    client.force_login(sam)
    return client


@pytest.fixture
def grant(workspace: Workspace, alice_user: User) -> Grant:
    return Grant.objects.create(
        workspace=workspace,
        user=alice_user,
        reason="The words are wrong",
        until=timezone.now() + timedelta(hours=1),
    )
