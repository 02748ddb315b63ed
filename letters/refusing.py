"""The address in each mail by which its reader refuses more of that kind: signed, no sign-in."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from letters.models import Letter


def address_to_refuse(letter: Letter) -> str:
    """Opened, it shows a button; posted to by a mail program (RFC 8058), it refuses at once."""
    path = reverse("letters:refusal", args=[_signer().sign(letter.code)])
    return f"{settings.PUBLIC_URL}{path}"


def letter_behind(token: str) -> Letter | None:
    """The letter whose reader holds this address; None: nobody was given it."""
    try:
        code: str = _signer().unsign(token)
    except BadSignature:
        return None
    return Letter.objects.select_related("reader").filter(code=code).exclude(to="").first()


def _signer() -> Signer:
    return Signer(salt="letters.refusing", sep=".")
