"""On whose behalf a bot comes to a Zoom meeting. The page tells people the same.

1. the person whose calendar the meeting is in, or who sent the bot, if their account works;
2. else the account of this workspace that was connected first and works.
"""

from collections.abc import Sequence

from accounts.models import Workspace
from upstream.models import UpstreamAccount
from zoom.models import ZoomAccount


def usable(workspace: Workspace, service: UpstreamAccount) -> list[ZoomAccount]:
    """Those on whose behalf bots of this recording service can come, connected first comes first.

    A person's own may be several: the first of them counts.
    """
    known = ZoomAccount.objects.for_list().filter(workspace=workspace)
    return [one for one in known if one.is_good and one.serves(service)]


def choose(accounts: Sequence[ZoomAccount], person_id: int | None) -> ZoomAccount | None:
    """None when nobody's works: then the bot comes as a guest."""
    own = [one for one in accounts if one.user_id == person_id]
    return next(iter(own or accounts), None)
