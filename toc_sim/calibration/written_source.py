"""The source of a scenario: how many cases come, and how much that varies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.estimates import Estimate
from toc_sim.calibration.fitted_time import rounded
from toc_sim.calibration.steady_window import CountSpread, SteadyWindow, count_spread
from toc_sim.calibration.written_figures import between, short
from toc_sim.language import phrase

SOURCE_NAME = "arrivals"
"""What the source is called in every scenario that is drawn."""


@dataclass(frozen=True, slots=True)
class WrittenSource:
    """The source as the scenario file has it.

    Attributes
    ----------
    entry, comments
        What the file says of it, and what stands behind each key.
    estimates
        Of its numbers.
    pace
        How many cases come [items/period].
    """

    entry: Mapping[str, Any]
    comments: Mapping[str, str]
    estimates: tuple[Estimate, ...]
    pace: float


def written_source(came: Reals, window: SteadyWindow, days: float) -> WrittenSource:
    """Return the source of a scenario.

    Parameters
    ----------
    came
        When each case came [days].
    window
        The stretch of time that counts.
    days
        How long a period is [days].
    """
    count = int(((came > window.begin) & (came <= window.end)).sum())
    periods = window.days / days
    spread = count_spread(came, window, days)
    low, high = pace_interval(count, periods, spread)
    as_good = count / max(spread.cv**2, 1.0)
    told = {"count": rounded(as_good), "over": rounded(as_good * periods / count)}
    origin = phrase(
        "{count} cases came in {periods} periods",
        count=short(count),
        periods=short(periods),
    )
    arrivals = Estimate(
        f"{SOURCE_NAME}.arrivals",
        rounded(count / periods),
        low,
        high,
        origin,
        count,
        told,
    )
    cv = Estimate(
        f"{SOURCE_NAME}.cv",
        max(rounded(spread.cv, 3), 0.01),
        spread.low,
        spread.high,
        _about_spread(spread),
        count,
    )
    estimates = (arrivals, cv)
    comments = {
        each.path.rpartition(".")[2]: f"{each.origin}; {between(each.low, each.high)}"
        for each in estimates
    }
    entry = {"kind": "source", "arrivals": arrivals.value, "cv": cv.value}
    return WrittenSource(entry, comments, estimates, count / periods)


def pace_interval(
    count: int, periods: float, spread: CountSpread
) -> tuple[float, float]:
    """Return the 95 % interval of a pace by a count.

    Gamma's, of the count that has the same spread: one that varies more than Poisson's
    tells as much as a smaller one that does not.

    Parameters
    ----------
    count
        What was counted.
    periods
        In so long a time.
    spread
        How much counts vary.
    """
    from scipy.stats import gamma

    as_good = max(count / max(spread.cv**2, 1.0), 0.5)
    pace = count / periods / as_good
    return float(gamma.ppf(0.025, as_good)) * pace, float(
        gamma.ppf(0.975, as_good)
    ) * pace


def _about_spread(spread: CountSpread) -> str:
    if spread.windows == 0:
        return phrase("by the times between arrivals")
    return phrase(
        "how much counts vary from one to the next, {count} of them",
        count=short(spread.windows),
    )
