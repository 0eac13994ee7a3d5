"""What became of cases in a stretch of time: the same of records and of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toc_sim.calibration.open_cases import mean_open, open_at
from toc_sim.records.visits import CASE_LOST, CASE_WON, Days, Visits

_SAMPLE = 200
"""Won cases whose turn is looked at."""


@dataclass(frozen=True, slots=True)
class CaseCourse:
    """Cases in time, by days since a stretch of time began.

    Attributes
    ----------
    length
        Of the stretch [days].
    begun, over
        When each case came and was over [days]; below 0: before the stretch; nan: not
        told, or not within it.
    won, lost
        Whether it came to its good end in the stretch or before, or was lost; neither:
        it is open. Shape (cases,), bool.
    amount
        What each is worth [money]; nan: not told.
    stays
        By node, when cases came to it and had done with it [days].
    """

    length: float
    begun: Days
    over: Days
    won: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    lost: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    amount: Days
    stays: Mapping[str, tuple[Days, Days]]

    @property
    def arrivals(self) -> float:
        """Cases that came in the stretch [items/day]."""
        return float(((self.begun > 0) & (self.begun <= self.length)).sum()) / (
            self.length
        )

    @property
    def wins(self) -> int:
        """Cases that were won in it [items]."""
        return int((self.won & self._ended).sum())

    @property
    def losses(self) -> int:
        """Cases that were lost in it [items]."""
        return int((self.lost & self._ended).sum())

    @property
    def flow_times(self) -> Days:
        """How long the cases took that were won in it [days]."""
        took = (self.over - self.begun)[self.won & self._ended]
        return took[np.isfinite(took)]

    @property
    def loss_times(self) -> Days:
        """How long the cases took that were lost in it [days]."""
        took = (self.over - self.begun)[self.lost & self._ended]
        return took[np.isfinite(took)]

    @property
    def older_open(self) -> float:
        """When a case is won, the part of those then open that came before it [1].

        Of some `_SAMPLE` of those that were won, spread over the stretch: 0 where each
        is won in its turn, about a half where turns do not count.
        """
        won = np.flatnonzero(self.won & self._ended & np.isfinite(self.begun))
        won = won[np.argsort(self.over[won], kind="stable")]
        over = np.where(np.isfinite(self.over), self.over, np.inf)
        parts = []
        for each in won[:: max(1, len(won) // _SAMPLE)]:
            now = self.over[each]
            is_open = (self.begun <= now) & (over > now)
            if is_open.any():
                parts.append((self.begun[is_open] < self.begun[each]).mean())
        return float(np.mean(parts)) if parts else np.nan

    @property
    def revenue(self) -> float:
        """What was won in it [money/day]."""
        return float(np.nansum(self.amount[self.won & self._ended])) / self.length

    @property
    def won_of_begun(self) -> float:
        """Of the cases that came in it the part that was won in it [1]."""
        came = (self.begun > 0) & (self.begun <= self.length)
        return float((self.won & self._ended)[came].mean()) if came.any() else np.nan

    @property
    def open_mean(self) -> float:
        """Cases open, exact time average [items]."""
        return mean_open(self.begun, self.over, 0.0, self.length)

    def open_mean_at(self, node: str) -> float:
        """Return how many are at a node, exact time average [items]."""
        came, left = self.stays[node]
        return mean_open(came, left, 0.0, self.length)

    def counted(self, moments: Days) -> Mapping[str, Days]:
        """Return by each moment [days] how many came, ended, were won, are open."""
        every = {
            "arrivals": self.begun[self.begun > 0],
            "endings": self.over[self._ended],
            "wins": self.over[self._ended & self.won],
        }
        found = {
            name: np.searchsorted(np.sort(times), moments, side="right").astype(float)
            for name, times in every.items()
        }
        return {**found, "open": open_at(self.begun, self.over, moments)}

    @property
    def _ended(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return (self.over > 0) & (self.over <= self.length)


def recorded_course(
    visits: Visits, nodes: Mapping[str, str], low: float, high: float
) -> CaseCourse:
    """Return what records tell of a stretch of time.

    Parameters
    ----------
    visits
        The records.
    nodes
        By stage of theirs, as which node of a model it counts.
    low, high
        Where the stretch begins and ends [days].
    """
    over = np.where(visits.closed <= high, visits.closed, np.nan)
    ended = np.isfinite(over)
    stays: dict[str, tuple[Days, Days]] = {}
    left = np.fmin(visits.finished, visits.closed[visits.case])
    for node in dict.fromkeys(nodes.values()):
        stages = [
            number
            for number, name in enumerate(visits.stages)
            if nodes.get(name) == node
        ]
        here = np.isin(visits.stage, stages)
        stays[node] = visits.arrived[here] - low, left[here] - low
    return CaseCourse(
        length=high - low,
        begun=np.where(visits.created <= high, visits.created, np.nan) - low,
        over=over - low,
        won=ended & (visits.outcome == CASE_WON),
        lost=ended & (visits.outcome == CASE_LOST),
        amount=visits.amount,
        stays=stays if visits.tells_history else {},
    )
