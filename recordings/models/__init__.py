"""What a bot brought home.

Recording ──< Artifact       one file each (video, audio, transcript …) with its own state
          ──< Participant    who was in the room, who spoke
          ──1 Transcript ──< Utterance   one turn each, word times packed (timings.py)
                         ──< Passage     the same turn as search finds it (indexing.py)
                         ──< Correction  what people put right, over Versions (layers.py)
          ──< Chapter, ActionItem, Mention   what the provider made of the text
          ──1 Deletion ──< Copy  what became of each copy of a deleted one (keeping.py)
          ──< Share ──< Visit    who else may see it, and who has looked (sharing.py)
"""

from recordings.models.access import (
    AccessRequest,
    AccessRequestQuerySet,
    Insider,
    InsiderQuerySet,
)
from recordings.models.artifacts import (
    CLAIM_LASTS,
    LATE_AFTER,
    MOST_TRIES,
    OF_TRANSCRIPTION,
    UNSETTLED,
    Artifact,
    ArtifactKind,
    ArtifactQuerySet,
    ArtifactState,
)
from recordings.models.corrections import (
    Correction,
    CorrectionKind,
    CorrectionQuerySet,
    Original,
    Reach,
    Version,
    VersionQuerySet,
    VersionState,
)
from recordings.models.keeping import (
    Cause,
    Copy,
    CopyState,
    Deletion,
    DeletionQuerySet,
    Place,
    Retention,
)
from recordings.models.recordings import (
    ActionItem,
    Chapter,
    Mention,
    Participant,
    ParticipantQuerySet,
    Recording,
    RecordingQuerySet,
)
from recordings.models.sharing import (
    ClipState,
    Knock,
    Share,
    ShareQuerySet,
    ShareState,
    Visit,
)
from recordings.models.transcripts import Passage, SpokenLanguage, Transcript, Utterance

__all__ = [
    "CLAIM_LASTS",
    "LATE_AFTER",
    "MOST_TRIES",
    "OF_TRANSCRIPTION",
    "UNSETTLED",
    "AccessRequest",
    "AccessRequestQuerySet",
    "ActionItem",
    "Artifact",
    "ArtifactKind",
    "ArtifactQuerySet",
    "ArtifactState",
    "Cause",
    "Chapter",
    "ClipState",
    "Copy",
    "CopyState",
    "Correction",
    "CorrectionKind",
    "CorrectionQuerySet",
    "Deletion",
    "DeletionQuerySet",
    "Insider",
    "InsiderQuerySet",
    "Knock",
    "Mention",
    "Original",
    "Participant",
    "ParticipantQuerySet",
    "Passage",
    "Place",
    "Reach",
    "Recording",
    "RecordingQuerySet",
    "Retention",
    "Share",
    "ShareQuerySet",
    "ShareState",
    "SpokenLanguage",
    "Transcript",
    "Utterance",
    "Version",
    "VersionQuerySet",
    "VersionState",
    "Visit",
]
