"""Our copy of a refresh token, as it is handed on to the provider.

Microsoft gives another token at each use, and the provider uses its copy at once. So ours is handed
on once as it came; before any further time it is renewed, under a lock on the row, since two
renewals at once would lose a token (oauth.md §8). Google's tokens stay the same.
"""

from django.db import transaction
from django.utils import timezone

from calendars import token_endpoint
from calendars.models import Connection
from calendars.oauth_platforms import OAuthPlatform, platforms
from calendars.oauth_problems import UNAVAILABLE, UNKNOWN, ConsentFailed
from upstream.errors import BadCredentials, Refused, Retryable
from upstream.port import OAuthGrant


class NeedsReconnect(BadCredentials):
    """The platform takes our token no more: only the person can mend it."""


class OursRefused(Refused):
    """The platform does not accept Earshot itself; nothing is wrong with anybody's permission."""


def grant_of(connection: Connection) -> OAuthGrant:
    """What the provider needs to read this account. Raises NeedsReconnect, OursRefused, Retryable.

    A token that was refused once is not tried again.
    """
    platform = platforms()[connection.platform]
    if not connection.refresh_token or connection.token_refused_at is not None:
        raise NeedsReconnect("The permission has ended.")
    if not platform.rotates_tokens:
        return platform.grant(connection.refresh_token, email=connection.email)
    try:
        return platform.grant(_hand_on(platform, connection), email=connection.email)
    except ConsentFailed as failure:
        problem = failure.problem
    if problem.is_ours:
        raise OursRefused("The platform does not accept Earshot's credentials.")
    if problem in (UNAVAILABLE, UNKNOWN):
        raise Retryable("The platform's token endpoint does not answer.")
    connection.note_token_refused()
    raise NeedsReconnect("The platform no longer accepts the permission.")


@transaction.atomic
def _hand_on(platform: OAuthPlatform, connection: Connection) -> str:
    locked = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    if locked.token_refused_at is not None:
        raise NeedsReconnect("The permission has ended.")
    if locked.handed_on_at is not None:
        token = token_endpoint.refresh(platform, locked.refresh_token)
        locked.refresh_token = str(token["refresh_token"])
    locked.handed_on_at = timezone.now()
    locked.save(update_fields=["refresh_token", "handed_on_at", "updated_at"])
    connection.refresh_token = locked.refresh_token
    return locked.refresh_token
