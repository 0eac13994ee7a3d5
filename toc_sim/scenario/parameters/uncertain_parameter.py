"""A parameter that is not known exactly: what kind of number it is, and what it may be.

Rates and times of nodes may be measured in a file, whose cv then goes with the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from toc_sim.scenario.fields.behaviour import CV_ROUNDING, LARGEST_CV, MAX_CV
from toc_sim.scenario.fields.nodes import PACES, Node, Stage
from toc_sim.scenario.fields.numbers import Entry, about
from toc_sim.scenario.fields.openings import most_open
from toc_sim.scenario.fields.sections import OPEN_HOURS, Calendar
from toc_sim.scenario.fields.uncertain import MeasuredFile, Uncertainty
from toc_sim.scenario.parameters.beliefs import Belief, NumberKind, belief_of
from toc_sim.scenario.parameters.measured_times import MeasuredTimes, measured_times
from toc_sim.scenario.parameters.paths import (
    Target,
    entry_at,
    field_at,
    target_of,
    value_of,
)
from toc_sim.scenario.parts import Parts

_KINDS: Mapping[str, NumberKind] = {
    "share": "share",
    "items/period": "rate",
    "periods": "time",
}
"""Kinds of numbers by their units."""


@dataclass(frozen=True)
class UncertainParameter:
    """One entry of the section `uncertain`, and the parameter that it is of.

    Attributes
    ----------
    path
        As the file says it.
    said
        How surely the number is known.
    target, home
        What the path leads to, and the entry that this is in.
    value
        What the file says of it.
    """

    path: str
    said: Uncertainty
    target: Target
    home: Entry
    value: Any

    @property
    def kind(self) -> NumberKind:
        """What kind of number it is."""
        field = field_at(self.home, self.target)
        unit = "periods" if field is None else about(field).unit
        return _KINDS.get(unit, "number")

    @cached_property
    def belief(self) -> Belief:
        """The distribution of the number, where its form says one.

        Raises
        ------
        TypeError
            If it was measured in a file (`times`).
        """
        found = belief_of(self.said, self.kind)
        if self.target.fields[-1] == "cv":
            return replace(found, lowest=CV_ROUNDING, highest=self._largest_cv)
        if isinstance(self.home, Calendar) and self.target.fields == (OPEN_HOURS,):
            most = most_open(self.home.open, self.home.cycle)
            return replace(found, highest=most)
        return found

    @cached_property
    def times(self) -> MeasuredTimes | None:
        """The times that were measured; None: its form says a distribution.

        Raises
        ------
        ScenarioError
            If their file cannot be read.
        """
        if isinstance(self.said, MeasuredFile):
            return measured_times(self.said, self.path)
        return None

    @property
    def mean(self) -> float:
        """The mean of what the number may be, in its unit; of times the file's."""
        times = self.times
        return self.belief.mean if times is None else self._of_time(times.mean)

    def quantile(self, chance: float) -> float:
        """Return what the number is below with a chance.

        Parameters
        ----------
        chance
            Above 0 and below 1 [1].

        Raises
        ------
        ScenarioError
            If it was measured in a file that cannot be read.
        """
        times = self.times
        if times is None:
            return self.belief.quantile(chance)
        return self._of_time(times.quantile(self._chance_of_time(chance)))

    @property
    def interval(self) -> tuple[float, float]:
        """From the 2.5 % to the 97.5 % quantile."""
        return self.quantile(0.025), self.quantile(0.975)

    def drawn(self, chance: float) -> tuple[float, Mapping[str, float]]:
        """Return the number of a chance, and what goes with it by path: a measured cv.

        Parameters
        ----------
        chance
            Above 0 and below 1 [1].
        """
        if self.times is None or not self._has_cv:
            return self.quantile(chance), {}
        cv = self.times.cv_at(self._chance_of_time(chance))
        cv = min(max(cv, CV_ROUNDING), self._largest_cv)
        return self.quantile(chance), {f"{self.target.home[1]}.cv": cv}

    def _of_time(self, mean: float) -> float:
        """Return the number that a mean time stands for."""
        if self.kind != "rate":
            return mean
        is_whole = isinstance(self.home, Stage) and self.target.fields[0] == "capacity"
        servers = self.home.servers if is_whole and isinstance(self.home, Stage) else 1
        return servers / mean

    def _chance_of_time(self, chance: float) -> float:
        """Return the chance of the time where the number has one: fast is short."""
        return 1 - chance if self.kind == "rate" else chance

    @property
    def _has_cv(self) -> bool:
        """Whether the file says of a node how its times vary, by a cv of its own."""
        fields, node = self.target.fields, self.home
        if not isinstance(node, Node) or fields[0] not in (*PACES, *_CLOCKS):
            return False
        return bool(node.cv) and node.distribution != "exponential"

    @property
    def _largest_cv(self) -> float:
        """The largest that a cv beside the shape of its chance can be [1]."""
        place: Any = self.home
        for field in self.target.fields[:-1]:
            place = getattr(place, field)
        shape = getattr(place, "distribution", None)
        return LARGEST_CV.get(shape, MAX_CV) if isinstance(shape, str) else MAX_CV


_CLOCKS = ("arrivals", "demand")
"""Where a node without servers says its pace."""


def uncertain_parameters(
    said: Mapping[str, Uncertainty], parts: Parts
) -> tuple[UncertainParameter, ...]:
    """Return the parameters that are not known exactly, in the order of the file.

    Parameters
    ----------
    said
        The section `uncertain` of a scenario that has passed its checks.
    parts
        The pipeline.
    """
    found = (uncertain_parameter(path, each, parts) for path, each in said.items())
    return tuple(each for each in found if each is not None)


def uncertain_parameter(
    path: str, said: Uncertainty, parts: Parts
) -> UncertainParameter | None:
    """Return one of them; None where its path leads nowhere, or into what is broken.

    Parameters
    ----------
    path
        As the file says it.
    said
        How surely the number is known.
    parts
        The pipeline.
    """
    target = target_of(path, parts)
    if not isinstance(target, Target):
        return None
    home = entry_at(target, parts)
    if home is None:
        return None
    return UncertainParameter(path, said, target, home, value_of(target, parts))
