"""A map for machines: one JSON object."""

from __future__ import annotations

from toc_sim.experiment.phase_mesh import Border
from toc_sim.experiment.phase_place import Own
from toc_sim.experiment.phase_static import Answer
from toc_sim.experiment.phases import MapPoint, Phases
from toc_sim.experiment.sweep_ranges import Span
from toc_sim.report.documents import Document, interval_document
from toc_sim.report.json_report import FORMAT
from toc_sim.report.sweep_units import unit_of


def phases_document(found: Phases, run: str | None) -> Document:
    """Return a map as plain data, ready for JSON.

    Parameters
    ----------
    found
        What was found.
    run
        The name under which its runs are kept, or None.
    """
    return {
        "format": FORMAT,
        "scenario": found.scenario.name,
        "run": run,
        "seed": found.scenario.run.seed,
        "confidence": found.scenario.run.confidence,
        "warmup": found.warmup,
        "x": _axis(found, found.x),
        "y": _axis(found, found.y),
        "own": None if found.own is None else _own(found.own),
        "regions": [
            {
                "constraint": list(region.names),
                "part": region.part,
                "throughput": {"low": region.low, "high": region.high},
            }
            for region in found.regions
        ],
        "borders": [_border(each) for each in found.borders],
        "grid": [_point(each) for each in found.grid],
    }


def _axis(found: Phases, span: Span) -> Document:
    unit = unit_of(found.scenario, span.path)
    return {"path": span.path, "low": span.low, "high": span.high, "unit": unit}


def _static(answer: Answer) -> Document:
    return {"throughput": answer.throughput, "constraint": list(answer.names)}


def _own(own: Own) -> Document:
    return {
        "x": own.x,
        "y": own.y,
        "static": _static(own.static),
        "on_border": bool(own.meeting),
        "next": {
            each.axis: {
                "value": each.value,
                "distance": each.distance,
                "constraint": list(each.names),
            }
            for each in own.crossings
        },
    }


def _border(border: Border) -> Document:
    return {
        "from": list(border.start),
        "to": list(border.end),
        "between": [list(names) for names in border.names],
    }


def _point(point: MapPoint) -> Document:
    return {
        "x": point.x,
        "y": point.y,
        "static": _static(point.static),
        "simulated": _simulated(point),
    }


def _simulated(point: MapPoint) -> Document | None:
    if point.simulated is None:
        return None
    verdict = point.simulated.verdict
    return {
        "throughput": interval_document(point.simulated.throughput),
        "constraint": None if verdict is None else list(verdict.constraint),
        "verdict": None if verdict is None else verdict.word,
        "shares": {}
        if verdict is None
        else {owner.name: owner.share.mean for owner in verdict.shares},
    }
