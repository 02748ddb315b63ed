"""One identity for all instances of a series, whichever calendar made it.

Google gives a series that was split ("this and following") a new UID with the day of the split in
it; Microsoft writes the day of an instance into the UID of the instance. Both are taken out again:

    7f3k_R20270111T100000@google.com            →  7f3k@google.com
    040000008200E00074C5B7101A82E008 07EB010B … →  040000008200E00074C5B7101A82E008 00000000 …

Google: developers.google.com/workspace/calendar/api/guides/recurringevents. Microsoft: MS-OXOCAL
2.2.1.27, PidLidGlobalObjectId: bytes 16 to 19 are year, month and day of the instance, and
2.2.1.28, PidLidCleanGlobalObjectId: the same with these bytes zero.
"""

import re

SPLIT = re.compile(r"(?:_R\d{8}(?:T\d{6}Z?)?)+(?=@|\Z)")
GLOBAL_OBJECT_ID = re.compile(r"(040000008200E00074C5B7101A82E008)[0-9A-F]{8}([0-9A-F]*)\Z", re.I)
LONGEST = 255  # as much as a row keeps; no calendar is known to come near it


def shared_uid(uid: str) -> str:
    """Return what all instances of the series of `uid` have in common. Never raises."""
    if found := GLOBAL_OBJECT_ID.match(uid):
        uid = f"{found[1]}00000000{found[2]}".upper()
    return SPLIT.sub("", uid)[:LONGEST]
