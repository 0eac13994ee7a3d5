"""What will be closed by a date, from what is open today: a band, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Progress, simulate
from toc_sim.errors import TocError
from toc_sim.language import phrase_of
from toc_sim.network import network
from toc_sim.outlook.backtest import Backtest
from toc_sim.outlook.band import Chance, QuarterBand, band, chance
from toc_sim.outlook.evidence import evidence_notices, refuse_thin_evidence
from toc_sim.outlook.futures import Future, Today, futures, today
from toc_sim.outlook.item_worth import ItemWorth, desk_of, item_worths
from toc_sim.outlook.last_call import LastCall, last_calls
from toc_sim.outlook.quarter_gains import QuarterGains, quarter_gains
from toc_sim.outlook.todays_items import TodaysItems
from toc_sim.records.notices import Notice
from toc_sim.scenario.model import Scenario

FUTURES = 1000
"""Runs behind a band, where nothing else is said."""

COMPARED = 200
"""Runs of each that are compared to tell who limits the quarter, at most."""

WATCHED = 200
"""Runs that are watched event by event for the last call, at most."""

MOST_POINTS, FEWEST_POINTS = 120, 40
"""Points of the fan: a whole number for each period, at least the second, where that
are not more than the first; else as many as the second."""

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """A figure at the date, and how it divides.

    Attributes
    ----------
    whole
        All that is closed.
    in_the_bag
        Of that what is open today.
    to_be_found
        Of that what is yet to come in. In every run both add up to the whole, and so do
        their means; their bands do not, since one may be good while the other is bad.
    """

    whole: QuarterBand
    in_the_bag: QuarterBand
    to_be_found: QuarterBand


@dataclass(frozen=True, slots=True)
class Fan:
    """How closings add up to the date.

    Attributes
    ----------
    times
        From today [periods]; shape (points,).
    low, middle, high
        P10, P50 and P90 of what is closed by then [items]; shape (points,).
    in_the_bag, whole
        Means of what is closed by then, of today's items and of all [items].
    """

    times: tuple[float, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    in_the_bag: tuple[float, ...]
    whole: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will be closed by a date, from what is open today.

    Attributes
    ----------
    scenario
        The pipeline as it was given.
    opened
        What is open today.
    until
        The date, from today [periods].
    runs, seed
        How many futures were run, on which chance.
    closings
        How many items are closed by the date [items].
    money
        What they are worth [money]; None: nothing is known of money.
    target, target_money
        How likely so many closings, or so much money, are reached; None: not asked.
    gains
        What 10 % more of each brings by the date, and so who limits the quarter.
    long_run
        The verdict on the scenario as it settles; None: it could not be told.
    last_calls
        By stage, after when new work hardly counts.
    desk
        Whose time the items are weighed by; empty: nobody's time is short.
    items
        What each open item brings, the best for the time of the desk first.
    fan
        How closings add up.
    uncertain
        How many numbers of the scenario were drawn anew for each run.
    notices
        What is to be known besides.
    backtest
        How good past forecasts were; None: not asked.
    """

    scenario: Scenario
    opened: TodaysItems
    until: float
    runs: int
    seed: int
    closings: Split
    money: Split | None
    target: Chance | None
    target_money: Chance | None
    gains: QuarterGains
    long_run: Verdict | None
    last_calls: tuple[LastCall, ...]
    desk: str
    items: tuple[ItemWorth, ...]
    fan: Fan
    uncertain: int
    notices: tuple[Notice, ...]
    backtest: Backtest | None = None


def forecast(  # noqa: PLR0913 - all but the first two are told by name
    scenario: Scenario,
    opened: TodaysItems,
    *,
    until: float,
    target: float | None = None,
    target_money: float | None = None,
    replications: int = FUTURES,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Say what will be closed by a date, from what is open today.

    Parameters
    ----------
    scenario
        The pipeline; its uncertain numbers are drawn anew for each run.
    opened
        What is open.
    until
        The date, from today [periods].
    target, target_money
        How many closings [items], and how much money, are wanted by then.
    replications
        How many futures are run.
    seed
        Which chance they meet; None: that of the scenario.
    progress
        Called after each run of the band.

    Raises
    ------
    TocError
        If too little is known for a band, or nothing is closed in any of the runs.
    """
    refuse_thin_evidence(scenario, replications)
    start = today(scenario, opened.items, until=until, seed=seed)
    found = tuple(futures(start, range(replications), progress))
    _refuse_nothing(start, found)
    counts, money = _split(found, _count), _split(found, _money)
    gains = quarter_gains(start, min(replications, COMPARED), scenario.run.confidence)
    desk = desk_of(start.start(0).network, gains)
    has_money = start.amounts.are_there
    wanted, wanted_money = target, target_money
    if wanted_money is not None and not has_money:
        raise TocError(_NO_MONEY)
    return Forecast(
        scenario=scenario,
        opened=opened,
        until=until,
        runs=replications,
        seed=start.seed,
        closings=_bands(counts),
        money=_bands(money) if has_money else None,
        target=None if wanted is None else chance(counts.sum(axis=1), wanted),
        target_money=None
        if wanted_money is None
        else chance(money.sum(axis=1), wanted_money),
        gains=gains,
        long_run=_long_run(scenario),
        last_calls=last_calls(start, range(min(replications, WATCHED))),
        desk=desk,
        items=item_worths(start, found, desk),
        fan=_fan(found, until),
        uncertain=len(scenario.uncertain),
        notices=(*opened.notices, *_stale(start), *evidence_notices(scenario)),
    )


def _stale(start: Today) -> Iterator[Notice]:
    """Yield how many items are so old that they are not thought to come."""
    count = start.standings.lost
    if count:
        sentence = phrase_of(
            "{count} open item has been at its stage for longer than any that goes on: "
            "it is taken for lost.",
            "{count} open items have been at their stage for longer than any that goes "
            "on: they are taken for lost.",
            count,
            count=count,
        )
        yield Notice("too old", sentence, "doubt", {"items": float(count)})


_NO_MONEY = (
    "nothing is known of money: there are no prices, and too few amounts of what is "
    "open\n    hint: give the scenario economics.price, or the file of open items a "
    "column of amounts"
)


def _refuse_nothing(start: Today, found: Sequence[Future]) -> None:
    if not any(len(future.times) for future in found):
        period = start.scenario.period
        raise TocError(
            f"nothing is closed within {start.until:g} ({period}) in any of "
            f"{len(found)} runs\n    hint: is that shorter than an item takes to pass?"
        )


_Measure = Callable[[Future, NDArray[np.bool_]], float]


def _count(_future: Future, which: NDArray[np.bool_]) -> float:
    return float(which.sum())


def _money(future: Future, which: NDArray[np.bool_]) -> float:
    return float(future.money[which].sum())


def _split(found: Sequence[Future], measure: _Measure) -> _Array:
    """Return what is in the bag, and what is to be found; shape (runs, 2)."""
    return np.array(
        [
            [measure(future, future.items >= 0), measure(future, future.items < 0)]
            for future in found
        ]
    )


def _bands(values: _Array) -> Split:
    bag, to_find = band(values[:, 0]), band(values[:, 1])
    whole = replace(band(values.sum(axis=1)), mean=bag.mean + to_find.mean)
    return Split(whole, bag, to_find)


def _fan(found: Sequence[Future], until: float) -> Fan:
    """Return how closings add up over points of time."""
    whole = ceil(until)
    points = whole * ceil(FEWEST_POINTS / whole)
    points = points if points <= MOST_POINTS else FEWEST_POINTS
    times = np.linspace(0.0, until, points + 1)
    every = np.array([np.searchsorted(f.times, times, side="right") for f in found])
    bag = np.array(
        [np.searchsorted(f.times[f.items >= 0], times, side="right") for f in found]
    )
    low, middle, high = np.quantile(
        every, (0.1, 0.5, 0.9), axis=0, method="inverted_cdf"
    )
    return Fan(
        *(
            tuple(map(float, each))
            for each in (times, low, middle, high, bag.mean(axis=0), every.mean(axis=0))
        )
    )


def _long_run(scenario: Scenario) -> Verdict | None:
    """Return the verdict on a scenario as it settles, whatever is open today."""
    try:
        return diagnose(simulate(network(scenario)))
    except TocError:
        return None
