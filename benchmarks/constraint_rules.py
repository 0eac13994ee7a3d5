"""Measure how well each rule names the constraint, against the exact truth.

    python benchmarks/constraint_rules.py            # some minutes
    python benchmarks/constraint_rules.py --write    # writes docs/constraint-rules.md

Random near-balanced lines with small buffers, where every rule has a hard time. The
truth is the station whose speeding up by 10 % really raises throughput most, computed
exactly from the Markov chain of the line; each rule sees one simulation of it. Exits
with 1 if the constraint share does not hold what it promises.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

from markov import exact, lifts
from rules_page import page, table
from scipy.stats import binom
from serial_lines import FAMILIES, Family, names, scenario

from toc_sim.constraint.classical_rules import detect
from toc_sim.engine.reference.engine import run
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario
from toc_sim.theory import capacity

PAGE = Path(__file__).resolve().parents[1] / "docs" / "constraint-rules.md"
SEED = 7
HITS, CAPTURED, LEVEL = 0.92, 0.99, 0.01
"""The promise of the share: its rate of hits, its mean lift; the level of the test."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one rule did in one family.

    Attributes
    ----------
    hits
        Lines in which it names the best station alone; half a hit where it names two.
    lines
        All of them.
    captured
        Mean part of the best lift that the station it names would bring [1].
    """

    hits: float
    lines: int
    captured: float

    @property
    def rate(self) -> float:
        """Share of lines in which it is right [1]."""
        return self.hits / self.lines

    @property
    def chance(self) -> float:
        """How likely so few hits would be if the promised rate were true [1]."""
        return float(binom.cdf(self.hits, self.lines, HITS))

    @property
    def holds(self) -> bool:
        """Whether what the share promises is kept."""
        return self.chance >= LEVEL and self.captured >= CAPTURED


Scores = dict[str, dict[str, Score]]
"""By family and rule."""


def answers(family: Family, items: int, number: int) -> dict[str, tuple[float, float]]:
    """Return for each rule its hit and the captured part of the best lift in a line."""
    line = family.draw(number)
    horizon = items / exact(line).throughput
    net = network(Scenario.model_validate(scenario(line)))
    result = run(
        net,
        seed=SEED,
        replication=number,
        horizon=horizon,
        warmup=0.02 * horizon,
        timeline=True,
    )
    named = {rule.rule: rule.named for rule in detect(net, [result])}
    named["share"] = _top(
        {share.name: share.value for share in result.shares},
    )
    named["static"] = capacity(net).constraint
    named["working"] = _top({node.name: node.busy for node in result.nodes})
    gains = dict(zip(names(line), lifts(line), strict=True))
    return {rule: _judge(choice, gains) for rule, choice in named.items()}


def measure(options: Namespace) -> Scores:
    """Ask every rule about every line."""
    scores: Scores = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for family in FAMILIES:
            ask = partial(answers, family, options.items)
            found = list(pool.map(ask, range(options.lines), chunksize=4))
            scores[family.name] = {
                rule: Score(
                    sum(line[rule][0] for line in found),
                    len(found),
                    fmean(line[rule][1] for line in found),
                )
                for rule in found[0]
            }
    return scores


def _top(values: dict[str, float]) -> tuple[str, ...]:
    return (max(values, key=values.__getitem__),)


def _judge(named: Sequence[str], gains: dict[str, float]) -> tuple[float, float]:
    """Return hit and captured part; of several named, as if one were drawn by lot."""
    if not named:
        return 0.0, 0.0
    best = max(gains, key=gains.__getitem__)
    part = 1 / len(named)
    return (best in named) * part, sum(gains[name] * part for name in named) / gains[
        best
    ]


def main() -> int:
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=120, help="lines in each family")
    parser.add_argument("--items", type=int, default=10_000, help="items in each run")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}")
    options = parser.parse_args()
    scores = measure(options)
    print(table(scores))
    if options.write:
        PAGE.write_text(page(scores, options.lines, options.items), encoding="utf-8")
    return 0 if all(family["share"].holds for family in scores.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
