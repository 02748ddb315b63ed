"""What a person may be called: anything that can be seen, and nothing that cannot."""

import pytest
from django.test import Client

from accounts.models import User, Workspace

pytestmark = pytest.mark.django_db

HIDDEN = [
    "evil\u202egnp.exe",
    "A\u2066lice\u2069",
    "Al\u200bice",
    "\ufeffAlice",
    "Alice\x1b[31m",
    "Alice\nBob",
    "Alice\u2028Bob",
]
SEEN = ["Åsa Öberg", "می\u200cخواهم", "👩\u200d💻 Eva", "אליס", "O'Neill & <b>Sons</b>"]


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_characters_are_refused(
    alice: Client, alice_user: User, workspace: Workspace, name: str
) -> None:
    own = alice.post("/settings/", {"name": name, "time_zone": "Asia/Tokyo"})
    team = alice.post("/settings/workspace/name/", {"name": name})
    front_door = {"name": name, "email": "n@example.com", "password1": "quite a long secret"}
    new = Client().post("/account/signup/", front_door)
    for page in (own, team, new):
        assert "name" in page.context["form"].errors
    alice_user.refresh_from_db()
    workspace.refresh_from_db()
    assert (alice_user.name, workspace.name) == ("Alice", "Northwind")
    assert not User.objects.filter(email="n@example.com").exists()


@pytest.mark.parametrize("name", SEEN)
def test_names_of_all_scripts_are_kept(alice: Client, alice_user: User, name: str) -> None:
    alice.post("/settings/", {"name": name, "time_zone": "Asia/Tokyo"})
    alice_user.refresh_from_db()
    assert alice_user.name == name


@pytest.mark.parametrize(
    "path", ["/", "/settings/people/", "/settings/history/", "/settings/workspace/"]
)
def test_a_name_from_elsewhere_turns_no_sentence_around(
    alice: Client, alice_user: User, path: str
) -> None:
    alice.post("/settings/", {"name": "Alice", "time_zone": "Asia/Tokyo"})
    User.objects.update(name="abc\u202edef")
    assert "<bdi>abc\u202edef</bdi>" in alice.get(path).content.decode()
