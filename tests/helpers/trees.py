"""Draws stages whose answer can be written down, their rates as far apart as can be."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st

RATES = st.floats(-6, 6).map(lambda exponent: float(10**exponent))
"""From a millionth to a million items per period."""

FEW = st.integers(1, 3).map(float)
"""So few that most limits tie."""

CONVERSIONS = st.integers(1, 20).map(lambda twentieths: twentieths / 20)


class Tree(NamedTuple):
    """Stages that split what they make evenly among those after them.

    Attributes
    ----------
    rates, conversions
        By stage.
    ways
        Pairs of an earlier stage and a later one.
    """

    rates: list[float]
    conversions: list[float]
    ways: list[tuple[int, int]]

    def after(self, stage: int) -> list[int]:
        """Return where a stage hands on to."""
        return [end for start, end in self.ways if start == stage]

    def starts(self, rates: list[Fraction] | None) -> list[Fraction]:
        """Return the starts of all stages, for one at the first if nothing limits."""
        arrived = [Fraction(1), *[Fraction(0)] * (len(self.rates) - 1)]
        if rates is not None:
            arrived[0] = rates[0]
        started = []
        for stage, conversion in enumerate(self.conversions):
            most = arrived[stage]
            started.append(most if rates is None else min(most, rates[stage]))
            for after in self.after(stage):
                part = Fraction(conversion) / len(self.after(stage))
                arrived[after] += started[stage] * part
        return started

    def bought(self, starts: list[Fraction]) -> Fraction:
        """Return what the last stages make of these starts."""
        ends = [stage for stage in range(len(starts)) if not self.after(stage)]
        return sum(
            (starts[end] * Fraction(self.conversions[end]) for end in ends), Fraction(0)
        )


@st.composite
def trees(draw: st.DrawFn, rate: st.SearchStrategy[float] = RATES) -> Tree:
    """Draw stages in which every one but the first follows one or two before it."""
    size = draw(st.integers(2, 8))
    ways = set()
    for stage in range(1, size):
        before = st.integers(0, stage - 1)
        ways |= {(draw(before), stage), (draw(before), stage)}
    rates = st.lists(rate, min_size=size, max_size=size)
    conversions = st.lists(CONVERSIONS, min_size=size, max_size=size)
    return Tree(draw(rates), draw(conversions), sorted(ways))
