"""From an address to a place in the workspace: the mail, its link, and who may go through it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, Membership, User, Workspace
from accounts.roles import Role
from letters.models import Letter, LetterState, Refusal
from tests.accounts.conftest import link_in_last_mail
from tests.conftest import make_member
from tests.letters.delivering import deliver, html_of

pytestmark = pytest.mark.django_db

NEW = "nina@fabrikam.example"


def invited(workspace: Workspace, by: User, email: str = NEW, role: Role = Role.MEMBER) -> str:
    """The link of a mailed invitation."""
    invitations.invite(workspace, [email], role, by=by)
    deliver()
    return link_in_last_mail()


def test_several_are_invited_at_once_and_each_is_written_to(
    alice: Client, workspace: Workspace
) -> None:
    asked = {"emails": f"{NEW}, Ned@Fabrikam.example\n{NEW.upper()}", "role": "viewer"}
    answer = alice.post("/settings/people/invitations/", asked, follow=True)

    assert "2 invitations are on the way." in answer.content.decode()
    waiting = workspace.invitations.order_by("id")
    assert [(one.email, one.role) for one in waiting] == [
        (NEW.upper(), "viewer"),
        ("Ned@Fabrikam.example", "viewer"),
    ]


def test_the_mail_says_who_invites_where_to_in_both_forms(
    alice_user: User, workspace: Workspace
) -> None:
    link = invited(workspace, alice_user)

    message = mail.outbox[-1]
    assert (message.to, message.reply_to) == ([NEW], [alice_user.email])
    assert message.subject == "An invitation to Northwind"
    for text in (str(message.body), html_of(message)):
        assert "Alice" in text
        assert "Northwind" in text
        assert link in text


def test_the_link_is_kept_as_a_digest_alone(alice_user: User, workspace: Workspace) -> None:
    token = invited(workspace, alice_user).split("/")[-2]
    assert workspace.invitations.get().token_digest == invitations.digest(token)
    assert token not in str([*Invitation.objects.values(), *Letter.objects.values()])


def test_a_mail_that_is_sent_again_after_a_break_has_the_same_link(
    client: Client, alice_user: User, workspace: Workspace
) -> None:
    """A worker may be killed between handing a mail over and noting it."""
    first = invited(workspace, alice_user)
    Letter.objects.update(state=LetterState.WAITING)
    deliver()
    assert (len(mail.outbox), link_in_last_mail()) == (2, first)
    assert client.get(first).status_code == 200


def test_what_was_taken_back_before_it_left_is_not_mailed(
    alice_user: User, workspace: Workspace
) -> None:
    (one,) = invitations.invite(workspace, [NEW], Role.MEMBER, by=alice_user)
    assert invitations.revoke(one)
    deliver()
    assert mail.outbox == []
    assert Letter.objects.get().state == LetterState.DROPPED


@pytest.mark.parametrize(
    ("state", "trouble", "said"),
    [
        (LetterState.WAITING, "", "The mail is on its way."),
        (LetterState.WAITING, "No mail server answered.", "is not sent yet, and tried again."),
        (LetterState.FAILED, "It is full.", "The mail did not arrive: It is full."),
        (LetterState.REFUSED, "", "They want no invitations by mail: it was not sent."),
        (LetterState.SENT, "", "Good until"),
    ],
)
def test_the_page_says_what_became_of_the_mail(
    alice: Client, alice_user: User, workspace: Workspace, state: str, trouble: str, said: str
) -> None:
    invitations.invite(workspace, [NEW], Role.MEMBER, by=alice_user)
    Letter.objects.update(state=state, trouble=trouble)
    assert said in alice.get("/settings/people/").content.decode()


def test_who_refused_invitations_is_not_written_to(alice_user: User, workspace: Workspace) -> None:
    Refusal.objects.create(address=NEW, kind=invitations.MAIL)
    invitations.invite(workspace, [NEW.title()], Role.MEMBER, by=alice_user)
    deliver()
    assert mail.outbox == []


def test_somebody_new_signs_up_and_is_in_the_workspace(
    client: Client, alice_user: User, workspace: Workspace
) -> None:
    link = invited(workspace, alice_user, role=Role.VIEWER)
    page = client.get(link).content.decode()
    assert "Alice</bdi> invites" in page
    assert f'/account/signup/?next={link}&amp;email={NEW.replace("@", "%40")}"' in page
    form = client.get(f"/account/signup/?next={link}&email={NEW}").content.decode()
    assert f'value="{NEW}"' in form

    person = {"name": "Nina", "email": NEW, "password1": "quite a long secret"}
    done = client.post("/account/signup/", {**person, "next": link}, follow=True)

    nina = User.objects.get(email=NEW)
    assert done.redirect_chain[-1] == ("/", 302)
    assert [(one.workspace, one.role) for one in nina.memberships.all()] == [(workspace, "viewer")]
    assert done.wsgi_request.workspace == workspace  # type: ignore[attr-defined]
    assert workspace.audit_entries.filter(action="invitation.accept", actor=nina).exists()


def test_another_address_signs_up_without_the_place(
    client: Client, alice_user: User, workspace: Workspace
) -> None:
    client.get(invited(workspace, alice_user))
    person = {"email": "other@fabrikam.example", "password1": "quite a long secret"}
    assert client.post("/account/signup/", person)["Location"] == "/account/confirm-email/"
    other = User.objects.get(email="other@fabrikam.example")
    assert not workspace.memberships.filter(user=other).exists()
    assert not EmailAddress.objects.filter(user=other, verified=True).exists()


def test_an_existing_account_joins_and_keeps_its_own(
    alice_user: User, mallory: Client, mallory_user: User, workspace: Workspace
) -> None:
    link = invited(workspace, alice_user, mallory_user.email.upper(), Role.ADMIN)
    assert "Join <bdi>Northwind</bdi>" in mallory.get(link).content.decode()
    assert mallory_user.memberships.count() == 1

    done = mallory.post(link, follow=True)

    assert done.wsgi_request.workspace == workspace  # type: ignore[attr-defined]
    assert "Welcome to Northwind." in done.content.decode()
    assert mallory_user.memberships.get(workspace=workspace).role == Role.ADMIN
    assert mallory_user.memberships.count() == 2
    assert workspace.audit_entries.filter(action="invitation.accept").count() == 1
    assert mallory.get(link)["Location"] == "/"  # again: straight in


def test_the_wrong_account_is_told_so(
    alice_user: User, mallory: Client, mallory_user: User, workspace: Workspace
) -> None:
    link = invited(workspace, alice_user)
    for answer in (mallory.get(link), mallory.post(link)):
        assert answer.status_code == 403
        page = answer.content.decode()
        assert f"You are signed in as {mallory_user.email}." in page
        assert f"with the account of {NEW}" in page
    assert not workspace.memberships.filter(user=mallory_user).exists()


def test_an_unproven_address_opens_nothing(
    alice_user: User, mallory: Client, mallory_user: User, workspace: Workspace
) -> None:
    link = invited(workspace, alice_user, mallory_user.email)
    EmailAddress.objects.filter(user=mallory_user).update(verified=False)
    assert mallory.post(link).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"revoked_at": timezone.now()}, "was taken back"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "has run out"),
        ({"accepted_at": timezone.now()}, "was used"),
    ],
)
def test_a_link_that_is_over_says_why_and_lets_nobody_in(
    alice_user: User,
    mallory: Client,
    mallory_user: User,
    workspace: Workspace,
    change: dict[str, object],
    said: str,
) -> None:
    link = invited(workspace, alice_user, mallory_user.email)
    Invitation.objects.update(**change)
    for answer in (mallory.get(link), mallory.post(link)):
        assert answer.status_code == 410
        assert f"This invitation {said}" in answer.content.decode()
    assert mallory_user.memberships.count() == 1


def test_resending_makes_a_new_link_and_the_old_one_is_dead(
    alice: Client, alice_user: User, client: Client, workspace: Workspace
) -> None:
    old = invited(workspace, alice_user)
    one = workspace.invitations.get()
    again = f"/settings/people/invitations/{one.public_id}/sending/"
    assert "Give it two minutes." in alice.post(again, follow=True).content.decode()
    Invitation.objects.update(
        mail_asked_at=timezone.now() - timedelta(hours=1), expires_at=timezone.now()
    )

    assert "A new mail to" in alice.post(again, follow=True).content.decode()
    deliver()

    new = link_in_last_mail()
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_inviting_somebody_who_waits_renews_their_invitation(
    alice_user: User, workspace: Workspace
) -> None:
    invited(workspace, alice_user)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invited(workspace, alice_user, NEW.title(), Role.ADMIN)
    one = workspace.invitations.get()
    assert (one.role, one.has_run_out) == (Role.ADMIN, False)


def test_an_hour_has_so_many_mails(alice: Client, workspace: Workspace) -> None:
    def invite(start: int) -> int:
        emails = " ".join(f"p{start + n}@fabrikam.example" for n in range(20))
        return alice.post(
            "/settings/people/invitations/", {"emails": emails, "role": "member"}
        ).status_code

    assert [invite(20 * n) for n in range(4)] == [302, 302, 302, 422]
    assert workspace.invitations.count() == invitations.MAILS_AN_HOUR


@pytest.mark.parametrize(
    ("emails", "said"),
    [("no address", "is not an email address"), ("ALICE@northwind.example", "already"), ("", "")],
)
def test_what_cannot_be_invited_is_said_beside_the_field(
    alice: Client, workspace: Workspace, emails: str, said: str
) -> None:
    asked = {"emails": emails, "role": "member"}
    answer = alice.post("/settings/people/invitations/", asked)
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors["emails"])
    assert not workspace.invitations.exists()


def test_nobody_is_invited_as_owner(alice: Client, workspace: Workspace) -> None:
    asked = {"emails": NEW, "role": "owner"}
    assert alice.post("/settings/people/invitations/", asked).status_code == 422
    assert not workspace.invitations.exists()


def test_two_who_accept_at_once_are_one(alice_user: User, workspace: Workspace) -> None:
    invited(workspace, alice_user)
    one = workspace.invitations.get()
    nina = make_member(NEW, Workspace.objects.create(name="Elsewhere"), Role.OWNER)
    assert invitations.accept(one, nina) is not None
    assert invitations.accept(one, nina) is None
    assert Membership.objects.filter(workspace=workspace, user=nina).count() == 1
