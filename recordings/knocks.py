"""How often somebody may try a door that is open to strangers; counted in the database.

    is_too_many("passcode", share.public_id, address, most=5, within=timedelta(minutes=10))

One statement counts and answers, so that many tries at one moment count as many.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from recordings.models import Knock

KEPT = timedelta(days=1)
COUNT = """
    INSERT INTO recordings_knock (door, since, count) VALUES (%(door)s, %(now)s, 1)
    ON CONFLICT (door) DO UPDATE SET
        count = CASE WHEN recordings_knock.since < %(begin)s THEN 1
                ELSE recordings_knock.count + 1 END,
        since = CASE WHEN recordings_knock.since < %(begin)s THEN %(now)s
                ELSE recordings_knock.since END
    RETURNING count
"""


def is_too_many(*door: str, most: int, within: timedelta) -> bool:
    """Count one try; True when there were more than `most` of them `within` that time."""
    now = timezone.now()
    digest = salted_hmac("recordings.knocks", "\n".join(door), algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"door": digest, "now": now, "begin": now - within})
        (count,) = cursor.fetchone() or (0,)
    return bool(count > most)


def forget_old(now: datetime) -> int:
    """Remove what counts for nothing any more; how many."""
    return Knock.objects.filter(since__lt=now - KEPT).delete()[0]
