"""How a bot goes into a meeting: what it shows, says and writes down; and what a team's bots do.

Bot, BotDefaults ──► BotSetup     the same words for one bot and for all bots of a workspace
"""

from django.db import models
from django.db.models import Q

from accounts.models import Workspace
from upstream.options import Departure

LONGEST_NAME = 255
LONGEST_ENTRY_MESSAGE = 500
MINUTE = 60


class View(models.TextChoices):
    """What the recording shows."""

    SPEAKER = "speaker_view", "Whoever is speaking"
    GALLERY = "gallery_view", "Everyone, in a grid"
    AUDIO = "audio_only", "Sound only, no picture"


class Language(models.TextChoices):
    """What people speak. Left to the transcription itself, it may change within a meeting."""

    ANY = "", "Recognize it"
    CS = "cs", "Czech"
    DA = "da", "Danish"
    DE = "de", "German"
    EL = "el", "Greek"
    EN = "en", "English"
    ES = "es", "Spanish"
    FI = "fi", "Finnish"
    FR = "fr", "French"
    HE = "he", "Hebrew"
    HI = "hi", "Hindi"
    HU = "hu", "Hungarian"
    IT = "it", "Italian"
    JA = "ja", "Japanese"
    KO = "ko", "Korean"
    NL = "nl", "Dutch"
    NO = "no", "Norwegian"
    PL = "pl", "Polish"
    PT = "pt", "Portuguese"
    RO = "ro", "Romanian"
    RU = "ru", "Russian"
    SV = "sv", "Swedish"
    TR = "tr", "Turkish"
    UK = "uk", "Ukrainian"
    ZH = "zh", "Chinese"


class Start(models.TextChoices):
    """When a recording begins, where the provider lets one choose."""

    PEOPLE = "participant_join", "When the first person has joined"
    AT_ONCE = "call_join", "As soon as the bot is let in"
    SPEECH = "participant_speak", "When somebody begins to speak"


class Summary(models.TextChoices):
    """What is made of the transcript, where the provider makes something of it."""

    NONE = "", "No summary"
    GENERAL = "general", "A summary in a few paragraphs, and chapters"
    BULLETS = "bullet_points", "The main points as a list, and chapters"
    CONCISE = "concise", "A summary in a few sentences, and chapters"


class BotSetup(models.Model):
    """What a person may say about a bot besides where and when."""

    view = models.CharField("what to record", max_length=16, choices=View, default=View.SPEAKER)
    entry_message = models.TextField(
        "message to the chat", max_length=LONGEST_ENTRY_MESSAGE, blank=True
    )
    is_transcribed = models.BooleanField("make a transcript", default=True)
    language = models.CharField(
        "language of the meeting", max_length=8, choices=Language, blank=True
    )

    class Meta:
        abstract = True


SETUP_FIELDS = ("view", "entry_message", "is_transcribed", "language")


class BotDefaults(BotSetup):
    """What the bots of a workspace do unless somebody says otherwise; no row means as we think.

    What the workspace's provider does not have is kept, and counts again under one that has it.
    """

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="bot_defaults")
    name = models.CharField("bot name", max_length=LONGEST_NAME, blank=True)
    waiting_room_minutes = models.PositiveSmallIntegerField(default=10)
    nobody_joined_minutes = models.PositiveSmallIntegerField(default=10)
    everyone_left_seconds = models.PositiveSmallIntegerField(default=2)
    silence_minutes = models.PositiveSmallIntegerField(default=10)
    longest_recording_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.CharField(max_length=20, choices=Start, default=Start.PEOPLE)
    transcriber = models.CharField(
        max_length=40, blank=True, help_text="a word of the provider's; empty: its usual one"
    )
    summary = models.CharField(max_length=16, choices=Summary, blank=True, default=Summary.GENERAL)
    finds_tasks = models.BooleanField(default=False)
    finds_names = models.BooleanField(default=False)
    parts_voices = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "bot defaults"
        constraints = [
            models.CheckConstraint(condition=Q(view__in=View.values), name="bot_defaults_view"),
        ]

    @property
    def departure(self) -> Departure:
        """When a bot leaves by itself, as the provider is told."""
        longest = self.longest_recording_minutes
        return Departure(
            waiting_room=self.waiting_room_minutes * MINUTE,
            nobody_joined=self.nobody_joined_minutes * MINUTE,
            everyone_left=self.everyone_left_seconds,
            silence=self.silence_minutes * MINUTE,
            longest_recording=None if longest is None else longest * MINUTE,
        )


def defaults_of(workspace: Workspace) -> BotDefaults:
    """What was set, or a row that is not saved yet."""
    kept = BotDefaults.objects.filter(workspace=workspace).first()
    return kept or BotDefaults(workspace=workspace)


def name_for(workspace: Workspace) -> str:
    """People in the meeting should see at once whose bot this is."""
    return f"Earshot for {workspace.name}"[:LONGEST_NAME]
