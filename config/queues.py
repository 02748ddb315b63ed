"""Which queue a task waits in, and which tasks begin by themselves.

A worker serves all queues, or those it is told to:

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

# What beat sends, every so many seconds.
SCHEDULE: dict[str, dict[str, object]] = {
    "departures-sweep": {"task": "dashboard.sweep", "schedule": 60.0},
    "inbox-sweep": {"task": "webhooks.sweep", "schedule": 15.0},
    "bots-reconcile": {"task": "bots.reconcile", "schedule": 60.0},
    "bots-strays": {"task": "bots.look_for_strays", "schedule": 3600.0},
    "calendars-reconcile": {"task": "calendars.reconcile", "schedule": 60.0},
    "own-data-tidy": {"task": "dashboard.tidy_own_data", "schedule": 3600.0},
    "zoom-reconcile": {"task": "zoom.reconcile", "schedule": 300.0},
    "recordings-reconcile": {"task": "recordings.reconcile", "schedule": 60.0},
    "dashboard-digests": {"task": "dashboard.tell_digests", "schedule": 900.0},
    "notifications-mail": {"task": "notifications.mail", "schedule": 60.0},
    "letters-sweep": {"task": "letters.sweep", "schedule": 60.0},
    "support-note-ends": {"task": "support.note_ends", "schedule": 60.0},
    "support-forget-old": {"task": "support.forget_old", "schedule": 86_400.0},
}
