"""Measure how well the buffer share names where one more place helps most.

    python benchmarks/buffers.py [--lines N] [--items N]    # about two minutes

The lines are those of `constraint_rules.py`: near-balanced, with small buffers. The
truth is exact, from the Markov chain of each line as it is and with one place more in
each buffer in turn; each rule sees one simulation of it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from statistics import fmean

from markov import Chain, exact
from serial_lines import FAMILIES, Family, Line, scenario

from toc_sim.engine.reference.engine import run
from toc_sim.engine.reference.path_segments import rooms_on_path
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario

SEED = 7


def gains(line: Line) -> list[float]:
    """Return what one more place brings, by buffer, relative to the throughput [1]."""
    before = exact(line).throughput
    found = []
    for place in range(len(line.buffers)):
        buffers = list(line.buffers)
        buffers[place] += 1
        larger = replace(line, buffers=tuple(buffers))
        found.append(Chain(larger).throughput(larger) / before - 1)
    return found


def scores(family: Family, items: int, number: int) -> dict[str, tuple[float, ...]]:
    """Return for each rule a value by buffer, and the exact gains."""
    line = family.draw(number)
    horizon = items / exact(line).throughput
    net = network(Scenario.model_validate(scenario(line)))
    course = {"seed": SEED, "replication": number, "horizon": horizon}
    waits = rooms_on_path(net, warmup=0.02 * horizon, **course)
    seen = run(net, warmup=0.02 * horizon, **course).nodes
    full = [
        node.queue_mean / buffer if buffer else 0.0
        for node, buffer in zip(seen[1:], line.buffers, strict=True)
    ]
    return {
        "buffer share": tuple(waits[1:]),
        "before it is blocked most": tuple(node.blocked for node in seen[:-1]),
        "behind it starves most": tuple(node.starved for node in seen[1:]),
        "fullest": tuple(full),
        "gain": tuple(gains(line)),
    }


def main() -> None:
    """Print a table: hits, and the part of the best gain that is captured."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=60, help="lines in each family")
    parser.add_argument("--items", type=int, default=10_000, help="items in each run")
    options = parser.parse_args()
    for family in FAMILIES:
        found = [scores(family, options.items, each) for each in range(options.lines)]
        parts: dict[str, list[float]] = {}
        ratios = []
        for line in found:
            gain = line.pop("gain")
            for rule, values in line.items():
                top = max(range(len(gain)), key=values.__getitem__)
                parts.setdefault(rule, []).append(gain[top] / max(gain))
                if rule == "buffer share":
                    ratios.append(gain[top] / values[top])
        print(f"{family.title}:")
        for rule, captured in parts.items():
            hits = fmean(part == 1.0 for part in captured)
            print(f"  {rule}: {hits:.0%} right, {fmean(captured):.3f} of the best gain")
        print(
            f"  gain / share of the first: {fmean(ratios):.2f} on average "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
