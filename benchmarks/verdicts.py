"""Measure how often the verdict on random models of businesses is right.

    python benchmarks/verdicts.py --models 28           # some minutes
    python benchmarks/verdicts.py --models 320 --write  # writes docs/verdicts.md

Each model is asked as a user asks: `simulate` and `diagnose`, with and without all its
policies tried. The truth is found apart: the same window on other random numbers, with
each node 10 % faster, with the products of each node together, and with each policy one
step further, as often as it takes to tell whether what was named brings 95 % of the
best. What was found is kept by model in the folder of `--keep`, so that a run that was
stopped goes on where it was.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from business_models import drawn
from numpy.typing import NDArray
from verdicts_page import page, summary

from toc_sim.constraint.classical_rules import detect
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.policy_gains import BETTER_NODE
from toc_sim.constraint.sensitivity import lifted, replicate_all
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, run, simulate
from toc_sim.errors import TocError
from toc_sim.network import Network, network, policy_steps

PAGE = Path(__file__).resolve().parents[1] / "docs" / "verdicts.md"

UNSEEN = 1_000_000
"""The first replication of the truth: no verdict has met it."""

FIRST, ENOUGH, MOST = 48, 192, 384
"""Replications of the truth: at first of everything, of the true elasticities, and at
most of what is not yet told apart."""

FINE = 0.02
"""How much faster and slower, for a true elasticity [1]."""

SHARES = 2
"""Owners of each model, those with the largest shares, whose elasticity is held
against their interval."""

RIGHT = 0.95
"""What is named is right from this part of the best lift on [1]."""

SURE = 1.96
"""Standard errors by which something is separated."""

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """What was said in one way, and what it would bring.

    Attributes
    ----------
    names
        Who was named; of a policy its name and the step.
    word
        How it binds.
    captured, error
        Its part of the best lift, and the standard error of that [1].
    """

    names: tuple[str, ...]
    word: str
    captured: float
    error: float


@dataclass(frozen=True, slots=True)
class Held:
    """A share's interval, held against the true elasticity.

    Attributes
    ----------
    name
        Whose.
    share, half
        What was said, and half of its interval [1].
    true, error
        The true elasticity and its standard error [1].
    more, less
        What more speed brings, and less costs [1].
    """

    name: str
    share: float
    half: float
    true: float
    error: float
    more: float
    less: float


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found of one model.

    Attributes
    ----------
    number, kind
        Which model, of which kind of business.
    method, reason
        Where the shares came from, and why.
    certain
        Whether nothing was left to chance.
    asked, policies
        What the verdict named, as it comes and with all policies tried.
    rules
        What each classical rule captured of the best lift; -1 where it names nobody.
    best, lift, error
        What really brings most, how much, and the standard error of that [1].
    lifts
        What each brings [1].
    held
        Intervals of shares, against the truth.
    replications
        Of the truth, at last.
    seconds
        All of it took.
    problem
        Why nothing was found, where that is so.
    """

    number: int
    kind: str
    method: str = ""
    reason: str = ""
    certain: bool = False
    asked: Told | None = None
    policies: Told | None = None
    rules: dict[str, float] = field(default_factory=dict)
    best: str = ""
    lift: float = 0.0
    error: float = 0.0
    lifts: dict[str, float] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    replications: int = 0
    seconds: float = 0.0
    problem: str = ""


class Kept:
    """An experiment that runs no network twice."""

    def __init__(self) -> None:
        self.results: dict[tuple[str, range], Sequence[RunResult]] = {}

    def __call__(
        self, networks: Sequence[Network], warmup: float, numbers: range
    ) -> Iterator[Sequence[RunResult]]:
        for net in networks:
            key = (repr((net.nodes, net.resources, net.release)), numbers)
            if key not in self.results:
                [self.results[key]] = replicate_all([net], warmup, numbers)
            yield self.results[key]


class Truth:
    """What changes of one model really bring, on random numbers of its own."""

    def __init__(self, runs: Runs) -> None:
        self.net, self.warmup = runs.network, runs.warmup
        self.throughputs: dict[str, list[float]] = {}
        self.changed: dict[str, Network] = {"": self.net}
        self.count = 0

    def add(self, name: str, net: Network) -> None:
        self.changed[name] = net
        self.throughputs[name] = []

    def run(self, count: int, names: Iterable[str]) -> None:
        """Run the base and some changes so many times more."""
        settings = self.net.scenario.run
        numbers = range(self.count, self.count + count)
        for name in ("", *names):
            net = self.changed[name]
            column = self.throughputs.setdefault(name, [])
            for number in numbers:
                result = run(
                    net,
                    seed=settings.seed,
                    replication=UNSEEN + number,
                    horizon=settings.horizon,
                    warmup=self.warmup,
                )
                column.append(result.throughput)
        self.count += count

    def gain(self, name: str) -> Column:
        """Return what a change brings, relative to the mean, by replication [1]."""
        column = np.array(self.throughputs[name])
        base = np.array(self.throughputs[""][: len(column)])
        return (column - base) / np.mean(self.throughputs[""])

    def captured(self, name: str, best: str) -> tuple[float, float]:
        """Return the part of the best lift that a change brings, and its error [1]."""
        if name == best:
            return 1.0, 0.0
        mine, top = self.gain(name), self.gain(best)
        count = min(len(mine), len(top))
        mine, top = mine[:count], top[:count]
        if top.mean() <= 0:
            return 1.0, 0.0
        part = float(mine.mean() / top.mean())
        return part, _error(mine - part * top) / float(top.mean())


def _error(values: Column) -> float:
    """Return the standard error of a mean."""
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def found(number: int, seed: int) -> Found:
    """Ask for the verdict on one model, and find what is true of it."""
    started = perf_counter()
    kind, scenario = drawn(number, seed)
    net = network(scenario)
    try:
        runs = simulate(net, timeline=True)
        experiment = Kept()
        verdict = diagnose(runs, experiment)
        every = diagnose(runs, experiment, policies=True)
    except TocError as error:
        return Found(number, kind.name, problem=str(error).partition("\n")[0])
    truth = Truth(runs)
    groups = candidates(net)
    for name, changed in groups.items():
        truth.add(name, changed)
    told = [named_by(truth, each) for each in (verdict, every)]
    tried = _shares_to_hold(verdict)
    for name in tried:
        truth.add(f"{name} +", net.lifted(name, 1 + FINE))
        truth.add(f"{name} -", net.lifted(name, 1 - FINE))
    best = settle(truth, list(groups), told, tried)
    return Found(
        number,
        kind.name,
        method=verdict.method,
        reason=verdict.reason,
        certain=net.is_deterministic,
        asked=_told(truth, verdict, told[0], best),
        policies=_told(truth, every, told[1], best),
        rules=_rules(truth, runs, verdict, best),
        best=best,
        lift=float(truth.gain(best).mean()),
        error=_error(truth.gain(best)),
        lifts={name: round(float(truth.gain(name).mean()), 5) for name in groups},
        held=tuple(_held(truth, verdict, name) for name in tried),
        replications=truth.count,
        seconds=round(perf_counter() - started, 1),
    )


def candidates(net: Network) -> dict[str, Network]:
    """Return all that may be named, with what becomes of the model: by name."""
    factor = 1 + BETTER_NODE
    changed = {name: net.lifted(name, factor) for name, _ in net.owners}
    owners = set(changed)
    places: dict[str, list[str]] = {}
    for node in net.nodes:
        if node.product is not None and node.name in owners:
            places.setdefault(node.place, []).append(node.name)
    for names in places.values():
        if len(names) > 1:
            changed[_together(names)] = lifted(net, names, factor)
    for step in policy_steps(net):
        changed[f"{step.name}: {step.change}"] = step.network
    return changed


def _together(names: Iterable[str]) -> str:
    return " & ".join(sorted(names))


def named_by(truth: Truth, verdict: Verdict) -> str:
    """Return the change that the verdict names, and see that it will be tried."""
    if verdict.kind == "policy":
        policy = verdict.policies[0]
        return f"{policy.name}: {policy.change}"
    names = verdict.constraint
    if verdict.word == "shared":
        names = names[:1]
    name = _together(names)
    if name not in truth.changed:
        truth.add(name, lifted(truth.net, names, 1 + BETTER_NODE))
    return name


def _shares_to_hold(verdict: Verdict) -> list[str]:
    """Return the owners whose shares are held against the truth."""
    if verdict.word == "tie" or not verdict.share.is_known:
        return []
    if verdict.throughput.low == verdict.throughput.high:
        return []
    ranked = sorted(verdict.shares, key=lambda owner: -owner.share.mean)
    return [owner.name for owner in ranked[:SHARES]]


def settle(truth: Truth, groups: list[str], told: list[str], tried: list[str]) -> str:
    """Run until it is known who is best, and whether those named come near."""
    sides = [f"{name} {side}" for name in tried for side in "+-"]
    left = list(dict.fromkeys([*groups, *told]))
    count = 1 if truth.net.is_deterministic else FIRST
    best = ""
    while left or (sides and truth.count < ENOUGH):
        truth.run(count, [*left, *sides])
        if left:
            best = max(left, key=lambda name: float(truth.gain(name).mean()))
            left = _left(truth, left, told, best)
        if truth.net.is_deterministic or truth.count >= MOST:
            break
        if truth.count >= ENOUGH:
            sides = []
        count = min(truth.count, MOST - truth.count)
    return best


def _left(truth: Truth, left: list[str], told: list[str], best: str) -> list[str]:
    """Return who must be run more: nobody where all that was named is judged."""
    rivals = [name for name in left if _may_be_best(truth, name, best)]
    if all(_is_clear(truth, name, rivals) for name in told):
        return []
    return list(dict.fromkeys([*told, *rivals]))


def _may_be_best(truth: Truth, name: str, best: str) -> bool:
    lag = truth.gain(best) - truth.gain(name)
    return float(lag.mean()) <= 3 * _error(lag)


def _is_clear(truth: Truth, name: str, rivals: Iterable[str]) -> bool:
    """Return whether it is known on which side of a right answer somebody is."""
    mine = truth.gain(name)
    leads = [mine - RIGHT * truth.gain(rival) for rival in rivals if rival != name]
    if any(lead.mean() < -SURE * _error(lead) for lead in leads):
        return True
    return all(lead.mean() > SURE * _error(lead) for lead in leads)


def _elasticity(truth: Truth, name: str) -> Column:
    return (truth.gain(f"{name} +") - truth.gain(f"{name} -")) / (2 * FINE)


def _held(truth: Truth, verdict: Verdict, name: str) -> Held:
    share = next(owner.share for owner in verdict.shares if owner.name == name)
    values = _elasticity(truth, name)
    return Held(
        name,
        share=share.mean,
        half=share.half_width,
        true=float(values.mean()),
        error=_error(values),
        more=float(truth.gain(f"{name} +").mean() / FINE),
        less=float(-truth.gain(f"{name} -").mean() / FINE),
    )


def _told(truth: Truth, verdict: Verdict, name: str, best: str) -> Told:
    part, error = truth.captured(name, best)
    names = (name,) if verdict.kind == "policy" else verdict.constraint
    return Told(names, verdict.word, part, error)


def _rules(truth: Truth, runs: Runs, verdict: Verdict, best: str) -> dict[str, float]:
    """Return what each rule captures; of several that it names, as if by lot."""
    named = {each.rule: each.named for each in detect(runs.network, runs.results)}
    named["static"] = verdict.capacity.constraint
    owned = {
        name: [part for part in truth.changed if part == name]
        for names in named.values()
        for name in names
    }
    result = {}
    for rule, names in named.items():
        parts = [
            truth.captured(name, best)[0] if owned[name] else 0.0 for name in names
        ]
        result[rule] = float(np.mean(parts)) if parts else -1.0
    return result


def measure(options: Namespace) -> list[Found]:
    """Find all models, those that are kept first; in their order."""
    path = Path(options.keep) / f"verdicts_{options.seed}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {each.number: each for each in read(path)}
    missing = [number for number in range(options.models) if number not in kept]
    with (
        ProcessPoolExecutor(options.workers) as pool,
        path.open("a", encoding="utf-8") as file,
    ):
        ask = partial(found, seed=options.seed)
        waiting = [pool.submit(ask, number) for number in missing]
        for done, future in enumerate(as_completed(waiting), start=1):
            one = future.result()
            kept[one.number] = one
            file.write(json.dumps(asdict(one)) + "\n")
            file.flush()
            _bar(done, len(missing))
    return [kept[number] for number in sorted(kept) if number < options.models]


def _bar(done: int, total: int) -> None:
    full = 40 * done // total
    end = "\n" if done == total else ""
    print(
        f"\r[{'#' * full}{'.' * (40 - full)}] {done} of {total} models",
        end=end, file=sys.stderr, flush=True,
    )  # fmt: skip


def read(path: Path) -> Iterator[Found]:
    if not path.exists():
        return
    for text in path.read_text(encoding="utf-8").splitlines():
        yield _of(json.loads(text))


def _of(record: dict[str, Any]) -> Found:
    asked, policies = (
        record[key] and Told(**record[key]) for key in ("asked", "policies")
    )
    held = tuple(Held(**each) for each in record["held"])
    return Found(**{**record, "asked": asked, "policies": policies, "held": held})


def main() -> int:
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", type=int, default=28, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--keep", default="build/verdicts", help="folder of results")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}")
    options = parser.parse_args()
    models = measure(options)
    print(summary(models))
    if options.write:
        PAGE.write_text(page(models, options.seed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
