"""What a workspace may say about its bots: what the provider has, within its limits."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, Workspace
from bots.models import BotDefaults, BotPicture
from tests.bots.pictures import picture, size_of
from upstream.models import ProviderName, UpstreamAccount

pytestmark = pytest.mark.django_db

PLAIN = {"view": "speaker_view", "is_transcribed": "on"}
V2, V1, RECALL = ProviderName.MEETINGBAAS_V2, ProviderName.MEETINGBAAS_V1, ProviderName.RECALL


@pytest.fixture
def provider(request: pytest.FixtureRequest, workspace: Workspace) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        name="theirs",
        workspace=workspace,
        provider=request.param,
        base_url="https://provider.example",
        api_key="key",
    )


on = pytest.mark.parametrize


def save(client: Client, **wishes: Any) -> Any:
    return client.post("/settings/bots/setup/", PLAIN | wishes)


@on(
    ("provider", "offered", "hidden"),
    [
        (V2, {"summary", "silence_minutes"}, {"transcriber", "everyone_left_seconds", "starts_on"}),
        (V1, {"transcriber", "nobody_joined_minutes"}, {"summary", "longest_recording_minutes"}),
        (RECALL, {"starts_on", "parts_voices", "longest_recording_minutes"}, {"summary"}),
    ],
    indirect=["provider"],
)
def test_only_what_the_provider_has_is_shown(
    provider: UpstreamAccount, offered: set[str], hidden: set[str], alice: Client
) -> None:
    page = alice.get("/settings/bots/")
    fields = set(page.context["form"].fields)
    assert offered <= fields
    assert not hidden & fields
    views = dict(page.context["form"].fields["view"].choices)
    assert ("gallery_view" in views) == (provider.provider == RECALL)
    assert "has no setting for some things" in page.content.decode()


@on(
    ("provider", "field", "note"),
    [
        (V2, "silence_minutes", "Does nothing in Zoom meetings."),
        (V2, "nobody_joined_minutes", "Does nothing in Zoom meetings."),
        (V1, "entry_message", "Not in Microsoft Teams"),
    ],
    indirect=["provider"],
)
def test_an_option_says_where_it_does_nothing(
    provider: UpstreamAccount, field: str, note: str, alice: Client
) -> None:
    noted = alice.get("/settings/bots/").context["form"].fields
    assert note in noted[field].help_text
    assert note not in noted["waiting_room_minutes"].help_text


@on(
    ("provider", "wishes", "field"),
    [
        (V2, {"waiting_room_minutes": 31}, "waiting_room_minutes"),
        (V1, {"silence_minutes": 4}, "silence_minutes"),
        (RECALL, {"everyone_left_seconds": 0}, "everyone_left_seconds"),
        (RECALL, {"longest_recording_minutes": 9}, "longest_recording_minutes"),
        (RECALL, {"name": "N" * 101}, "name"),
        (RECALL, {"transcriber": "Gladia"}, "transcriber"),
        (V1, {"view": "gallery_view"}, "view"),
    ],
    indirect=["provider"],
)
def test_what_the_provider_would_refuse_is_refused_here(
    provider: UpstreamAccount, wishes: dict[str, Any], field: str, alice: Client
) -> None:
    answer = save(alice, **wishes)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not BotDefaults.objects.exists()


@on("provider", [RECALL], indirect=True)
def test_empty_number_is_the_usual_one_and_the_change_is_told(
    provider: UpstreamAccount, alice: Client, bob: Client
) -> None:
    wishes = {"silence_minutes": "", "waiting_room_minutes": "20", "starts_on": "call_join"}
    assert save(alice, **wishes).status_code == 302
    kept = BotDefaults.objects.get()
    assert (kept.silence_minutes, kept.waiting_room_minutes, kept.starts_on) == (
        10, 20, "call_join",
    )  # fmt: skip
    assert AuditEntry.objects.get().after["waiting_room_minutes"] == 20
    assert save(bob).status_code == 403
    seen = bob.get("/settings/bots/").content.decode()
    assert "As soon as the bot is let in" in seen
    assert "<form" not in seen.split('class="settings__page"')[1].split("</main>")[0]


@on("provider", [RECALL], indirect=True)
def test_what_another_provider_had_is_kept(provider: UpstreamAccount, alice: Client) -> None:
    assert save(alice, everyone_left_seconds="30").status_code == 302
    provider.provider = V2
    provider.save()
    assert save(alice, name="Notes").status_code == 302
    assert BotDefaults.objects.get().everyone_left_seconds == 30


@on("provider", [V2], indirect=True)
def test_picture_is_made_fit_served_to_providers_and_removed(
    provider: UpstreamAccount, alice: Client, bob: Client, client: Client
) -> None:
    def show(who: Client, content: bytes) -> Any:
        file = SimpleUploadedFile("bot.png", content)
        return who.post("/settings/bots/picture/", {"picture": file})

    assert show(bob, picture()).status_code == 403
    assert show(alice, picture()).status_code == 302
    first = BotPicture.objects.get()
    answer = client.get(f"/fetched/pictures/{first.public_id}.jpg")
    assert (answer["content-type"], size_of(answer.content)) == ("image/jpeg", (1280, 720))
    assert first.public_id in alice.get("/settings/bots/").content.decode()

    assert show(alice, picture(200, 40, "jpeg")).status_code == 302
    assert client.get(f"/fetched/pictures/{first.public_id}.jpg").status_code == 404
    assert alice.post("/settings/bots/picture/removal/").status_code == 302
    assert not BotPicture.objects.exists()
    told = list(AuditEntry.objects.order_by("at").values_list("action", flat=True))
    assert told == ["bots.show_picture", "bots.show_picture", "bots.remove_picture"]


@on("content", [b"", b"<svg/>", b"#EXTM3U\nfile:///etc/passwd", picture()[:60], b"RIFF"])
@on("provider", [V2], indirect=True)
def test_file_that_is_no_picture_is_refused(
    provider: UpstreamAccount, content: bytes, alice: Client
) -> None:
    file = SimpleUploadedFile("bot.png", content)
    answer = alice.post("/settings/bots/picture/", {"picture": file})
    assert answer.status_code == 422
    assert "picture" in answer.context["picture_form"].errors
    assert not BotPicture.objects.exists()
