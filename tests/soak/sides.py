"""The provider's side of a soak: how to sign up there, and how each of its stories has to end.

A story's outcome is what a person reads when it is over, whatever got lost on the way.
"""

from dataclasses import dataclass, field

from bots.models import Bot, Outcome
from tests.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox
from upstream.models import ProviderName, UpstreamAccount

OUTCOMES = {
    "happy_path": Outcome.RECORDED,
    "waiting_room_then_admitted": Outcome.RECORDED,
    "never_admitted": Outcome.NEVER_ADMITTED,
    "duplicate_and_out_of_order_webhooks": Outcome.RECORDED,
    "lost_final_webhook": Outcome.RECORDED,
    "host_refuses": Outcome.REFUSED,
    "nobody_joins": Outcome.NOBODY_CAME,
    "kicked_after_five_minutes": Outcome.PARTLY_RECORDED,
    "meeting_not_found": Outcome.TECHNICAL,
    "transcription_fails": Outcome.RECORDED,
    "late_webhooks": Outcome.RECORDED,
    "webhook_burst": Outcome.RECORDED,
    "host_never_starts": Outcome.NOBODY_CAME,
    "pickup_delayed": Outcome.RECORDED,
    "retrying": Outcome.RECORDED,
    "crashes_while_recording": Outcome.TECHNICAL,
    "zoom_refuses_the_token": Outcome.TECHNICAL,
    "zoom_of_another_organisation": Outcome.REFUSED,
    "zoom_person_absent": Outcome.NEVER_ADMITTED,
}


@dataclass(frozen=True)
class Side:
    provider: ProviderName
    other_words: dict[str, Outcome] = field(default_factory=dict)
    keeps_story: bool = False

    def __str__(self) -> str:
        return str(self.provider)

    def sign_up(self, sandbox: Sandbox, earshot_url: str) -> None:
        """An account, and the provider told where its webhooks go."""
        account = UpstreamAccount.objects.create(
            name="Sandbox",
            provider=self.provider,
            base_url=sandbox.url,
            api_key=API_KEY,
            webhook_secret=WEBHOOK_SECRET,
        )
        sandbox.point_webhooks_at(f"{earshot_url}/webhooks/{account.public_id}/")

    def outcome_of(self, story: str, bot: Bot) -> Outcome:
        """Nobody but a lost message knew that somebody removed the bot: the recording was whole.

        A provider that keeps the story tells it when it is asked.
        """
        expected = self.other_words.get(story, OUTCOMES[story])
        is_lost = not (bot.reason or self.keeps_story)
        is_untold = expected == Outcome.PARTLY_RECORDED and is_lost
        return Outcome.RECORDED if is_untold else expected


# One code says that nobody let it in, whether there was a host or not.
NO_WORD_FOR_A_HOST = {"host_never_starts": Outcome.NEVER_ADMITTED}
V2 = Side(ProviderName.MEETINGBAAS_V2)
V1 = Side(
    ProviderName.MEETINGBAAS_V1,
    # What was recorded before a crash is kept, and handed over as if all were well.
    {**NO_WORD_FOR_A_HOST, "crashes_while_recording": Outcome.RECORDED},
)
RECALL = Side(
    ProviderName.RECALL,
    # Neither does it tell whose meeting it was, only that Zoom did not know its app.
    {**NO_WORD_FOR_A_HOST, "zoom_of_another_organisation": Outcome.TECHNICAL},
    keeps_story=True,
)
SIDES = [V2, V1, RECALL]
