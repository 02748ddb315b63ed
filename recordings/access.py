"""Who may do what with a recording, besides watching it.

Everyone in the workspace sees its recordings. To let others see one, to keep it and to delete it is
for the owner and the admins, and for the person the bot went for.
"""

from accounts.models import Membership
from accounts.roles import Permission
from recordings.models import Recording


def may_manage(membership: Membership, recording: Recording) -> bool:
    sent_by = recording.bot.requested_by_id
    return membership.may_for(sent_by, own=Permission.KEEP_OWN, anybodys=Permission.KEEP_ANY)
