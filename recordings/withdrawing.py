"""Taking files back from where they lie: our storage, and the provider that made them.

A provider deletes a bot's media and has its transcription service delete the text with one call; it
is believed once it shows the bot without them.
"""

from collections.abc import Callable

from django.core.files.storage import default_storage

from bots.models import Bot
from recordings import fetching, pictures
from recordings.artifacts import partial_path
from recordings.models import Artifact, ArtifactState, CopyState, Recording, RecordingQuerySet
from upstream.errors import BadCredentials, Conflict, NotFound, Retryable, UpstreamError
from upstream.port import BotSnapshot, Provider
from upstream.registry import capabilities_of, open_provider

Result = tuple[CopyState, str]


class StillNeeded(Retryable):
    """Another recording of the same bot has not been fetched yet, and would be lost."""


class StillThere(Retryable):
    """The provider said yes and shows it all the same."""


def empty_folder(folder: str) -> int:
    """Delete all files below `folder`; how many there were."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    count = len(names) + sum(empty_folder(f"{folder}/{inner}") for inner in folders)
    default_storage.delete(folder)  # an empty one, where folders are something of their own
    return count


def drop_partial(artifact: Artifact) -> None:
    """What a worker has downloaded of it so far."""
    fetching.discard(partial_path(artifact))
    pictures.discard(partial_path(artifact))


def from_provider(recording: Recording) -> Result:
    """Picture and sound; the same call takes along whatever else the provider has."""
    return _withdraw(recording, _has_media, is_first=True)


def text_from_provider(recording: Recording) -> Result:
    """Gone with the media, as a rule; looked at by itself, so that the receipt says what is so."""
    return _withdraw(recording, _has_text, is_first=False)


def _has_media(snapshot: BotSnapshot) -> bool:
    return bool(snapshot.links.video or snapshot.links.audio)


def _has_text(snapshot: BotSnapshot) -> bool:
    links = snapshot.links
    written = (links.transcript, links.raw_transcript, links.diarization, links.chat)
    return any(written) or snapshot.transcript is not None


def _withdraw(
    recording: Recording, has_any: Callable[[BotSnapshot], bool], *, is_first: bool
) -> Result:
    bot = recording.bot
    ids = ids_of(bot)
    if not ids:
        return CopyState.NONE, "The recording service never had this bot."
    if (
        beside(recording)
        .filter(artifacts__state__in=(ArtifactState.PENDING, ArtifactState.FETCHING))
        .exists()
    ):
        raise StillNeeded("Another recording of the bot is being fetched.")
    provider = open_provider(bot.account)
    known = [bot_id for bot_id in ids if _delete(provider, bot_id, has_any, is_first=is_first)]
    name = capabilities_of(bot.account).name
    if known:
        return CopyState.GONE, f"{name} shows none any more."
    return CopyState.GONE, f"{name} does not know this bot any more."


def _delete(
    provider: Provider, bot_id: str, has_any: Callable[[BotSnapshot], bool], *, is_first: bool
) -> bool:
    """False when the provider has no such bot. Raises StillThere when it does not obey."""
    try:
        snapshot = provider.get_bot(bot_id)
        if has_any(snapshot) or (is_first and not snapshot.is_data_deleted):
            provider.delete_data(bot_id)
            snapshot = provider.get_bot(bot_id)
        if has_any(snapshot):
            raise StillThere("The provider said yes, and still shows it.")
    except NotFound:
        return False
    return True


def beside(recording: Recording) -> RecordingQuerySet:
    """The other recordings of its bot: a provider deletes a bot's data as a whole."""
    return Recording.everything.filter(bot=recording.bot_id, binned_at=None).exclude(
        pk=recording.pk
    )


def ids_of(bot: Bot) -> list[str]:
    """Our bot there, and every other that was sent for it."""
    told = bot.changes.exclude(upstream_id="").values_list("upstream_id", flat=True)
    return sorted({*told, bot.upstream_id} - {""})


def why(trouble: Exception) -> str:
    """Why something is left, in words for people."""
    match trouble:
        case StillNeeded():
            return "It waits until the other recording of this meeting has been fetched."
        case StillThere():
            return "The recording service said yes, and still shows it. It is asked again."
        case Conflict():
            return "The recording service is not done with it yet. It is asked again."
        case BadCredentials():
            return "The recording service does not accept our key. It is asked again."
        case UpstreamError():
            return "The recording service did not answer as it should. It is asked again."
        case _:
            return "Our storage did not answer as it should. It is tried again."
