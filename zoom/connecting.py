"""From a consent to a connected Zoom account, and back.

keep()        a new account, or the same one with a fresh permission
disconnect()  no bot comes on its behalf any more; a task has the permission forgotten
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from accounts.models import User, Workspace
from upstream.errors import NotFound, Retryable
from upstream.registry import open_provider
from zoom import endpoint, problems, publishing, queue
from zoom.consenting import Granted
from zoom.models import Health, ZoomAccount
from zoom.problems import ConsentFailed


@transaction.atomic
def keep(granted: Granted, *, workspace: Workspace, user: User) -> tuple[ZoomAccount, bool]:
    """Keep the account; True when it is a new one. Raises ConsentFailed, and changes nothing."""
    # Two answers at once (a double click on Allow) wait for each other here.
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    person, expected = granted.person, granted.reconnects
    if expected is not None and expected.zoom_user_id != person.user_id:
        came = person.email or person.name or "somebody else"
        raise ConsentFailed(problems.wrong_account(str(expected), came))
    known = ZoomAccount.objects.connected().filter(workspace=workspace, zoom_user_id=person.user_id)
    account = known.first()
    if account is not None and expected is None and account.user_id != user.id:
        raise ConsentFailed(problems.taken(account.user.get_full_name()))
    is_new = account is None
    account = account or ZoomAccount(
        workspace=workspace, user=user, zoom_user_id=person.user_id, account=granted.service
    )
    _forget_old(account, granted)
    _take_in(account, granted)
    account.save()
    publishing.publish_account(account)
    publishing.publish_troubles(workspace)
    queue.tell(account.pk)
    queue.rebook(workspace.pk)
    return account, is_new


def _take_in(account: ZoomAccount, granted: Granted) -> None:
    account.account, account.credential_id = granted.service, granted.credential_id
    account.zoom_account_id, account.scopes = granted.person.account_id, granted.scopes
    account.email = granted.person.email[:254] or account.email
    account.name = granted.person.name[:200] or account.name
    account.health, account.said = Health.GOOD, ""
    account.granted_at = account.checked_at = timezone.now()
    tokens = granted.tokens
    account.refresh_token = tokens.refresh_token if tokens else ""
    account.access_token = tokens.access_token if tokens else ""
    account.access_until = tokens.until if tokens else None


def _forget_old(account: ZoomAccount, granted: Granted) -> None:
    """The credential of before is of no use; where the service kept its id, it is the new one."""
    old = account.credential_id
    if old and old != granted.credential_id:
        queue.forget(account.account_id, old)


@transaction.atomic
def disconnect(account: ZoomAccount) -> None:
    account.disconnected_at = timezone.now()
    account.save(update_fields=["disconnected_at", "updated_at"])
    publishing.publish_account(account)
    publishing.publish_troubles(account.workspace)
    queue.tell(account.pk)
    queue.disconnect(account.pk)
    queue.rebook(account.workspace_id)


def finish_disconnecting(account: ZoomAccount) -> None:
    """Have the permission forgotten by whoever keeps it. Raises Retryable, keeping it till then."""
    if account.credential_id:
        with suppress(NotFound):  # already gone, which is what we want
            open_provider(account.account).forget_zoom(account.credential_id)
    is_asked = bool(account.refresh_token) and not is_shared(account)
    if is_asked and not endpoint.revoke(account.access_token or account.refresh_token):
        raise Retryable("Zoom did not take the permission back.")
    ZoomAccount.objects.filter(pk=account.pk).update(
        credential_id="", refresh_token="", access_token="", updated_at=timezone.now()
    )


def is_shared(account: ZoomAccount) -> bool:
    """Zoom takes the app away as a whole: another workspace's connection would die with it."""
    same = ZoomAccount.objects.connected().filter(zoom_user_id=account.zoom_user_id)
    return same.exclude(pk=account.pk).exclude(refresh_token="").exists()
