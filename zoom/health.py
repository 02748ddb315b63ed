"""Whether bots can come on behalf of a Zoom account: asked of whoever keeps the permission."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from upstream.errors import UpstreamError
from upstream.models import UpstreamAccount
from upstream.registry import capabilities_of, open_provider
from zoom import endpoint, publishing, queue, tokens
from zoom.models import Health, ZoomAccount, ZoomAccountQuerySet

OVER = "Zoom no longer accepts the permission, so no bot comes on its behalf."
FORGOTTEN = "not there any more"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person reads about an account."""

    is_good: bool
    sentence: str


def finding_of(account: ZoomAccount, service: UpstreamAccount | None) -> Finding:
    """`service` is the one that sends the workspace's bots now."""
    if service is not None and not account.serves(service):
        return Finding(
            False,
            f"It was connected for {capabilities_of(account.account).name}, and bots are sent by "
            f"{capabilities_of(service).name} now.",
        )
    if not account.is_good:
        return Finding(False, OVER)
    return Finding(True, "Bots can join Zoom meetings on its behalf.")


def troubled(
    accounts: ZoomAccountQuerySet, workspace: Workspace
) -> list[tuple[ZoomAccount, Finding]]:
    """Those of the workspace that only a person can mend; one query when all work."""
    found = list(accounts.questionable(workspace))
    service = UpstreamAccount.objects.for_workspace(workspace) if found else None
    findings = [(one, finding_of(one, service)) for one in found]
    return [(one, finding) for one, finding in findings if not finding.is_good]


def check(account: ZoomAccount) -> bool:
    """Ask, and keep what was said. False when nobody could be asked: nothing is changed then."""
    try:
        if account.credential_id:
            note(account, *_word_of_service(account))
        else:
            tokens.access_token(account, anew=True)
            note(account, Health.GOOD)
    except tokens.PermissionOver as over:
        note(account, Health.OVER, str(over))
    except (UpstreamError, endpoint.Unanswered):
        return False
    return True


@transaction.atomic
def note(account: ZoomAccount, health: Health, said: str = "") -> None:
    """Keep the news. When it is news, bots that wait get whoever is to be asked from now on."""
    is_news = account.health != health
    account.health, account.said, account.checked_at = health, said[:500], timezone.now()
    account.save(update_fields=["health", "said", "checked_at", "updated_at"])
    publishing.publish_account(account)
    if is_news:
        publishing.publish_troubles(account.workspace)
        queue.tell(account.pk)
        queue.rebook(account.workspace_id)


def _word_of_service(account: ZoomAccount) -> tuple[Health, str]:
    kept = {one.credential_id: one for one in open_provider(account.account).list_zoom()}
    credential = kept.get(account.credential_id)
    if credential is None:
        return Health.OVER, FORGOTTEN
    return (Health.GOOD, "") if credential.is_good else (Health.OVER, credential.message)
