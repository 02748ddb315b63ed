"""What each role may do: the one table that views, pages and tests ask.

membership.may(Permission.SEND)     @allowed_to(Permission.SEND)     the page "Roles"

What is somebody's own (a calendar, the recording of a bot they sent) asks two permissions, one for
one's own and one for anybody's: `Membership.may_for`.
"""

from collections.abc import Mapping

from django.db import models


class Role(models.TextChoices):
    """From the one who decides most to the one who only looks."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"


class Permission(models.TextChoices):
    """Something that a person may do in a workspace, in the words of the page "Roles"."""

    LOOK = "look", "See meetings, bots and recordings; watch, search and export"
    CHOOSE = "choose", "Say whether a meeting is recorded"
    SEND = "send", "Send bots, change them, speak through them and call them back"
    CORRECT = "correct", "Put transcripts right and fetch missing files again"
    CONNECT = (
        "connect",
        "Connect calendars and Zoom of their own, and make rules for these calendars",
    )
    KEEP_OWN = "keep-own", "Share, keep and delete the recordings of bots they sent"
    KEEP_ANY = "keep-any", "Share, keep and delete anybody’s recordings"
    MEND_ANY = "mend-any", "Mend and disconnect anybody’s calendars and Zoom accounts"
    RULE = "rule", "Change everybody’s rules, the block list and who counts as a colleague"
    SET_UP = "set-up", "Change the workspace, what its bots do and how long recordings stay"
    SERVICE = "service", "Change the recording service and its keys"
    PEOPLE = "people", "Invite people, change their roles and remove them"
    HISTORY = "history", "Read who changed what"
    HAND_OVER = "hand-over", "Hand the workspace over to another owner"


_VIEWER = frozenset({Permission.LOOK})
_MEMBER = _VIEWER | {
    Permission.CHOOSE,
    Permission.SEND,
    Permission.CORRECT,
    Permission.CONNECT,
    Permission.KEEP_OWN,
}
_ADMIN = frozenset(Permission) - {Permission.HAND_OVER}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: _ADMIN,
    Role.MEMBER: _MEMBER,
    Role.VIEWER: _VIEWER,
}


def who_may(permission: Permission) -> list[Role]:
    """The roles that may do it, the owner first."""
    return [role for role in Role if permission in GRANTS[role]]
