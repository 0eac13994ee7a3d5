"""The exact and published results, as data: what is known, and who says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("cases.json")


@dataclass(frozen=True, slots=True)
class Case:
    """One result that is known without simulating.

    Attributes
    ----------
    id, family
        Its name and the kind of system.
    source
        Who published it, or how it was derived.
    what
        The system in a sentence.
    parameters
        The system's figures, and exact figures beside `value` where known.
    quantity, value
        What is known, and its value: a number (or several, of a formula).
    verified
        How the value was recomputed before it came in here.
    """

    id: str
    family: str
    source: str
    what: str
    parameters: Mapping[str, Any]
    quantity: str
    value: Any
    verified: str

    def __getitem__(self, key: str) -> Any:
        """Return one of the parameters."""
        return self.parameters[key]


def read_cases() -> tuple[Case, ...]:
    """Return all cases in the order of their file."""
    return tuple(Case(**case) for case in json.loads(FILE.read_text("utf-8")))


CASES = {case.id: case for case in read_cases()}
"""All cases by name."""


def elasticities(case: Case) -> tuple[float, ...]:
    """Return the exact constraint share of each station; empty where unknown.

    The share of station i is mu_i / T x dT/dmu_i; shares add up to one because
    throughput is homogeneous of degree one in all the rates (Euler).
    """
    given = case.parameters
    if "elasticity" in given:
        return tuple(given["elasticity"])
    slopes = given.get("dTP_dmu", given.get("dTP_dmu_server"))
    if slopes is None:
        return ()
    rates = given["mu"]
    weights = [rate * slope for rate, slope in zip(rates, slopes, strict=True)]
    return tuple(weight / exact_throughput(case) for weight in weights)


def exact_throughput(case: Case) -> float:
    """Return the exact throughput of a serial line [items/period].

    Where the case is about something else, it follows from how busy station 1 is.
    """
    if "throughput" in case.quantity:
        return float(case.value)
    servers = case.parameters.get("c", [1])[0]
    return float(case["busy"][0] * case["mu"][0] * servers)
