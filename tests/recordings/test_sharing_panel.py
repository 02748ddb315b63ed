"""The share panel of a recording: who may use it, what it makes, how a link is closed again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User, Workspace
from letters.models import Letter
from notifications import preferring
from notifications.kinds import KindName, Way
from notifications.models import Notification
from recordings import sharing
from recordings.models import Recording, Share, Visit
from recordings.sharing import Wish
from tests.frame import FRAME
from tests.recordings.factories import make_recording


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_recording(workspace, title="Budget talk", words=14)


@pytest.fixture
def panel(recording: Recording) -> str:
    return f"/recordings/{recording.public_id}/sharing/"


LINK = {"who": "link", "what": "whole", "until": "30"}


def test_a_link_is_made_as_it_was_asked_for(
    alice: Client, alice_user: User, panel: str, recording: Recording
) -> None:
    assert "Nobody outside the workspace" in alice.get(panel).content.decode()
    day = timezone.localdate() + timedelta(days=3)
    asked = {"who": "link", "what": "part", "begin": "0:02", "end": "1:04", "until": "day"}
    answer = alice.post(
        panel,
        {**asked, "day": day.isoformat(), "passcode": "tea at five", "download": "on"},
        follow=True,
    )
    share = Share.objects.get()
    assert (share.start_ms, share.end_ms) == (2000, 64000)
    assert (share.can_download, share.is_text_only, share.made_by) == (True, False, alice_user)
    assert share.expires_at is not None
    assert timezone.localdate(share.expires_at) in (day, day + timedelta(days=1))
    page = answer.content.decode()
    assert sharing.address_of(share) in page
    assert "0:02 to 1:04" in page
    assert "with a passcode" in page
    entry = AuditEntry.objects.get(action="share.make")
    assert entry.target == recording.public_id
    assert share.token not in str(entry.after)
    assert "tea" not in str(entry.after)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"who": "people"}, "Name at least one person."),
        ({"who": "people", "emails": "<script>"}, "is not an email address."),
        ({"what": "part", "begin": "2", "end": ""}, "Say where the part ends."),
        ({"what": "part", "begin": "9", "end": "4"}, "The part ends before it begins."),
        ({"what": "part", "begin": "99:00:00", "end": "99:00:01"}, "over by then"),
        ({"what": "part", "begin": "soon", "end": "4"}, "Write a time such as 12:04."),
        ({"until": "day", "day": "2001-01-01"}, "This day is over."),
        ({"until": "day"}, "Choose the last day."),
        ({"passcode": "abc"}, "at least 4 characters"),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(
    alice: Client, panel: str, wrong: dict[str, str], sentence: str
) -> None:
    answer = alice.post(panel, {**LINK, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "<script>" not in page.partition("<main")[2]
    assert not Share.objects.exists()


def test_a_part_chosen_on_the_page_is_filled_in(alice: Client, panel: str) -> None:
    page = alice.get(panel, {"t": "62-75"}).content.decode()
    assert 'value="1:02"' in page
    assert 'value="1:15"' in page


def test_a_link_is_revoked_and_that_is_taken_back(
    alice: Client, alice_user: User, panel: str, recording: Recording, client: Client
) -> None:
    first, second = (sharing.share(recording, alice_user, Wish())[0] for _ in range(2))
    page = alice.post(f"/recordings/shares/{first.public_id}/revocation/", follow=True)
    assert "The link is closed." in page.content.decode()
    assert "1 open" in page.content.decode()
    assert client.get(f"/shared/{first.token}/").status_code == 410
    assert client.get(f"/shared/{second.token}/").status_code == 200
    alice.post(f"/recordings/shares/{first.public_id}/restoration/")
    assert client.get(f"/shared/{first.token}/").status_code == 200
    alice.post(f"{panel}revocation/")
    assert not Share.objects.filter(revoked_at=None).exists()
    revoked = AuditEntry.objects.filter(action="share.revoke", target=recording.public_id)
    assert revoked.count() == 3


def test_a_member_shares_what_their_own_bot_recorded_and_nothing_else(
    bob: Client, bob_user: User, alice_user: User, panel: str, recording: Recording
) -> None:
    (share,) = sharing.share(recording, alice_user, Wish())
    page = bob.get(panel).content.decode()
    assert "Links for people outside are made by" in page
    assert share.token not in page
    for address in (
        panel,
        f"{panel}revocation/",
        f"/recordings/shares/{share.public_id}/revocation/",
        f"/recordings/shares/{share.public_id}/restoration/",
    ):
        assert bob.post(address, LINK).status_code == 403
    assert Share.objects.filter(revoked_at=None).count() == 1
    recording.bot.requested_by = bob_user
    recording.bot.save()
    assert bob.post(panel, LINK).status_code == 302
    assert Share.objects.filter(made_by=bob_user).exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_panel_asks_as_little_for_many_links(
    alice: Client,
    alice_user: User,
    panel: str,
    recording: Recording,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        (share,) = sharing.share(recording, alice_user, Wish())
        Visit.objects.create(share=share, visitor=str(number), user=alice_user)
    alice.get(panel)
    with django_assert_num_queries(FRAME + 6):
        page = alice.get(panel).content.decode()
    assert page.count("Opened by 1 viewer") == count


def test_a_member_hears_of_it_as_they_like_to(
    alice: Client, recording: Recording, bob_user: User, workspace: Workspace
) -> None:
    def share(emails: str) -> str:
        sent = {"who": "people", "emails": emails, "what": "whole", "until": "7"}
        return alice.post(f"/recordings/{recording.public_id}/sharing/", sent, follow=True).text

    assert "1 mail is on the way." in share(bob_user.email.upper())
    told = Notification.objects.get()
    assert (told.person, told.title) == (bob_user, recording.title)
    assert told.path == f"/recordings/{recording.public_id}/"
    assert Letter.objects.get().reader == bob_user
    preferring.choose(bob_user, workspace, {KindName.SHARED: Way.PRODUCT})
    page = share(f"{bob_user.email}\nguest@elsewhere.example")
    assert "1 mail is on the way. 1 colleague wants no mail about it" in page
    assert Notification.objects.count() == 2
    written_to = sorted(Letter.objects.values_list("to", flat=True))
    assert written_to == [bob_user.email, "guest@elsewhere.example"]
