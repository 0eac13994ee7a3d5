"""How much less the throughput varies once the luck of the draw is taken off.

    python benchmarks/control_variates.py            # the tables
    python benchmarks/control_variates.py --write    # and docs/control-variates.md

Each random scenario that ships is run in its own window, and, in a shorter one, in many
repeats of its replications, each repeat with a seed of its own. Told are by how much
smaller the variance of the freed throughput is, how far its mean lies from that of the
counted one, and how often the interval of a repeat holds the mean of all repeats. The
same is asked of differences that tools bring, of differences that are told as precisely
as asked for, and of small steps. It takes about a quarter of an hour of one processor.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import nan, sqrt
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

import numpy as np
from control_variates_page import page
from numpy.typing import NDArray

from toc_sim import load
from toc_sim.constraint.control_variates import FACTOR_REPLICATIONS, freed, luck_of
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.path_trust import why_not_the_path
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import Runs, run, warmup
from toc_sim.experiment.variant import VariantModel, VariantRuns, difference
from toc_sim.network import Feature, Network
from toc_sim.network.build import network as network_of

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
PAGE = ROOT / "docs" / "control-variates.md"

REPLICATIONS = 8
"""Of each repeat: as few as any file asks for."""

PURCHASES, PART = 200, 8
"""What the window of a repeat is shortened to; but to that part of it at most. Its
warm-up is half of the window at most."""

WHOLE = 200
"""Replications in the window of the file."""

FIRST, MOST = 20, 40
"""Replications with which a precise difference begins, as where a file says nothing,
and at which it is told, however precise it is."""

STEP, STEPPED = 0.05, 60
"""How much faster an owner is made, and in how many replications."""

PAIRS = {
    "paper_cups_random.yaml": {"machine_2.capacity": "10"},
    "crm_on_chaos.yaml": {"flow.offer->offer": "0.1", "flow.offer->signing": "0.9"},
    "professional_firm.yaml": {"signature.time": "0.15", "plan.time": "0.3"},
    "two_shops/shop_1.yaml": {"talk.conversion": "0.6"},
}
"""What a tool of the file changes (of the cups, which have none: a faster machine)."""

PRECISE = {
    "paper_cups_random.yaml": ({"machine_2.capacity": "10"}, 0.004),
    "rope.yaml": ({"machine_2.capacity": "9"}, 0.005),
}
"""The same where a difference is to be as precise as that part of the throughput."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Gained:
    """What taking the luck off brings.

    Attributes
    ----------
    name
        The file.
    method
        ``path``, or ``regression`` on the luck by the static answer.
    horizon, replications
        Of each repeat [periods], [1].
    whole
        In the window of the file: the variance of the counted throughput over that of
        the freed one, what a factor costs taken off [1].
    ratio
        In repeats: the variance of the counted mean over that of the freed one [1].
    bias, error
        How far the freed mean lies from the counted one, relative, and the standard
        error of that [1].
    coverage, counted
        How often the interval of a repeat holds the mean of all repeats, freed and as
        counted [1].
    own, own_error
        How far the freed mean lies from that of all repeats at once, whose luck gets a
        single factor, relative, and the standard error of that [1].
    """

    name: str
    method: str
    horizon: float
    replications: int
    whole: float
    ratio: float
    bias: float
    error: float
    coverage: float
    counted: float
    own: float = nan
    own_error: float = nan


@dataclass(frozen=True, slots=True)
class Precise:
    """What differences take that are told as precisely as asked for.

    Attributes
    ----------
    name
        The file.
    precision
        The half-width that is asked for, over the throughput [1].
    needed, needed_counted
        Replications in the mean, freed and as counted; at most MOST.
    coverage, coverage_counted
        How often the interval that is told at the end holds the truth [1].
    """

    name: str
    precision: float
    needed: float
    needed_counted: float
    coverage: float
    coverage_counted: float


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a small step of one owner looks like.

    Attributes
    ----------
    name, owner
        The file, and who is made faster.
    shared
        The variance of the difference of unpaired runs over that of paired ones [1].
    plain, factor
        That of paired ones over what is left of it, with the luck taken off as it is,
        and by regression [1].
    """

    name: str
    owner: str
    shared: float
    plain: float
    factor: float


def gained(file: Path, repeats: int) -> Gained | None:
    """Return what it brings for a scenario; None where nothing is left to chance.

    Parameters
    ----------
    file
        Of the scenario.
    repeats
        How often all replications are run.
    """
    net = _network(file)
    if net.is_deterministic:
        return None
    model = VariantModel(net, _warmup(net))
    plain, less, lucky = [], [], []
    for seed in range(repeats):
        runs = Runs(net, model.warmup, _results(model, seed))
        by_path = not why_not_the_path(runs, lambda: model.static)
        counted = np.array([result.throughput for result in runs.results])
        plain.append(over(net, counted))
        less.append(freed(runs, by_path=by_path, static=model.static))
        lucky.append(luck_of(runs, by_path=by_path, shares=model.shares).mean())
    long = _network(file, shortened=False)
    found = _gained(file, _whole(VariantModel(long, warmup(long))), net, plain, less)
    return _at_once(found, plain, less, np.array(lucky))


def gained_of_pairs(file: Path, repeats: int) -> Gained:
    """Return the same of the difference that a change of the scenario brings.

    Parameters
    ----------
    file
        Of a scenario in PAIRS.
    repeats
        How often all replications are run, with and without the change.
    """
    name = str(file.relative_to(SCENARIOS))
    models = _pair(file, PAIRS[name])
    plain, less = [], []
    for seed in range(repeats):
        pair = [VariantRuns(model, _results(model, seed)) for model in models]
        plain.append(difference(*pair, as_counted=True))
        less.append(difference(*pair))
    longer = _pair(file, PAIRS[name], shortened=False)
    return _gained(file, _whole(*longer), models[0].network, plain, less)


def precise(file: Path, repeats: int) -> Precise:
    """Return how many replications a precise difference takes, and if it holds.

    They grow by ten until the interval is narrow enough, as in `compare --precision`.

    Parameters
    ----------
    file
        Of a scenario in PRECISE.
    repeats
        How often that is done.
    """
    name = str(file.relative_to(SCENARIOS))
    changes, precision = PRECISE[name]
    models = _pair(file, changes)
    ends: dict[bool, list[tuple[int, Interval]]] = {True: [], False: []}
    whole = []
    for seed in range(repeats):
        results = [_results(model, seed, MOST) for model in models]
        pair = [VariantRuns(*each) for each in zip(models, results, strict=True)]
        whole.append(difference(*pair).mean)
        for as_counted, found in ends.items():
            found.append(
                _precise_end(models, results, precision, as_counted=as_counted)
            )
    truth = float(np.mean(whole))
    told = [
        (
            float(np.mean([count for count, _ in found])),
            float(np.mean([_holds(each, truth) for _, each in found])),
        )
        for found in (ends[False], ends[True])
    ]
    (needed, holds), (counted, held) = told
    return Precise(name, precision, needed, counted, holds, held)


def _precise_end(
    models: Sequence[VariantModel],
    results: Sequence[Sequence[RunResult]],
    precision: float,
    *,
    as_counted: bool,
) -> tuple[int, Interval]:
    for count in range(FIRST, MOST + 1, 10):
        pair = [
            VariantRuns(model, each[:count])
            for model, each in zip(models, results, strict=True)
        ]
        told = difference(*pair, as_counted=as_counted)
        if told.half_width <= precision * pair[0].throughputs.mean():
            break
    return count, told


def stepped(file: Path, _: int) -> Stepped | None:
    """Return what a step of the constraint by averages looks like; None without chance.

    Parameters
    ----------
    file
        Of the scenario; how often all is repeated does not matter.
    """
    net = _network(file, shortened=False)
    if net.is_deterministic:
        return None
    model = VariantModel(net, warmup(net))
    owner = next(each for each in model.static.constraint if each in dict(net.owners))
    faster = VariantModel(net.lifted(owner, 1 + STEP), model.warmup)
    before, after = (VariantRuns(m, _results(m, 1, STEPPED)) for m in (model, faster))
    change = after.throughputs - before.throughputs
    lucky = after.luck - before.luck
    apart = before.throughputs.var() + after.throughputs.var()
    spread = float(lucky.var())
    factor = np.cov(change, lucky, bias=True)[0, 1] / spread if spread else 0.0
    var = float(change.var())
    return Stepped(
        str(file.relative_to(SCENARIOS)),
        owner,
        shared=_over(apart, var),
        plain=_over(var, float((change - lucky).var())),
        factor=_over(var, float((change - factor * lucky).var())),
    )


def _whole(model: VariantModel, after: VariantModel | None = None) -> tuple[str, float]:
    """Return by what method how much less variance there is in the window of the file.

    Of the throughput, or of the difference of two.
    """
    base = VariantRuns(model, _results(model, 1, WHOLE))
    values, lucky = base.throughputs, base.luck
    if after is not None:
        other = VariantRuns(after, _results(after, 1, WHOLE))
        values, lucky = other.throughputs - values, other.luck - lucky
    elif not why_not_the_path(base.runs(), lambda: model.static):
        return "path", _over(float(values.var()), float((values - lucky).var()))
    factor = np.cov(values, lucky, bias=True)[0, 1] / lucky.var()
    cost = (REPLICATIONS - 2) / (REPLICATIONS - 3)
    left = float((values - factor * lucky).var()) * cost
    method = "regression" if after is None else "difference"
    return method, _over(float(values.var()), left)


def _over(one: float, other: float) -> float:
    return float(one / other) if other > 0 else 1.0


def _gained(
    file: Path,
    found: tuple[str, float],
    net: Network,
    plain: Sequence[Interval],
    less: Sequence[Interval],
) -> Gained:
    counted, mean = (np.array([each.mean for each in told]) for told in (plain, less))
    truth = float(counted.mean())
    apart = mean - counted
    settings = net.scenario.run
    method, whole = found
    return Gained(
        str(file.relative_to(SCENARIOS)),
        method,
        settings.horizon,
        settings.replications,
        whole=whole,
        ratio=float(counted.var() / mean.var()),
        bias=float(apart.mean() / truth),
        error=float(apart.std(ddof=1) / sqrt(len(apart)) / abs(truth)),
        coverage=float(np.mean([_holds(each, float(mean.mean())) for each in less])),
        counted=float(np.mean([_holds(each, truth) for each in plain])),
    )


def _at_once(
    found: Gained,
    plain: Sequence[Interval],
    less: Sequence[Interval],
    lucky: NDArray[np.float64],
) -> Gained:
    """Return what was gained with the mean of all repeats at once beside it."""
    counted, mean = (np.array([each.mean for each in told]) for told in (plain, less))
    factor = np.cov(counted, lucky, bias=True)[0, 1] / lucky.var()
    apart = (mean - (counted - factor * lucky)) / counted.mean()
    error = float(apart.std(ddof=1)) / sqrt(len(apart))
    return replace(found, own=float(apart.mean()), own_error=error)


def _holds(told: Interval, truth: float) -> bool:
    return told.low <= truth <= told.high


def _pair(
    file: Path, changes: dict[str, str], *, shortened: bool = True
) -> tuple[VariantModel, VariantModel]:
    before = _network(file, shortened=shortened)
    settled = _warmup(before) if shortened else warmup(before)
    horizon = {"run.horizon": str(before.scenario.run.horizon)}
    after = _network(file, {**changes, **horizon}, shortened=False)
    return VariantModel(before, settled), VariantModel(after, settled)


def _warmup(net: Network) -> float:
    return min(warmup(net), net.scenario.run.horizon / 2)


def _network(
    file: Path, changes: dict[str, str] | None = None, *, shortened: bool = True
) -> Network:
    net = network_of(load(str(file), changes or {}))
    settings = net.scenario.run
    horizon = settings.horizon
    if shortened and not net.is_deterministic and Feature.PROFILE not in net.features:
        pilot = run(net, seed=0, replication=0, horizon=horizon, warmup=warmup(net))
        least = max(PURCHASES / pilot.throughput, horizon / PART)
        horizon = float(f"{min(horizon, least):.3g}")
    few = {
        "run.engine": "compiled",
        "run.replications": str(REPLICATIONS),
        "run.horizon": str(horizon),
    }
    return network_of(load(str(file), {**(changes or {}), **few}))


def _results(
    model: VariantModel, seed: int, count: int | None = None
) -> tuple[RunResult, ...]:
    settings = model.network.scenario.run
    return tuple(
        run(
            model.network,
            seed=seed,
            replication=number,
            horizon=settings.horizon,
            warmup=model.warmup,
        )
        for number in range(count or settings.replications)
    )


def _of(files: Sequence[Path], names: Mapping[str, object]) -> list[Path]:
    return [file for file in files if str(file.relative_to(SCENARIOS)) in names]


class Kept:
    """Answers in a file, so that a run that was stopped goes on where it was.

    Parameters
    ----------
    path
        Of the file: a line of JSON for each answer.
    repeats
        How often all replications are run.

    Attributes
    ----------
    seconds
        Of processor time that the answers took, whenever they were found.
    """

    def __init__(self, path: Path, repeats: int) -> None:
        self._path, self._repeats = path, repeats
        self._known: dict[str, dict[str, Any]] = {}
        self.seconds = 0.0
        if path.exists():
            lines = map(json.loads, path.read_text("utf-8").splitlines())
            self._known = {line["key"]: line for line in lines}

    def each(
        self,
        ask: Callable[[Path, int], _Answer | None],
        kind: type[_Answer],
        files: Sequence[Path],
    ) -> list[_Answer]:
        """Return the answers for all files, each printed as soon as it is known."""
        found: list[_Answer] = []
        for file in files:
            key = f"{ask.__name__} {file.relative_to(SCENARIOS)} {self._repeats}"
            if key not in self._known:
                self._find(key, ask, file)
            line = self._known[key]
            self.seconds += line["seconds"]
            if line["answer"] is not None:
                found.append(kind(**line["answer"]))
                print(found[-1], flush=True)
        return found

    def _find(
        self, key: str, ask: Callable[[Path, int], _Answer | None], file: Path
    ) -> None:
        begin = process_time()
        answer = ask(file, self._repeats)
        told = None if answer is None else asdict(answer)  # type: ignore[call-overload]
        line = {"key": key, "seconds": process_time() - begin, "answer": told}
        self._known[key] = line
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(line) + "\n")


def main() -> None:
    """Run all, print the tables as they come, and write the page if asked to."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--repeats", type=int, default=1000)
    told.add_argument("--write", action="store_true")
    told.add_argument(
        "--keep",
        type=Path,
        default=Path("build/control_variates.jsonl"),
        help="answers",
    )
    told.add_argument("files", nargs="*", type=Path)
    asked = told.parse_args()
    every = [file.resolve() for file in asked.files]
    files = every or sorted(SCENARIOS.rglob("*.yaml"))
    kept = Kept(asked.keep, asked.repeats)
    parts = (
        kept.each(gained, Gained, files),
        kept.each(gained_of_pairs, Gained, _of(files, PAIRS)),
        kept.each(precise, Precise, _of(files, PRECISE)),
        kept.each(stepped, Stepped, files),
    )
    found = page(
        *parts,
        repeats=asked.repeats,
        minutes=kept.seconds / 60,
        constants={
            "fewest": FACTOR_REPLICATIONS,
            "purchases": PURCHASES,
            "part": PART,
            "whole": WHOLE,
            "replications": REPLICATIONS,
            "first": FIRST,
            "most": MOST,
            "step": 100 * STEP,
            "stepped": STEPPED,
        },
    )
    if asked.write:
        PAGE.write_text(found, encoding="utf-8")
    else:
        print(found)


if __name__ == "__main__":
    main()
