"""Show the health of Zoom accounts again, where it is shown.

<workspace>/zoom         the page of the accounts
<workspace>/calendars    the banner on every page, with what ails the calendars
"""

import live
from accounts.models import Workspace
from zoom.models import ZoomAccount


def publish_account(account: ZoomAccount) -> None:
    """It was connected, checked, used or let go."""
    live.changed(f"{account.workspace.public_id}/zoom")


def publish_troubles(workspace: Workspace) -> None:
    """An account broke, was mended or let go."""
    live.changed(f"{workspace.public_id}/calendars")
