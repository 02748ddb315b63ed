"""Who may do what with a recording, besides watching it.

Everyone in the workspace sees its recordings. To let others see one, to keep it and to delete it is
for the owner and the admins, and for the person the bot went for.
"""

from accounts.models import Membership
from recordings.models import Recording


def may_manage(membership: Membership, recording: Recording) -> bool:
    return membership.can_manage or recording.bot.requested_by_id == membership.user_id
