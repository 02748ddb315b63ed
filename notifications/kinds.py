"""The one list of what people are told about, and how each kind behaves.

wait             news of a kind that come within it are one mail
most_an_hour     after so many mails the rest of the hour is one more
is_mailed_here   its mail is written from the news alone (notifications/mails.py); the others
                 have a writer of their own, where what they tell is known
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices


class Way(TextChoices):
    """How a person hears of a kind; what comes by email stands in the product, too."""

    EMAIL = "email", "By email"
    PRODUCT = "product", "In Earshot"
    OFF = "off", "Off"


class KindName(TextChoices):
    READY = "ready", "Recording ready"
    WAITING = "waiting", "Bot waiting"
    MISSED = "missed", "Not recorded"
    CALENDAR = "calendar", "Calendar needs you"
    ZOOM = "zoom", "Zoom account needs you"
    SHARED = "shared", "Shared with you"
    ACCESS = "access", "Access to a recording"
    RETENTION = "retention", "Recording about to be deleted"
    DIGEST = "digest", "The week in numbers"


@dataclass(frozen=True, slots=True)
class Kind:
    name: KindName
    explanation: str
    about: str  # completes "You get no more mails about …"
    icon: str
    many: str = ""  # the subject of a mail that tells several; {count}
    lead: str = ""  # its first sentence
    default: Way = Way.EMAIL
    wait: timedelta = timedelta(minutes=5)
    most_an_hour: int = 4
    is_mailed_here: bool = True
    can_be_off: bool = True

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(way for way in Way if self.can_be_off or way != Way.OFF)


_ALL = (
    Kind(
        KindName.READY,
        "A recording of a meeting you are on the invite of, or sent the bot to, can be watched.",
        about="recordings that are ready",
        icon="play",
        many="{count} recordings are ready",
        lead="You can watch and read:",
    ),
    Kind(
        KindName.WAITING,
        "A bot stands at the door of your meeting and somebody has to let it in.",
        about="bots that wait to be let in",
        icon="door",
        wait=timedelta(0),
        most_an_hour=12,
        is_mailed_here=False,
    ),
    Kind(
        KindName.MISSED,
        "A meeting that should have been recorded was not, and why.",
        about="meetings that were not recorded",
        icon="bang",
        many="{count} meetings were not recorded",
        lead="It should have been recorded, and it was not:",
    ),
    Kind(
        KindName.CALENDAR,
        "Your calendar cannot be read any more, and only you can reconnect it.",
        about="calendars that have to be reconnected",
        icon="calendar",
        many="{count} of your calendars need you",
        lead="Until it is reconnected, no new meetings are seen and booked bots may miss changes:",
        wait=timedelta(minutes=2),
    ),
    Kind(
        KindName.ZOOM,
        "No bot can come on behalf of your Zoom account any more, and only you can reconnect it.",
        about="Zoom accounts that have to be reconnected",
        icon="bang",
        many="{count} of your Zoom accounts need you",
        lead="Until it is reconnected, Zoom may turn bots away from meetings of others:",
        wait=timedelta(minutes=2),
    ),
    Kind(
        KindName.SHARED,
        "A colleague shared a recording with you.",
        about="recordings that people share with you",
        icon="people",
        is_mailed_here=False,
    ),
    Kind(
        KindName.ACCESS,
        "Somebody asks to see a recording that you decide about, or you asked and were answered.",
        about="who may see a recording",
        icon="lock",
        many="{count} times: who may see a recording",
        lead="Who may see a recording:",
    ),
    Kind(
        KindName.RETENTION,
        "A week before the workspace’s rule deletes a recording of yours. "
        "Somebody has to be told, so this cannot be off.",
        about="recordings that are about to be deleted",
        icon="clock",
        wait=timedelta(0),
        is_mailed_here=False,
        can_be_off=False,
    ),
    Kind(
        KindName.DIGEST,
        "On Monday morning: what was recorded last week, what was missed and why, what comes.",
        about="the week in numbers",
        icon="text",
        wait=timedelta(0),
        is_mailed_here=False,
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
