"""Which queue a task waits in. A worker serves all of them, or those it is told to.

    inbox        reads what providers said: short, never behind anything else
    scheduling   talks to providers about bots and calendars; whatever is not named below
    ingest       files: fetched, cut, packed, deleted; seconds to an hour each
    mail         letters, and what becomes letters

Ten hours of video never delay a webhook: with a worker per queue nothing else stands before the
inbox, and in a worker of all of them files get `FILES_AT_ONCE` of its threads (recordings/lane.py).
"""

from kombu import Queue

INBOX, SCHEDULING, INGEST, MAIL = NAMES = ("inbox", "scheduling", "ingest", "mail")
QUEUES = tuple(Queue(name) for name in NAMES)
FILES_AT_ONCE = 4

# A task's own name comes before a pattern.
ROUTES = {
    "webhooks.*": {"queue": INBOX},
    "webhooks.look_behind": {"queue": SCHEDULING},  # asks the provider, who may take his time
    "recordings.*": {"queue": INGEST},
    "recordings.reconcile": {"queue": SCHEDULING},  # finds what to fetch, fetches nothing
    "dashboard.make_own_data": {"queue": INGEST},
    "dashboard.tell_digests": {"queue": MAIL},
    "letters.*": {"queue": MAIL},
    "notifications.*": {"queue": MAIL},
}
