"""Values of odd kinds are refused in words, whatever stands beside them."""

from __future__ import annotations

import pytest

from toc_sim.errors import ScenarioError
from toc_sim.scenario.load import read

ODD = (
    "two",
    "''",
    "[]",
    "[1, two]",
    "{}",
    "{a: 1, b: two}",
    "{a: {a: 1}}",
    "true",
    "null",
    "-1",
    "1.5",
    "1e300",
    "{profile: [[0, x]]}",
    "{empirical: [a]}",
    "{every: x, items: y}",
)
FIELDS = (
    *("takes", "gives", "buffer", "stock", "cv", "distribution", "rounds", "due"),
    *("priority", "servers", "patience", "availability", "conversion", "resource"),
    *("calendar", "routing", "benchmark", "cost_per_item", "time", "rate", "dispatch"),
)


@pytest.mark.parametrize("field", FIELDS)
def test_a_stage_with_a_value_of_an_odd_kind_is_read_or_refused(field: str) -> None:
    """Kinds are checked before values are compared: no pair leads to a fault."""
    for odd in ODD:
        for beside in ("", "buffer: 1, ", "takes: {a: 2, b: 3}, ", "stock: 3, "):
            own = beside if not beside.startswith(field) else ""
            pace = "" if field in {"time", "rate"} else "rate: 1, "
            text = (
                "format: 1\nname: n\nstages:\n"
                "  a: {kind: machine, rate: 1}\n  b: {kind: machine, rate: 1}\n"
                f"  c: {{kind: machine, {pace}{own}{field}: {odd}}}\n"
                "flow:\n  - a -> c\n  - b -> c\n"
            )
            try:
                read(text, "odd.yaml")
            except ScenarioError as error:
                assert error.problems  # noqa: PT017 - any other error fails
