"""Time zones by the names that people and browsers give them."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_called(name: str) -> ZoneInfo | None:
    """The zone called `name`, None if this server does not know it (any more).

    Asked for by its name: listing all zones takes some 13 ms, and every request is here.
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
