"""Reckon what very large experiments cost on a cluster, from what was measured here.

python benchmarks/scaling.py             # two minutes
python benchmarks/scaling.py --write     # writes docs/scaling.md
python benchmarks/scaling.py --machines 50 --cores 32
"""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from speed.machine import machine
from speed.parts import table
from speed.unit_costs import UnitCosts, unit_costs

from toc_sim.experiment.runner.task import LARGEST_BATCH

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scaling.md"

VARIANTS, REPLICATIONS = 100_000, 50
ITEMS = 1e9
PIECES = 1_000
"""Runs that a thousand million items are divided among."""

NETWORK = 1.25e9
"""Bytes a second that reach the process that asks (10 Gbit)."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster: machines, their cores, and the memory of one [GB]."""

    machines: int
    cores: int
    memory: float

    @property
    def workers(self) -> int:
        return self.machines * self.cores


def page(costs: UnitCosts, cluster: Cluster) -> str:
    """Return the whole page."""
    return PAGE_TEXT.format(
        name=f"{cluster.machines} machines of {cluster.cores} cores and"
        f" {cluster.memory:g} GB",
        machine=machine(),
        units=_units(costs),
        items=_items(costs, cluster),
        variants=_variants(costs, cluster),
        first=_first(costs, cluster),
        batch=LARGEST_BATCH,
    )


def _units(costs: UnitCosts) -> str:
    rows = [
        ["an item of five services, plain line", f"{costs.item * 1e9:.0f} ns"],
        ["the same, where the calendar is needed", f"{costs.other_item * 1e9:.0f} ns"],
        ["an item, in memory at the end of a run", f"{costs.item_memory:.0f} B"],
        [f"a run of {costs.run_items:,.0f} items", f"{costs.run * 1e3:.2f} ms"],
        [
            "that run, received by the process that asks",
            f"{costs.received * 1e3:.2f} ms",
        ],
        ["that run, put into the store as well", f"{costs.stored * 1e3:.2f} ms"],
        ["that run, on disk", f"{costs.record / 1e3:.1f} kB"],
        ["a variant, made and remembered", f"{costs.variant_time * 1e3:.2f} ms"],
        ["a variant, in memory", f"{costs.variant_memory / 1e3:.1f} kB"],
        ["a batch, on Dask's scheduler", f"{costs.task * 1e3:.1f} ms"],
    ]
    return table(["what", "cost"], rows)


def _items(costs: UnitCosts, cluster: Cluster) -> str:
    whole, part = ITEMS * costs.item, ITEMS / PIECES * costs.item
    waves = -(-PIECES // cluster.workers)
    together = min(PIECES, cluster.workers)
    rows = [
        [
            "one run",
            "1",
            _time(whole),
            _size(ITEMS * costs.item_memory),
        ],
        [
            f"{PIECES:,} runs of {ITEMS / PIECES:,.0f} items",
            f"{together:,}",
            _time(waves * part),
            _size(ITEMS / PIECES * costs.item_memory * cluster.cores) + " a machine",
        ],
    ]
    return table(["10^9 items as", "cores", "time", "memory for purchases"], rows)


def _bills(costs: UnitCosts, cluster: Cluster) -> list[tuple[str, float]]:
    """Return what has to be done for all variants, and how long each part takes [s]."""
    runs = VARIANTS * REPLICATIONS
    return [
        (
            f"simulating on {cluster.workers:,} cores",
            runs * costs.run / cluster.workers,
        ),
        ("the scheduler: batches", runs / LARGEST_BATCH * costs.task),
        ("the process that asks: variants", VARIANTS * costs.variant_time),
        ("the process that asks: results", runs * costs.received),
        ("the process that asks: the store", runs * costs.stored),
        ("the network into it", runs * costs.run_items * 8 / NETWORK),
    ]


def _variants(costs: UnitCosts, cluster: Cluster) -> str:
    bills = _bills(costs, cluster)
    return table(["part", "time"], ([what, _time(seconds)] for what, seconds in bills))


def _first(costs: UnitCosts, cluster: Cluster) -> str:
    runs = VARIANTS * REPLICATIONS
    asking = sum(time for what, time in _bills(costs, cluster) if "asks" in what)
    simulating = runs * costs.run / cluster.workers
    enough = runs * costs.run / asking
    return FIRST.format(
        disk=_size(runs * costs.record),
        asking=_time(asking),
        simulating=_time(simulating),
        enough=f"{enough:.0f}",
        memory=_size(VARIANTS * costs.variant_memory),
        longest=f"{cluster.memory * 1e9 / costs.item_memory / 1e9:.0f}",
    )


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.3g} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _size(count: float) -> str:
    return f"{count / 1e9:.0f} GB" if count >= 2e9 else f"{count / 1e6:.0f} MB"


PAGE_TEXT = """\
# Scaling: what very large experiments cost

Reckoned by `python benchmarks/scaling.py --write` from what it measured on one machine;
do not edit. The cluster: **{name}**, a Dask scheduler,
and one process that asks and keeps the store, on a network of 10 Gbit. Its cores are
taken to be as fast as these:

{machine}

{units}

## A thousand million items

{items}

A run is one line of causes and effects and stays on one core; what is wanted of so many
items is nearly always had from many runs, which take as many cores as there are. The
whole of a run's purchases is kept until its end: they are what memory holds.

## A hundred thousand variants, 50 runs each, 500 periods of the paper cups

{variants}

Cores, scheduler, network and the process that asks work at the same time; the three
parts of the last add up, on one core of it. Runs travel in batches of up to {batch}.

## What breaks first

{first}
"""

FIRST = """\
1. **The disk under the store.** Every run keeps all its purchases: {disk} in all. With
   `--no-store` nothing of it is written, and nothing can be gone on with either.
2. **The process that asks.** It takes {asking} of one core for results, variants and
   store, against {simulating} of simulating on all cores. About {enough} cores keep it
   busy with runs as short as these. A second process that asks for the other half of
   the variants, with a store of its own, halves the time; a larger cluster does not.
3. **Memory of the process that asks**: {memory} for the variants; results do not add to
   it, as those beyond 256 MB are read back when they are needed.
4. **Memory of a worker** ends a single run at about {longest} thousand million items.
"""


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--machines", type=int, default=20, help="default: 20")
    parser.add_argument("--cores", type=int, default=16, help="of each; default: 16")
    parser.add_argument("--memory", type=float, default=64, help="of each, GB; 64")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}")
    options = parser.parse_args()
    text = page(unit_costs(), Cluster(options.machines, options.cores, options.memory))
    print(text, end="")
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
