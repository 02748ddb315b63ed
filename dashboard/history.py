"""The audit trail in sentences.

    "workspace.rename"  before {"name": "A"}  after {"name": "B"}
    →  "changed the workspace's name"   Name: A → B

Actions that have no sentence yet are shown by their own words, never left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import AuditEntry, User

SENTENCES = {
    "person.sign_up": "signed up",
    "person.change": "changed their profile",
    "notifications.change": "changed what they are told, and how",
    "password.change": "changed their password",
    "password.set": "set a password",
    "password.reset": "reset their password by mail",
    "email.ask_change": "asked to change their email address",
    "email.confirm": "confirmed an email address",
    "email.change": "changed their email address",
    "identity.connect": "connected an account to sign in with",
    "identity.disconnect": "disconnected an account they signed in with",
    "second_step.add": "set up a second step of signing in",
    "second_step.remove": "removed a second step of signing in",
    "second_step.renew": "made new recovery codes",
    "own_data.ask": "asked for a copy of their own data",
    "own_data.save": "saved a copy of their own data",
    "account.delete": "deleted their account",
    "sign_in.end": "signed out of another browser",
    "invitation.send": "invited somebody",
    "invitation.resend": "had an invitation mailed again",
    "invitation.revoke": "took an invitation back",
    "invitation.accept": "accepted an invitation",
    "person.change_role": "gave somebody another role",
    "person.remove": "removed somebody from the workspace",
    "person.leave": "left the workspace",
    "workspace.hand_over": "handed the workspace over to another owner",
    "workspace.create": "made the workspace",
    "workspace.rename": "changed the workspace’s name",
    "connection.connect": "connected an account",
    "connection.reconnect": "reconnected an account",
    "calendar.connect": "connected a calendar",
    "calendar.disconnect": "disconnected a calendar",
    "calendar.sync": "asked for a calendar to be read again",
    "event.choose": "said whether to record a meeting",
    "event.undo_choice": "took back what they had just said about a meeting",
    "rule.create": "made a rule",
    "rule.change": "changed a rule",
    "rule.delete": "deleted a rule",
    "rule.move": "moved a rule among the others",
    "rule.enable": "switched a rule on",
    "rule.disable": "switched a rule off",
    "block.add": "put somebody on the block list",
    "block.remove": "took somebody off the block list",
    "domain.add": "named a domain of colleagues",
    "domain.remove": "took a domain off those of colleagues",
    "bot.send": "sent a bot to a meeting",
    "bot.change": "changed a bot that was booked",
    "bots.set_up": "changed what the workspace’s bots do",
    "bots.show_picture": "gave the workspace’s bots a picture",
    "bots.remove_picture": "took the picture of the workspace’s bots away",
    "service.prepare": "entered a key of another recording service",
    "service.change": "changed the recording service",
    "service.rotate": "replaced the key or the secret of the recording service",
    "service.forget_old": "let the old key or secret of the recording service count no more",
    "service.test": "tested the connection to the recording service",
    "zoom.connect": "connected a Zoom account",
    "zoom.reconnect": "reconnected a Zoom account",
    "zoom.check": "asked whether a Zoom account still works",
    "zoom.disconnect": "disconnected a Zoom account",
    "event.send_bot": "sent a bot to a meeting at once",
    "bot.leave": "asked the bot to leave",
    "bot.pause": "paused a recording",
    "bot.resume": "went on with a recording",
    "bot.stop_recording": "ended a recording; the bot stayed",
    "bot.start_recording": "began a new recording with the same bot",
    "bot.say": "let the bot write into the meeting’s chat",
    "bot.report": "reported a problem with a bot",
    "transcript.rename": "said who speaks in a recording",
    "transcript.edit": "changed the text of a recording",
    "transcript.make_again": "had a recording transcribed again",
    "transcript.choose_version": "chose another version of a transcript",
    "transcript.undo": "took back a change to a recording’s text",
    "sample.make": "had a sample recording made",
    "share.make": "shared a recording",
    "share.revoke": "closed a link to a recording",
    "share.reopen": "opened a closed link to a recording again",
    "workspace.change": "changed the workspace",
    "recording.retitle": "gave a recording another title",
    "recording.restrict": "left a recording to some people",
    "recording.open_up": "let everyone see a recording",
    "recording.ask_access": "asked to see a recording",
    "recording.let_in": "let somebody see a recording",
    "recording.keep_out": "did not let somebody see a recording",
    "recording.keep": "kept a recording, whatever the workspace’s rule",
    "recording.let_go": "let the workspace’s rule count for a recording again",
    "recording.bin": "put a recording in the bin",
    "recording.restore": "took a recording out of the bin",
    "recording.delete": "deleted every copy of a recording",
    "deletion.try_again": "tried again to delete what was left of a recording",
    "retention.change": "changed how long recordings are kept",
    "bot.resend": "asked the recording service for a bot once more",
    "bot.look": "asked the recording service where a bot is",
    "event.reconcile": "had a meeting’s booking checked",
    "support.grant": "let support look at what they see",
    "support.revoke": "ended what support may look at",
    "support.run_out": "lets support look no longer: the time they gave is over",
    "support.begin": "began to look as somebody who allowed it",
    "support.look": "looked at a page as somebody who allowed it",
    "support.end": "ended their look",
    "artifact.fetch_again": "fetched a file of a recording again",
}
PAGES = {
    "bot": "bots:detail",
    "con": "calendars:account",
    "evt": "calendars:event",
    "rec": "recordings:recording",
    "rul": "calendars:rule",
}


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, ready to be read."""

    entry: AuditEntry
    who: str
    sentence: str
    changes: tuple[Change, ...]
    path: str


def describe(entry: AuditEntry) -> Line:
    """Put `entry` into words; an actor who was removed is nobody's name any more."""
    changes = tuple(_changes(entry))
    return Line(entry, _who(entry.actor), _sentence(entry.action), changes, _path(entry))


def _who(actor: User | None) -> str:
    if actor is None:
        return "Somebody who is no longer here"
    return f"{actor.get_full_name()} of support" if actor.is_staff else actor.get_full_name()


def _path(entry: AuditEntry) -> str:
    """Where what was changed can be looked at; empty where it has no page, or none any more."""
    page = PAGES.get(entry.target.partition("_")[0])
    is_gone = entry.action.partition(".")[2] in ("delete", "disconnect")
    return reverse(page, args=[entry.target]) if page and not is_gone else ""


def _sentence(action: str) -> str:
    noun, _, verb = action.partition(".")
    return SENTENCES.get(action) or f"{noun}: {verb}".replace("_", " ").rstrip(": ")


def _changes(entry: AuditEntry) -> Iterator[Change]:
    for key in [*entry.before, *(key for key in entry.after if key not in entry.before)]:
        label = key.replace("_", " ").capitalize()
        yield Change(label, _text(entry.before.get(key)), _text(entry.after.get(key)))


def _text(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case True:
            return "yes"
        case False:
            return "no"
        case _:
            return str(value)
