"""Which engine runs a scenario: the one that it names, or what is sooner done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toc_sim import TocError, load, network_of
from toc_sim.engine import simulate as either
from toc_sim.engine.simulate import (
    EXPERIMENT_REPLICATIONS,
    WORTHWHILE,
    engine_for,
    for_many,
)
from toc_sim.scenario.overrides import replaced

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_the_engine_is_what_the_scenario_says_or_what_is_sooner_done() -> None:
    """By the work in it alone, so that it is the same everywhere."""
    cups = load(SCENARIOS / "paper_cups_random.yaml")
    runs = cups.run.replications + 2 * EXPERIMENT_REPLICATIONS  # with two lifts
    services = (12 + 8 + 10 + 9 + 11) * runs
    little = replaced(cups, {"run.horizon": 0.99 * WORTHWHILE / services})
    much = replaced(cups, {"run.horizon": 1.01 * WORTHWHILE / services})

    assert engine_for(network_of(little)) == "simpy"
    assert engine_for(network_of(much)) == "compiled"
    assert engine_for(network_of(replaced(much, {"run.engine": "simpy"}))) == "simpy"
    assert engine_for(network_of(replaced(little, {"run.engine": "compiled"}))) == (
        "compiled"
    )


def test_many_variants_decide_the_engine_together() -> None:
    """What takes seconds alone takes minutes fifty times; who chose is heard."""
    cups = load(SCENARIOS / "paper_cups_random.yaml")
    services = (12 + 8 + 10 + 9 + 11) * cups.run.replications
    little = replaced(cups, {"run.horizon": 0.0201 * WORTHWHILE / services})
    chosen = replaced(little, {"run.engine": "simpy"})

    assert for_many(little, 48) is little
    assert for_many(little, 50).run.engine == "compiled"
    assert for_many(chosen, 50) is chosen


def test_experiments_behind_the_shares_count_too() -> None:
    """Where the path may not be trusted, they are most of the work."""
    cups = load(SCENARIOS / "paper_cups_random.yaml")
    services = (12 + 8 + 10 + 9 + 11) * cups.run.replications
    little = replaced(cups, {"run.horizon": 0.3 * WORTHWHILE / services})
    closed = little.changed(
        calendars={"day": {"cycle": 1, "open": [[0, 0.9]]}},
        stages={
            **little.stages,
            "machine_2": little.stages["machine_2"].changed(calendar="day"),
        },
    )
    few = replaced(closed, {"run.replications": 2, "run.horizon": 1})

    assert engine_for(network_of(little)) == "simpy"
    assert engine_for(network_of(closed)) == "compiled"
    assert engine_for(network_of(few)) == "simpy"


def test_what_the_compiled_engine_cannot_do_is_refused() -> None:
    """A trace is SimPy's; who insists on the other engine is told so."""
    cups = replaced(load(SCENARIOS / "paper_cups.yaml"), {"run.engine": "compiled"})

    course: Any = {"seed": 1, "replication": 0, "horizon": 9.0, "warmup": 0.0}
    events: list[Any] = []
    with pytest.raises(TocError, match=r"^run\.engine: the compiled engine keeps no"):
        either.run(network_of(cups), **course, trace=events.append)
