"""A model beside its records, for machines: one JSON object."""

from __future__ import annotations

from toc_sim.calibration.course_bands import Band, CourseBands
from toc_sim.calibration.reconcile import Reconciliation, StretchCompared
from toc_sim.report.document import FORMAT, JsonObject, fields_of

_ROW = "figure=name node? records model low high error bound agreement"

_STRETCH = "first last begin_day=begin end_day=end sentence misses"


def reconcile_document(found: Reconciliation) -> JsonObject:
    """Return a model beside its records, ready for JSON.

    Parameters
    ----------
    found
        Both.

    Returns
    -------
    Its sentence; `usable`, whether it misses nothing of the time that it was drawn
    from; and for that time and the held-back part the rows of the table and the courses
    in time.
    """
    return {
        "format": FORMAT,
        "usable": found.is_usable,
        "sentence": found.sentence,
        "why_not": list(found.why_not),
        "period": found.period,
        "whole": found.whole and _stretch(found.whole),
        "held_back": found.held_back and _stretch(found.held_back),
    }


def _stretch(found: StretchCompared) -> JsonObject:
    return {
        **fields_of(found, _STRETCH),
        "rows": [fields_of(row, _ROW) for row in found.rows],
        "course": _course(found.bands),
    }


def _course(bands: CourseBands) -> JsonObject:
    return {
        "days": bands.moments.tolist(),
        **{name: _band(band) for name, band in bands.counts.items()},
        "quantiles": bands.quantiles.tolist(),
        "flow_times": _band(bands.flow_times),
    }


def _band(band: Band) -> JsonObject:
    return {
        "records": band.records.tolist(),
        "low": band.low.tolist(),
        "mean": band.middle.tolist(),
        "high": band.high.tolist(),
    }
