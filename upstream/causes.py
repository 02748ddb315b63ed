"""Why a meeting was not recorded, or not wholly: one entry per cause, the same for all providers.

A cause is what a person reads: what happened, whose side it was on, what to do next time. Which
codes of which provider mean it stands in `upstream.reasons`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Whose side a thing was on, as people read it."""

    YOU = "you, or how things are set up here"
    HOST = "the host or the people in the meeting"
    PLATFORM = "the meeting platform"
    PROVIDER = "the recording service"
    US = "Earshot"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


# The words of bots.models.Outcome, which lives above this package.
RECORDED, NOT_NEEDED, REFUSED = "recorded", "not_needed", "refused"
NEVER_ADMITTED, NOBODY_CAME = "never_admitted", "nobody_came"
TECHNICAL, UNKNOWN = "technical", "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """`outcome` is how a bot ended that brought nothing home; no advice means nothing to do."""

    slug: str
    sentence: str
    story: str
    side: Side
    outcome: str
    advice: tuple[str, ...] = ()


TELL_SUPPORT = "If it happens again, tell support, with the code that the bot's page shows."
LET_IN = "Ask the host to let the bot in when it knocks, or to admit it before others come."
HOST_LINE = "While a bot waits, its page has a line that you can copy and send to the host."
CHECK_LINK = "Open the link of the calendar event yourself: does it lead to the meeting?"
GUESTS = "Ask the host to allow guests who are not signed in."
SET_UP_BOT = "Whoever runs the recording service's account can let the bot sign in."
ZOOM_ADMIN = "Whoever set up the Zoom app at the recording service should check its settings."
ALLOW_RECORDING = "Ask the host to allow recording when Zoom shows them the bot's request."

ALL = (
    # Somebody said no, and may.
    Cause(
        "not-admitted",
        "The host did not let the bot in.",
        "The bot came to the meeting and knocked. The host declined, or did not answer.",
        Side.HOST,
        REFUSED,
        (LET_IN, HOST_LINE),
    ),
    Cause(
        "turned-away",
        "The host turned the bot away.",
        "The bot was waiting to be let in, and somebody in the meeting sent it away.",
        Side.HOST,
        REFUSED,
        ("Tell the people in the meeting why it is there, and send it again if they agree.",),
    ),
    Cause(
        "removed",
        "Someone removed the bot from the meeting.",
        "The bot was in the meeting until a person in it took it out. What it recorded until "
        "then is kept.",
        Side.HOST,
        REFUSED,
        ("Tell the people in the meeting why it is there, and send it again if they agree.",),
    ),
    Cause(
        "removed-early",
        "The bot was removed before there was anything worth keeping.",
        "The bot was let in and taken out again within moments, so there is no recording.",
        Side.HOST,
        REFUSED,
        ("Tell the people in the meeting beforehand that it will be recorded.",),
    ),
    Cause(
        "recording-not-allowed",
        "The host did not allow recording.",
        "The bot was in the meeting and asked for permission to record. It was not given.",
        Side.HOST,
        REFUSED,
        (ALLOW_RECORDING,),
    ),
    Cause(
        "recording-switched-off",
        "This Zoom meeting does not let the bot ask to record.",
        "In the host's Zoom settings, recording by others, or asking for it, is switched off.",
        Side.HOST,
        REFUSED,
        ("Ask the host to allow local recording, and requests for it, in their Zoom settings.",),
    ),
    Cause(
        "host-device",
        "The host's device cannot approve recording.",
        "Zoom asks the host for permission, and some devices, such as a Zoom Room, have no way "
        "to give it.",
        Side.PLATFORM,
        REFUSED,
        ("Ask someone to host from a computer or a phone.",),
    ),
    Cause(
        "blocked",
        "The meeting or its organisation blocks the bot.",
        "The rules of the host's organisation keep recording bots out.",
        Side.HOST,
        REFUSED,
        ("That is theirs to decide. Ask them for their own recording instead.",),
    ),
    Cause(
        "guests-not-allowed",
        "This meeting only allows signed-in guests.",
        "The bot comes as a guest without an account, and the meeting does not accept those.",
        Side.HOST,
        REFUSED,
        (GUESTS, SET_UP_BOT),
    ),
    Cause(
        "zoom-external",
        "Zoom does not allow the bot into another organisation's meeting.",
        "Since March 2026 Zoom lets a bot into a meeting of another organisation only on behalf "
        "of a person who has authorised it.",
        Side.PLATFORM,
        REFUSED,
        ("Connect the Zoom account of somebody who takes part.", ZOOM_ADMIN),
    ),
    Cause(
        "registration",
        "The meeting requires registration.",
        "Only people who registered beforehand can join, and a bot cannot register.",
        Side.HOST,
        REFUSED,
        ("Ask the host for a link that needs no registration.",),
    ),
    Cause(
        "locked-or-full",
        "The meeting is locked or full.",
        "The host locked the meeting, or it has as many people in it as its plan allows.",
        Side.HOST,
        REFUSED,
        ("Ask the host to unlock it, then send a bot again.",),
    ),
    # Nobody answered, or nobody was there.
    Cause(
        "waited-too-long",
        "The bot waited too long to be let in or to start.",
        "The bot was in the waiting room until its patience ended. Nobody let it in.",
        Side.HOST,
        NEVER_ADMITTED,
        (LET_IN, HOST_LINE),
    ),
    Cause(
        "zoom-user-absent",
        "The Zoom user who authorised the bot did not join.",
        "Zoom lets the bot in on behalf of one person, and only while that person is there.",
        Side.HOST,
        NEVER_ADMITTED,
        ("That person has to be in the meeting when the bot arrives.",),
    ),
    Cause(
        "host-absent",
        "The host did not arrive in time.",
        "The meeting can only begin with its host, and the bot's patience ended before that.",
        Side.HOST,
        NOBODY_CAME,
        ("If the meeting is held after all, send a bot when the host is there.",),
    ),
    Cause(
        "not-started",
        "The meeting had not started.",
        "The bot came on time, and nobody had opened the meeting yet.",
        Side.HOST,
        NOBODY_CAME,
        ("If the meeting is held after all, send a bot when it has begun.",),
    ),
    Cause(
        "nobody-joined",
        "Nobody else joined, so the bot left.",
        "The bot was alone in the meeting until its patience ended.",
        Side.NOBODY,
        NOBODY_CAME,
    ),
    Cause(
        "nobody-spoke",
        "Nobody spoke, so the bot left.",
        "The meeting was silent for as long as the bot was told to bear with.",
        Side.NOBODY,
        NOBODY_CAME,
    ),
    Cause(
        "everyone-left",
        "Everyone left, so the bot left too.",
        "The people had gone; what was said until then is recorded.",
        Side.NOBODY,
        NOBODY_CAME,
    ),
    Cause(
        "only-bots",
        "Only other bots were left, so the bot left too.",
        "The people had gone and only recording bots kept each other company.",
        Side.NOBODY,
        NOBODY_CAME,
    ),
    Cause(
        "ended-before",
        "The meeting ended before recording could start.",
        "When the bot could have begun, the meeting was over.",
        Side.HOST,
        NOBODY_CAME,
        ("Check that the calendar event has the time at which people really meet.",),
    ),
    # We were told to stop.
    Cause(
        "stopped-here",
        "The recording was stopped from Earshot.",
        "Somebody in your workspace asked the bot to leave. What it recorded is kept.",
        Side.YOU,
        NOT_NEEDED,
    ),
    Cause(
        "called-off",
        "The recording was called off in Earshot.",
        "The meeting was switched off, cancelled, or its calendar disconnected, before the bot "
        "went.",
        Side.YOU,
        NOT_NEEDED,
    ),
    Cause(
        "left-before-recording",
        "The bot left before recording began (for example, it was cancelled).",
        "It was on its way or already there, and was called back before it recorded anything.",
        Side.YOU,
        NOT_NEEDED,
    ),
    Cause(
        "already-there",
        "A bot is already in this meeting.",
        "The recording service sends one bot to a meeting; this one was not needed.",
        Side.YOU,
        NOT_NEEDED,
    ),
    # It ran to an end that had been set.
    Cause(
        "longest-recording",
        "The recording reached its maximum length.",
        "A recording may be so long and no longer; what was said later is missing.",
        Side.PROVIDER,
        RECORDED,
        ("For very long meetings, send a second bot before the first one ends.",),
    ),
    Cause(
        "platform-longest",
        "The meeting reached the platform's maximum length.",
        "The platform closed the meeting for everybody, as the host's plan says.",
        Side.PLATFORM,
        RECORDED,
    ),
    Cause(
        "no-transcript",
        "The recording worked, but the transcript could not be made.",
        "Picture and sound are whole. Turning them into text failed.",
        Side.PROVIDER,
        RECORDED,
        ("The recording can be played; ask support whether the transcript can be made again.",),
    ),
    # The link, or what it leads to.
    Cause(
        "bad-link",
        "The meeting link is not valid.",
        "The link is cut off, has expired, or belongs to no meeting the bot can reach.",
        Side.YOU,
        TECHNICAL,
        (CHECK_LINK,),
    ),
    Cause(
        "meeting-not-found",
        "The meeting was not found.",
        "The platform knows no meeting under this link. It may have been deleted or made anew.",
        Side.YOU,
        TECHNICAL,
        (CHECK_LINK,),
    ),
    Cause(
        "meeting-unreachable",
        "The meeting could not be reached; it may not exist or be over.",
        "The bot followed the link and found no meeting that it could join.",
        Side.PLATFORM,
        TECHNICAL,
        (CHECK_LINK,),
    ),
    Cause(
        "wrong-password",
        "The meeting password or invitation is wrong.",
        "The meeting asks for a passcode, and the link has none or an old one.",
        Side.YOU,
        TECHNICAL,
        ("Use the full invitation link, with its passcode, in the calendar event.",),
    ),
    Cause(
        "unsupported-platform",
        "Only Zoom, Google Meet and Microsoft Teams are supported.",
        "The link leads to another kind of meeting, and there is no bot for it.",
        Side.YOU,
        TECHNICAL,
        (CHECK_LINK,),
    ),
    Cause(
        "breakout-rooms",
        "Breakout rooms cannot be recorded.",
        "The bot was sent to a breakout room, and the platform does not let it in there.",
        Side.PLATFORM,
        TECHNICAL,
        ("Record in the main room.",),
    ),
    # The platform.
    Cause(
        "platform-trouble",
        "The meeting platform reported a problem.",
        "The meeting was there, but joining or staying in it failed on the platform's side.",
        Side.PLATFORM,
        TECHNICAL,
        ("Try again.", TELL_SUPPORT),
    ),
    Cause(
        "recording-never-started",
        "The bot was let in, but recording never started.",
        "The bot was in the meeting and the platform never gave it picture or sound to record.",
        Side.PLATFORM,
        TECHNICAL,
        ("Send a bot again while the meeting goes on.", TELL_SUPPORT),
    ),
    Cause(
        "human-check",
        "The meeting asked for a human check.",
        "The platform wanted proof that a person is joining, which a bot cannot give.",
        Side.PLATFORM,
        TECHNICAL,
        ("Ask the host whether the check can be switched off.", TELL_SUPPORT),
    ),
    Cause(
        "zoom-setting",
        "A Zoom setting prevented the bot from joining.",
        "For example, the meeting wants an address from each guest, forbids joining from a "
        "browser, or its host is in another meeting.",
        Side.HOST,
        TECHNICAL,
        ("Ask the host about the security settings of the meeting.",),
    ),
    # How things are set up.
    Cause(
        "meet-sign-in",
        "The bot could not sign in to Google Meet.",
        "The meeting asks for an account, and the one the bot has did not get in.",
        Side.PLATFORM,
        TECHNICAL,
        (GUESTS, SET_UP_BOT),
    ),
    Cause(
        "teams-sign-in",
        "The bot could not sign in to Teams.",
        "The meeting asks for an account, and the one the bot has did not get in.",
        Side.PLATFORM,
        TECHNICAL,
        (GUESTS, SET_UP_BOT),
    ),
    Cause(
        "sign-in",
        "The bot could not sign in to the meeting.",
        "The meeting asks for an account, and the one the bot has did not get in.",
        Side.PLATFORM,
        TECHNICAL,
        (GUESTS, SET_UP_BOT),
    ),
    Cause(
        "zoom-app",
        "The Zoom app settings are wrong; contact an administrator.",
        "The recording service joins Zoom meetings with an app of its own, and Zoom did not "
        "accept it.",
        Side.YOU,
        TECHNICAL,
        (ZOOM_ADMIN,),
    ),
    Cause(
        "zoom-authorisation",
        "The Zoom authorisation failed; reconnect Zoom.",
        "The permission that a Zoom user gave has run out or was withdrawn.",
        Side.YOU,
        TECHNICAL,
        ("Connect Zoom again.",),
    ),
    Cause(
        "allowance",
        "The recording allowance is used up.",
        "The account at the recording service has no hours left.",
        Side.YOU,
        TECHNICAL,
        ("The owner of the workspace can add to it at the recording service.",),
    ),
    Cause(
        "daily-limit",
        "Today's limit of recordings was reached.",
        "The plan at the recording service allows a number of bots per day, and all had gone.",
        Side.YOU,
        TECHNICAL,
        ("Tomorrow's meetings are not affected; a larger plan raises the limit.",),
    ),
    Cause(
        "key-refused",
        "The recording service does not accept Earshot's key for this.",
        "The key may have been replaced, or may not be allowed to do what was asked.",
        Side.YOU,
        TECHNICAL,
        ("Whoever runs Earshot should check the key of the account; it needs full access.",),
    ),
    # The recording service.
    Cause(
        "service-trouble",
        "The recording service had a problem.",
        "Something broke at the service that sends the bots. It is not about your meeting.",
        Side.PROVIDER,
        TECHNICAL,
        ("Send a bot again if the meeting goes on.", TELL_SUPPORT),
    ),
    Cause(
        "bot-stopped",
        "The bot stopped unexpectedly.",
        "The bot was at work and broke down. What had been saved by then is kept.",
        Side.PROVIDER,
        TECHNICAL,
        ("Send a bot again if the meeting goes on.", TELL_SUPPORT),
    ),
    Cause(
        "recording-failed",
        "The meeting could not be recorded.",
        "The bot was in the meeting, and the recording did not work.",
        Side.PROVIDER,
        TECHNICAL,
        (TELL_SUPPORT,),
    ),
    Cause(
        "streaming",
        "Live audio streaming could not be started.",
        "The bot was asked to send sound while the meeting goes on, and could not.",
        Side.PROVIDER,
        TECHNICAL,
        (TELL_SUPPORT,),
    ),
    Cause(
        "service-refused",
        "The recording service refused to send a bot.",
        "Earshot asked for a bot and the service said no.",
        Side.PROVIDER,
        TECHNICAL,
        (TELL_SUPPORT,),
    ),
    Cause(
        "forgotten",
        "The recording service no longer knows this bot.",
        "Earshot asked where the bot is, and the service has no trace of it.",
        Side.PROVIDER,
        TECHNICAL,
        (TELL_SUPPORT,),
    ),
    # Honest ends.
    Cause(
        "unexplained",
        "Something went wrong, and the recording service did not say what.",
        "The service noticed a failure and has no name for it.",
        Side.UNKNOWN,
        UNKNOWN,
        ("Try again.", TELL_SUPPORT),
    ),
    Cause(
        "no-reason",
        "The recording service gave no reason.",
        "The bot ended without a recording and without a word.",
        Side.UNKNOWN,
        UNKNOWN,
        ("Try again.", TELL_SUPPORT),
    ),
    Cause(
        "unknown",
        "The provider gave a reason we do not know yet.",
        "Services add reasons without notice. The code is kept, and shown as it came.",
        Side.UNKNOWN,
        UNKNOWN,
        ("Try again.", TELL_SUPPORT),
    ),
)
CAUSES = {cause.slug: cause for cause in ALL}
