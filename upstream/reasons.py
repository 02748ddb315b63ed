"""Which cause a provider's code means.

    explain("BOT_NOT_ACCEPTED") ──► cause not-admitted, "The host did not let the bot in."
    explain("SOMETHING_NEW")    ──► cause unknown, saying honestly that nobody knows this code yet

A code is compared without case and underscores (v1 spells one code in two ways). Providers add
codes without notice, so the table is never the last word.
"""

from dataclasses import dataclass

from upstream.causes import CAUSES, Cause, Side


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause, and the code as the provider sent it."""

    cause: Cause
    code: str

    @property
    def is_known(self) -> bool:
        return self.cause.slug not in ("unknown", "no-reason")

    @property
    def sentence(self) -> str:
        """What happened; a code nobody knows is part of it, as it came."""
        if self.cause.slug == "unknown":
            return f"{self.cause.sentence.removesuffix('.')}: {self.code}"
        return self.cause.sentence

    @property
    def side(self) -> Side:
        return self.cause.side

    @property
    def advice(self) -> tuple[str, ...]:
        return self.cause.advice

    @property
    def outcome(self) -> str:
        """The word of bots.models.Outcome for a bot that brought nothing home."""
        return self.cause.outcome


def _plain(code: str) -> str:
    return code.removeprefix("FST_ERR_").replace("_", "").lower()


_BY_CODE = {_plain(code): cause for cause in CAUSES.values() for code in cause.codes}


def explain(code: str) -> Reason:
    """Return the reason behind a code; an unknown one is shown as it is, never guessed at."""
    if not code:
        return Reason(CAUSES["no-reason"], "")
    return Reason(_BY_CODE.get(_plain(code), CAUSES["unknown"]), code)
