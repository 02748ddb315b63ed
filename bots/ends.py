"""How what a bot set out for can end: the words that are counted, and that rows are found by."""

from django.db import models


class Outcome(models.TextChoices):
    """How an intended recording ended; empty until it has."""

    RECORDED = "recorded", "Recorded"
    PARTLY_RECORDED = "partly_recorded", "Partly recorded"
    NOT_NEEDED = "not_needed", "Not needed"
    REFUSED = "refused", "Refused"
    NEVER_ADMITTED = "never_admitted", "Never admitted"
    NOBODY_CAME = "nobody_came", "Nobody came"
    TECHNICAL = "technical", "Technical problem"
    UNKNOWN = "unknown", "Unknown"


class Surplus(models.TextChoices):
    """A second bot of the provider's for this one of ours; empty if there was none."""

    LEAVING = "leaving", "Sent away"
    GONE = "gone", "Has left"
