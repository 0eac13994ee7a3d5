"""The unit of time in which a scenario is told, by how long its records last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toc_sim.errors import Argument, QuestionError
from toc_sim.language import phrase

DAYS_IN: Mapping[str, float] = {
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 365.25 / 12,
}
"""How long each period is [days]."""

_LONGEST = (("hour", 4.0), ("day", 56.0), ("week", 1200.0))
"""Up to which span each period is taken [days]; beyond the last it is the month."""


@dataclass(frozen=True, slots=True)
class ChosenPeriod:
    """A period and its length.

    Attributes
    ----------
    name
        As the scenario file calls it.
    days
        How long it is [days].
    """

    name: str
    days: float


def chosen_period(span: float, asked: str | None) -> ChosenPeriod:
    """Return the period in which a scenario is told.

    Parameters
    ----------
    span
        Of the records [days].
    asked
        By name, where somebody chose it.

    Raises
    ------
    QuestionError
        If there is no such period.
    """
    if asked is None:
        asked = next((name for name, days in _LONGEST if span <= days), "month")
    if asked not in DAYS_IN:
        told = phrase("must be one of {known}", known=", ".join(DAYS_IN))
        raise QuestionError(Argument("period", asked), told)
    return ChosenPeriod(asked, DAYS_IN[asked])
