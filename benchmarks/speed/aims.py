"""What was to be reached, what was measured, and whether it is enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What tells where time or memory goes, if an aim is missed.

    Attributes
    ----------
    subject
        What is looked at; aims with the same are told of together.
    tell
        Looks, and returns what it saw.
    """

    subject: str
    tell: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Aim:
    """One figure beside what it has to be.

    Attributes
    ----------
    what
        The figure, in words.
    got
        What was measured; None: it could not be, as a library is not installed.
    bound
        What it has to be at least, or at most.
    is_least
        Whether the bound is the least.
    unit
        Behind the figures, such as " x" or " MB".
    profile
        What tells why, if it is not reached.
    """

    what: str
    got: float | None
    bound: float
    is_least: bool
    unit: str
    profile: Profile

    @property
    def holds(self) -> bool | None:
        """Whether the aim is reached; None if nobody can say."""
        if self.got is None:
            return None
        return self.got >= self.bound if self.is_least else self.got <= self.bound

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row of the table: figure, aim, measured, whether it holds."""
        sign = "at least" if self.is_least else "at most"
        got = "not installed" if self.got is None else f"{self.got:.3g}{self.unit}"
        said = {True: "yes", False: "**no**", None: "?"}[self.holds]
        return self.what, f"{sign} {self.bound:.4g}{self.unit}", got, said


def at_least(
    what: str, got: float | None, bound: float, unit: str, profile: Profile
) -> Aim:
    """Return an aim that more is better for."""
    return Aim(what, got, bound, is_least=True, unit=unit, profile=profile)


def at_most(
    what: str, got: float | None, bound: float, unit: str, profile: Profile
) -> Aim:
    """Return an aim that less is better for."""
    return Aim(what, got, bound, is_least=False, unit=unit, profile=profile)
