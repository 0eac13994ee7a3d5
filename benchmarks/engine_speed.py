"""Compare the engine, measuring everything, with a plain SimPy line measuring nothing.

    python benchmarks/engine_speed.py            # some minutes
    python benchmarks/engine_speed.py --quick    # half a minute, rough

Items per second of processor time are medians over rounds in which both take turns, in
one process. Peak memory is that of a fresh process that runs the line once. Quote the
ratios: absolute figures change from machine to machine, and from hour to hour.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from time import process_time

from plain_simpy import Line, run_plain

CUPS = (12.0, 8.0, 10.0, 9.0, 11.0)
LONG = tuple(8.0 + (7 * stage % 20) / 5 for stage in range(20))
LINES = {
    "W1": Line("paper cups, buffers of 5", CUPS, 5, None, 10_000),
    "W2": Line("open tandem, Poisson 7.5", CUPS, None, 7.5, 10_000),
    "W3": Line("20 stages, buffers of 5", LONG, 5, None, 2_500),
}
MILLION = Line("paper cups, a million items", CUPS, 5, None, 137_500)
HEAD = (
    f"{'items per second, peak memory':28}{'plain SimPy':>19}{'toc_sim':>19}"
    f"{'speed':>8}{'memory':>8}{'throughput':>11}"
)
AIM = 3.0
LIMIT = 500.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run cost: items that left, processor time [s], and peak memory [MB]."""

    items: int
    seconds: float
    memory: float


def run_ours(line: Line, seed: int) -> int:
    """Run a line once, with everything measured, and return how many items left it."""
    from toc_sim.engine.simpy_engine import run
    from toc_sim.network.build import network
    from toc_sim.scenario.model import Scenario

    net = network(Scenario.model_validate(document(line)))
    return run(net, seed=seed, replication=0, horizon=line.periods, warmup=0.0).bought


RUNNERS: dict[str, Callable[[Line, int], int]] = {"ours": run_ours, "plain": run_plain}


def document(line: Line) -> dict[str, object]:
    """Return a line as its scenario file would say it."""
    stages: dict[str, dict[str, object]] = {}
    if line.arrivals is not None:
        stages["source"] = {"kind": "source", "arrivals": line.arrivals}
    *machines, demand = line.capacities
    for number, capacity in enumerate(machines, 1):
        stages[f"machine_{number}"] = {"kind": "machine", "capacity": capacity}
    stages["market"] = {"kind": "market", "demand": demand}
    for name, stage in stages.items():
        stage["distribution"] = "exponential"
        if name not in {"source", "machine_1"} and line.buffer is not None:
            stage["buffer"] = line.buffer
    flow = [f"{before} -> {after}" for before, after in pairwise(stages)]
    return {"format": 1, "name": line.title, "stages": stages, "flow": flow}


def measure(line: Line, runner: str, seed: int) -> Measured:
    """Run a line here and now."""
    begin = process_time()
    items = RUNNERS[runner](line, seed)
    seconds = process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measured(items, seconds, peak / (1e6 if sys.platform == "darwin" else 1e3))


def measure_apart(name: str, runner: str, periods: float) -> Measured:
    """Run a line in a fresh process."""
    command = [sys.executable, __file__, "--one", name, runner, str(periods)]
    told = subprocess.check_output(command, text=True)  # noqa: S603 - this very script
    return Measured(**json.loads(told))


def compare(rounds: int, factor: float, million: float) -> None:
    """Measure and print everything."""
    # Memory first: a child's peak begins at its parent's, on some systems.
    memory = {
        (name, runner): measure_apart(name, runner, line.periods * factor).memory
        for name, line in LINES.items()
        for runner in RUNNERS
    }
    large = measure_apart("million", "ours", MILLION.periods * million)
    print(HEAD)
    ratios = []
    for name, line in LINES.items():
        found = take_turns(replace(line, periods=line.periods * factor), rounds)
        plain, ours = (speed(found[runner]) for runner in ("plain", "ours"))
        ratios.append(ours / plain)
        less, more = memory[name, "plain"], memory[name, "ours"]
        print(
            f"{name} {line.title:25}{plain:9,.0f} /s {less:4.0f} MB"
            f"{ours:9,.0f} /s {more:4.0f} MB"
            f"{ours / plain:8.2f}{more / less:8.2f}{difference(found):+11.2%}"
        )
    print(
        f"\nThe engine makes {min(ratios):.1f} to {max(ratios):.1f} times the items per"
        f" second of the plain line (aim: {AIM:.0f}).\n"
        f"{large.items:,} paper cups took {large.seconds:.1f} s and at most"
        f" {large.memory:.0f} MB (limit: {LIMIT:.0f})."
    )


def take_turns(line: Line, rounds: int) -> dict[str, list[Measured]]:
    """Run both by turns, each round with another seed, after one that warms up."""
    found: dict[str, list[Measured]] = {runner: [] for runner in RUNNERS}
    for runner in found:
        measure(replace(line, periods=10.0), runner, seed=0)
    for seed in range(rounds):
        for runner, runs in found.items():
            runs.append(measure(line, runner, seed))
    return found


def speed(runs: list[Measured]) -> float:
    """Return the median speed [items/s]."""
    return median(run.items / run.seconds for run in runs)


def difference(found: dict[str, list[Measured]]) -> float:
    """Return by how much the throughputs differ over all rounds: it must be noise."""
    ours, plain = (sum(run.items for run in found[name]) for name in ("ours", "plain"))
    return ours / plain - 1


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    parser.add_argument("--rounds", type=int, default=7, help="default: 7")
    parser.add_argument("--one", nargs=3, metavar=("LINE", "RUNNER", "PERIODS"))
    options = parser.parse_args()
    if options.one:
        name, runner, periods = options.one
        line = replace({**LINES, "million": MILLION}[name], periods=float(periods))
        found = measure(line, runner, seed=7)
        print(json.dumps({key: getattr(found, key) for key in Measured.__slots__}))
    elif options.quick:
        compare(rounds=3, factor=0.1, million=0.1)
    else:
        compare(rounds=options.rounds, factor=1.0, million=1.0)


if __name__ == "__main__":
    main()
