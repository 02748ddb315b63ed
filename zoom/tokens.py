"""The permissions that we keep ourselves: used under a lock, since each use ends the token before.

Two workers that renew at once would lose one of the tokens, and with it the permission.
"""

from django.db import transaction
from django.utils import timezone

from zoom import endpoint
from zoom.models import Health, ZoomAccount
from zoom.problems import MISCONFIGURED, UNAVAILABLE, UNKNOWN, ConsentFailed


class PermissionOver(Exception):
    """Zoom takes our token no more: only the person can mend it."""


def access_token(account: ZoomAccount, *, anew: bool = False) -> str:
    """One that is good for some minutes. Raises PermissionOver, endpoint.Unanswered."""
    try:
        return _access_token(account.pk, anew=anew)
    except ConsentFailed as failure:
        problem = failure.problem
    if problem in (UNAVAILABLE, UNKNOWN, MISCONFIGURED):
        raise endpoint.Unanswered(problem.code)
    raise PermissionOver(problem.code)


@transaction.atomic
def _access_token(pk: int, *, anew: bool) -> str:
    locked = ZoomAccount.objects.select_for_update(no_key=True).get(pk=pk)
    if not locked.refresh_token or (locked.health == Health.OVER and not anew):
        raise PermissionOver
    if not anew and locked.access_until and locked.access_until > timezone.now():
        return locked.access_token
    tokens = endpoint.refresh(locked.refresh_token)
    locked.keep_tokens(
        refresh_token=tokens.refresh_token,
        access_token=tokens.access_token,
        until=tokens.until,
    )
    locked.save(update_fields=["refresh_token", "access_token", "access_until", "updated_at"])
    return locked.access_token
