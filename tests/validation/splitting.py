"""Results that follow from a formula of accounting alone: no pipeline, one figure."""

from __future__ import annotations

from math import prod

from toc_sim.accounting.decomposition import decomposed
from validation.cases import Case
from validation.figures import Expressed, StaticFigure

BEFORE = {"leads": 100, "conversion": 0.2, "price": 4, "items": 2, "frequency": 2}
AFTER = {**BEFORE, "leads": 120, "conversion": 0.25}


def lmdi(case: Case) -> Expressed:
    """Express what leads and conversion contribute to a change of revenue."""
    found = {each.name: each.amount for each in decomposed(BEFORE, AFTER)}
    change = case["V1"] - case["V0"]
    figures = {
        "contribution of leads": (case.value, found["leads"]),
        "contribution of conversion": (case["conversion"], found["conversion"]),
        "all contributions": (change, sum(found.values())),
        "revenue before": (case["V0"], prod(BEFORE.values())),
        "revenue after": (case["V1"], prod(AFTER.values())),
    }
    return Expressed(
        case,
        (),
        tuple(_figure(what, *values) for what, values in figures.items()),
        note="by formula, without a pipeline",
    )


def _figure(what: str, expected: float, got: float) -> StaticFigure:
    return StaticFigure(what, expected, lambda _: got)
