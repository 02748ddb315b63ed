"""The ids of another workspace in every field of every form: they mean nothing there."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.forms import BaseForm
from django.test import Client
from django.urls import get_resolver

from accounts.models import User, Workspace
from bots.models import Bot
from calendars.models import Calendar, Connection
from recordings.models import Recording
from tests.everything import Everything, make_everything
from tests.security.conftest import ask
from tests.test_audit_trail import CHANGES
from tests.test_isolation import addresses
from tests.test_roles import filled_in
from zoom.models import ZoomAccount

OURS = ("accounts", "bots", "calendars", "notifications", "recordings", "support", "zoom")
BY_KIND = {  # which single row a field chooses; all others are given all ids at once
    "person": "user",
    "series": "series",
    "recording": "recordings",
    "before": "recordings",
    "down_to": "recordings",
    "event": "calendars:event",
    "calendars": "calendars:sync",
    "only_calendars": "calendars:sync",
    "scope": "calendars:sync",
    "order_id": "bots",
}


def all_forms() -> set[type[BaseForm]]:
    """Every form of ours: the pages that use them are imported by asking for the addresses."""
    list(addresses(get_resolver().url_patterns))
    found, left = set(), [BaseForm]
    while left:
        for form in left.pop().__subclasses__():
            left.append(form)
            if not form.__module__.startswith(("django.", "allauth.", "tests.")):
                found.add(form)
    return found


def all_fields() -> set[str]:
    return {name for form in all_forms() for name in getattr(form, "base_fields", {})}


@pytest.fixture
def theirs(everything: Everything, alice_user: User) -> dict[str, str]:
    """What alice could try: the ids of everything, and of its people."""
    return {**everything.ids, "user": alice_user.public_id, "series": "ser_unknown"}


@pytest.fixture
def own(mallory_user: User, other_workspace: Workspace, everything: Everything) -> dict[str, str]:
    """The same of mallory, without the secret word of the others."""
    Calendar.objects.update(upstream_id="c-0")  # unique at the provider
    Connection.objects.update(subject="0")
    for model in (User, EmailAddress):
        model.objects.filter(email__startswith="mate@").update(email="mate@elsewhere.example")
    ZoomAccount.objects.update(zoom_user_id="z-0", credential_id="c-0")
    return filled_in(make_everything(other_workspace, mallory_user))


@pytest.mark.django_db
def test_an_id_of_others_in_a_field_is_nobodys(
    theirs: dict[str, str], own: dict[str, str], mallory: Client, workspace: Workspace
) -> None:
    every_id = [*theirs.values(), workspace.public_id, str(workspace.pk)]
    many: dict[str, Any] = dict.fromkeys(all_fields(), every_id)
    chosen = {**many, **{field: theirs[kind] for field, kind in BY_KIND.items()}}
    before = state_of(workspace)
    crossed = []
    for name, url in own.items():
        known = CHANGES[name].data if name in CHANGES else {}
        for data in (chosen, {**known, **{field: theirs[it] for field, it in BY_KIND.items()}}):
            plain = {key: value for key, value in data.items() if value is not None}
            for asked, answer, text in ask(mallory, {name: url}, ["get", "post"], plain):
                told = [word for word in only_of(workspace) if word in text]
                if told or answer.status_code >= 500:
                    crossed.append(f"{asked}: {answer.status_code} {told}")
    assert not crossed, "\n".join(crossed)
    assert state_of(workspace) == before


@pytest.mark.django_db
def test_what_is_sent_with_ids_of_others_touches_no_row_of_theirs(
    theirs: dict[str, str], own: dict[str, str], mallory: Client, workspace: Workspace
) -> None:
    """As above, but what the requests change stays, and no row may then belong to both."""
    before = state_of(workspace)
    choices = {field: theirs[kind] for field, kind in BY_KIND.items()}
    for name, url in own.items():
        if name in CHANGES and name != "account_change_password":
            mallory.post(url, {**CHANGES[name].form(), **choices})
    for name in ("calendars:choices", "recordings:many_deletion", "recordings:many_keeping"):
        mallory.post(own[name], {**choices, "verdict": "record", "confirmed": "1"})
    assert state_of(workspace) == before
    assert Recording.everything.filter(workspace=workspace, binned_at=None).exists()
    assert crossing_rows() == []


@pytest.mark.django_db
def test_the_same_with_ids_of_ones_own_does_something(
    asked: dict[str, str], everything: Everything, alice: Client, workspace: Workspace
) -> None:
    before = state_of(workspace)
    alice.post(
        asked["recordings:many_deletion"],
        {"recording": everything.ids["recordings"], "confirmed": "1"},
    )
    assert state_of(workspace) != before


def only_of(workspace: Workspace) -> set[str]:
    """Ids no answer to somebody else may hold, even where they were just sent."""
    return {bot.upstream_id for bot in Bot.objects.filter(workspace=workspace) if bot.upstream_id}


def state_of(workspace: Workspace) -> dict[str, list[Any]]:
    """Every row that belongs to a workspace."""
    return {
        model._meta.label: list(
            model._base_manager.filter(workspace=workspace).order_by("pk").values()
        )
        for model in of_a_workspace()
    }


def of_a_workspace() -> list[type[models.Model]]:
    return [
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if any(field.name == "workspace" for field in model._meta.fields)
    ]


def crossing_rows() -> list[str]:
    """Rows that point at a row of another workspace."""
    found = []
    with_one = of_a_workspace()
    for model in with_one:
        for field in model._meta.fields:
            if isinstance(field, models.ForeignKey) and field.related_model in with_one:
                strays = model._base_manager.exclude(**{f"{field.name}__isnull": True}).exclude(
                    **{f"{field.name}__workspace": models.F("workspace")}
                )
                found += [f"{model._meta.label}.{field.name} of {row.pk}" for row in strays]
    return found
