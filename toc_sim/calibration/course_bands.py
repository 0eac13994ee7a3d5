"""The course of records in time, and the band in which the runs of a model lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.calibration.case_course import CaseCourse
from toc_sim.records.visits import Days

MOMENTS = 120
"""At which both are laid side by side."""

QUANTILES = tuple(round(0.01 * each, 2) for each in range(1, 100))
"""Of the flow times."""


@dataclass(frozen=True, slots=True)
class Band:
    """One figure over time, or over quantiles.

    Attributes
    ----------
    records
        What the records have.
    low, middle, high
        The least, the mean and the most of the runs of the model.
    """

    records: Days
    low: Days
    middle: Days
    high: Days


@dataclass(frozen=True, slots=True)
class CourseBands:
    """Records and model, side by side.

    Attributes
    ----------
    moments
        Since the stretch began [days].
    counts
        ``arrivals``, ``endings`` and ``wins``: how many since it began [items];
        ``open``: how many are open [items].
    quantiles
        Of flow times of won cases [1].
    flow_times
        At these [days]; nan where nobody won.
    """

    moments: Days
    counts: Mapping[str, Band]
    quantiles: Days
    flow_times: Band


def course_bands(records: CaseCourse, model: Sequence[CaseCourse]) -> CourseBands:
    """Return both side by side.

    Parameters
    ----------
    records, model
        What the records tell, and each run of the model; one run at least.
    """
    moments = np.linspace(0.0, records.length, MOMENTS + 1)
    told = records.counted(moments)
    runs = [each.counted(moments) for each in model]
    counts = {name: _band(told[name], [run[name] for run in runs]) for name in told}
    quantiles = np.array(QUANTILES)
    times = _band(_at(records, quantiles), [_at(each, quantiles) for each in model])
    return CourseBands(moments, counts, quantiles, times)


def _band(records: Days, runs: Sequence[Days]) -> Band:
    every = np.array(runs)
    return Band(records, every.min(axis=0), every.mean(axis=0), every.max(axis=0))


def _at(course: CaseCourse, quantiles: Days) -> Days:
    """Return the flow times at some quantiles [days]."""
    took = course.flow_times
    if not len(took):
        return np.full(len(quantiles), np.nan)
    return np.quantile(took, quantiles)
