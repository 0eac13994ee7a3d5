"""Where records have a case while a model has it on a way from one node to the next.

A model has work at its nodes, and other time on its ways. Records have a case at a
stage from when it came there until the last work on it was over, breaks included.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from toc_sim.records.visits import Days, Visits

WayParts = Mapping[tuple[str, str], tuple[float, float]]
"""By the nodes at its ends (an empty name: outside), the part of the time on a way that
records tell at the first of them, and at the second [1]."""


def way_parts(visits: Visits, nodes: Mapping[str, str]) -> WayParts:
    """Return where records have cases that a model has on its ways.

    Parameters
    ----------
    visits
        The records.
    nodes
        By stage of theirs, which node it is.
    """
    number = {name: each for each, name in enumerate(dict.fromkeys(nodes.values()))}
    node_of = np.array([number.get(nodes.get(s, ""), -1) for s in visits.stages])
    rows = np.flatnonzero((node_of[visits.stage] >= 0) & np.isfinite(visits.arrived))
    node, case = node_of[visits.stage[rows]], visits.case[rows]
    arrived, done = visits.arrived[rows], _work_done(visits)[rows]
    begun = np.where(np.isfinite(visits.started), visits.started, visits.arrived)[rows]
    left = np.where(np.isfinite(visits.finished[rows]), visits.finished[rows], done)
    goes_on = np.append(case[1:] == case[:-1], False) if len(rows) else case > 0
    following = np.append(np.arange(1, len(rows)), -1)[: len(rows)]
    ends = np.where(goes_on, begun[following], visits.closed[case])
    target = np.where(goes_on, node[following], -1)
    reached = np.where(goes_on, arrived[following], ends)
    first = np.ones(len(rows), bool)
    first[1:] = ~goes_on[:-1]
    created = visits.created[case[first]]
    spans = (
        (node, target, done, np.fmin(left, ends), np.fmax(reached, left), ends),
        (
            np.full(int(first.sum()), -1),
            node[first],
            created,
            created,
            np.fmax(arrived[first], created),
            begun[first],
        ),
    )
    names = [*number, ""]
    return _parts(names, [np.concatenate(each) for each in zip(*spans, strict=True)])


def _parts(names: list[str], spans: list[Days]) -> WayParts:
    """Return the parts by way; spans: source, target, and four moments in order."""
    source, target, begin, left, reached, end = spans
    whole = end - begin
    known = np.isfinite(whole) & (whole > 0)
    at_first = np.clip(left - begin, 0.0, whole)
    at_second = np.clip(end - reached, 0.0, whole - at_first)
    found = {}
    pairs = np.unique(np.stack([source[known], target[known]]), axis=1).T
    for a, b in pairs.astype(int):
        here = known & (source == a) & (target == b)
        total = float(whole[here].sum())
        found[names[a], names[b]] = (
            float(np.nansum(at_first[here])) / total,
            float(np.nansum(at_second[here])) / total,
        )
    return found


def _work_done(visits: Visits) -> Days:
    """Return when each visit's work would be over if it were done in one go [days]."""
    if visits.sessions is None:
        return np.where(np.isfinite(visits.started), visits.finished, visits.arrived)
    took = np.nan_to_num(visits.sessions.finished - visits.sessions.started)
    work = np.bincount(visits.sessions.visit, took, minlength=len(visits.case))
    begun = np.where(np.isfinite(visits.started), visits.started, visits.arrived)
    return np.asarray(begun + work)
