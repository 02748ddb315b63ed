"""Leaving a recording to some people of the workspace, and the questions of the others.

everyone ──(restrict)──► insiders only ──(open_up)──► everyone
             outsider ──(ask)──► let in, or not
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

import live
from accounts.models import User
from notifications import telling
from notifications.kinds import KindName
from notifications.telling import News
from recordings import access
from recordings.models import AccessRequest, AccessRequestQuerySet, Insider, Recording


@transaction.atomic
def restrict(recording: Recording, people: Collection[User], by: User) -> bool:
    """Leave it to `people` and to its keepers; False when it was left to just these.

    Its keepers are the person the bot went for and whoever restricts it first.
    """
    held = _held(recording)
    before = set(held.insiders.values_list("user_id", flat=True))
    is_new = held.restricted_at is None
    if is_new:
        keepers = {person.pk: person for person in (held.bot.requested_by, by) if person}
        _let_in(held, keepers.values(), by, are_keepers=True)
        held.restricted_at, held.restricted_by = timezone.now(), by
        held.save(update_fields=["restricted_at", "restricted_by", "updated_at"])
    wanted = {person.pk for person in people}
    held.insiders.filter(is_keeper=False).exclude(user__in=wanted).delete()
    _let_in(held, people, by)
    is_changed = is_new or before != set(held.insiders.values_list("user_id", flat=True))
    if is_changed:
        insiders = User.objects.filter(pk__in=held.insiders.values("user"))
        telling.keep_among(insiders, held.public_id)
        _tell(held)
    asked = held.access_requests.filter(user__in=wanted)
    asked.exclude(answered_at=None).delete()  # whatever the answer was
    _answer(asked.waiting(), by, is_granted=True)
    return is_changed


@transaction.atomic
def open_up(recording: Recording, by: User) -> bool:
    """Let the whole workspace see it again; False when it does."""
    held = _held(recording)
    if held.restricted_at is None:
        return False
    held.insiders.all().delete()
    held.restricted_at, held.restricted_by = None, None
    held.save(update_fields=["restricted_at", "restricted_by", "updated_at"])
    _answer(held.access_requests.waiting(), by, is_granted=True)
    held.access_requests.all().delete()  # who restricts it again is asked again
    _tell(held)
    return True


def hand_over(recordings: Iterable[Recording], heir: User, by: User) -> None:
    """Let `heir` say from now on who sees each of these, which are restricted."""
    Insider.objects.bulk_create(
        [Insider(recording=one, user=heir, is_keeper=True, let_in_by=by) for one in recordings],
        update_conflicts=True,
        unique_fields=["recording", "user"],
        update_fields=["is_keeper"],
    )


@transaction.atomic
def ask(recording: Recording, user: User) -> bool:
    """Ask whoever is in charge of it; False when this person did."""
    asked = AccessRequest.objects.filter(recording=recording, user=user)
    asked.filter(is_granted=True).delete()  # they were in, and are not any more
    question, is_new = asked.get_or_create(recording=recording, user=user)
    if is_new:
        news = News(
            KindName.ACCESS,
            key=question.public_id,
            title=recording.title or "Untitled meeting",
            note=f"{user.get_full_name()} asks to see it.",
            path=reverse("recordings:recording", args=[recording.public_id]),
            target=recording.public_id,
        )
        telling.tell(access.in_charge(recording), recording.workspace, news)
        live.changed(f"{recording.workspace.public_id}/{recording.public_id}")
    return is_new


@transaction.atomic
def answer(request: AccessRequest, by: User, *, is_granted: bool) -> bool:
    """Let the person in, or not; False when somebody answered already."""
    held = _held(request.recording)
    if not _answer(
        AccessRequest.objects.waiting().filter(pk=request.pk), by, is_granted=is_granted
    ):
        return False
    if is_granted and held.restricted_at:
        _let_in(held, [request.user], by)
    _tell(held)
    return True


def _held(recording: Recording) -> Recording:
    held = Recording.objects.select_for_update(of=("self",))
    return held.select_related("bot__requested_by", "workspace").get(pk=recording.pk)


def _let_in(
    recording: Recording, people: Iterable[User], by: User, *, are_keepers: bool = False
) -> None:
    rows = (
        Insider(recording=recording, user=one, is_keeper=are_keepers, let_in_by=by)
        for one in people
    )
    Insider.objects.bulk_create(rows, ignore_conflicts=True)


def _answer(waiting: AccessRequestQuerySet, by: User, *, is_granted: bool) -> int:
    answered = list(waiting)
    AccessRequest.objects.filter(pk__in=[one.pk for one in answered]).update(
        answered_at=timezone.now(), answered_by=by, is_granted=is_granted
    )
    for question in answered:
        telling.settle(KindName.ACCESS, question.recording.public_id, key=question.public_id)
        _tell_answer(question, by, is_granted=is_granted)
    return len(answered)


def _tell_answer(question: AccessRequest, by: User, *, is_granted: bool) -> None:
    """Who is not let in still hears nothing of the recording itself."""
    recording = question.recording
    title, note = (
        (recording.title or "Untitled meeting", f"{by.get_full_name()} let you in.")
        if is_granted
        else ("You were not let in", f"{by.get_full_name()} answered your question.")
    )
    news = News(
        KindName.ACCESS,
        key=f"{question.public_id}/answer",
        title=title,
        note=note,
        path=reverse("recordings:recording", args=[recording.public_id]),
        target=recording.public_id,
    )
    telling.tell([question.user], recording.workspace, news)


def _tell(recording: Recording) -> None:
    live.changed(f"{recording.workspace.public_id}/recordings")
    live.changed(f"{recording.workspace.public_id}/{recording.public_id}")
