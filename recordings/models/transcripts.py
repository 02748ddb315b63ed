"""What was said: the text, its turns, and the same turns as search finds them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import Workspace
from recordings.models.recordings import Recording


class Transcript(models.Model):
    """The text of a recording. `fragment` is its HTML, built once and stored compressed."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="transcript")
    language = models.CharField(max_length=16, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    word_count = models.PositiveIntegerField(default=0)
    fragment = models.BinaryField(default=bytes, help_text="gzip of the utterances' HTML")
    revision = models.PositiveIntegerField(
        default=0, help_text="goes up with every change people make"
    )
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Transcript of {self.recording_id}"


class Utterance(models.Model):
    """One turn. `words` packs when each word is said and where it stands in `text` (timings.py)."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="utterances")
    index = models.PositiveIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    text = models.TextField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "index"], name="one_utterance_per_place"),
        ]

    def __str__(self) -> str:
        return f"Turn {self.index}"


class Passage(models.Model):
    """One turn as search finds it; written with its transcript, and by nobody else (indexing.py).

    The newest of a workspace are read by `passages_newest_first`, the rare ones by their words.
    """

    pk = models.CompositePrimaryKey("transcript_id", "index")
    transcript = models.ForeignKey(
        Transcript, models.CASCADE, related_name="passages", db_index=False
    )
    index = models.PositiveIntegerField(help_text="of its utterance")
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="passages", db_index=False, db_constraint=False
    )  # the transcript's constraint holds it; a second one would double the price of each row
    said_at = models.DateTimeField()
    search = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-said_at"], name="passages_newest_first"),
            GinIndex(fields=["search"], name="passages_by_words"),
        ]


class SpokenLanguage(models.Model):
    """A language whose word stems somebody of the workspace may ask for."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="spoken_languages")
    stemmer = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "stemmer"], name="one_row_per_spoken_language"
            ),
        ]
