"""Compare the program with every exact result, and write docs/validation.md.

    python benchmarks/validation.py            # prints the verdict and what is missed
    python benchmarks/validation.py --write    # writes the table as well

Runs are five times as long as in the tests; two processes need some minutes. A
figure outside its interval is measured again with other random numbers: outside twice
is a fault, outside once is chance.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the cases are the tests' own

from validation.cases import CASES, Case  # noqa: E402 - found by the line above
from validation.expressing import express  # noqa: E402
from validation.figures import Expressed, Outside  # noqa: E402
from validation.measuring import (  # noqa: E402
    Outcome,
    simulated_outcomes,
    static_outcomes,
)

TABLE = ROOT / "docs" / "validation.md"

HEAD = """\
# Validation: what is known exactly, and what toc-sim says

{verdict}

Written by `python benchmarks/validation.py --write`; do not edit. The tests in
`tests/validation` make the same comparisons with shorter runs. Static figures must
agree within 1e-9 (relative, above 1); a run without chance within one item. All other
figures are means over replications with the 99.9 % Student-t interval; the exact
value must lie inside. The run is "replications x measured periods after warm-up"; a
case that compares variants runs each of them that long, on the same random numbers.
What falls outside is marked, and measured again with other random numbers at the end.
"""

STATIONS = """
## Constraint shares and states, station by station

Where a Markov chain gives them exactly: the constraint share (elasticity of
throughput) of each station, and the fractions of time that its servers are busy,
blocked and starved. Each cell: exact value, then simulated mean and half-width of its
99.9 % interval. The runs are those of the table above.
"""

Found = tuple[tuple[Outcome, ...], tuple[Outcome, ...]]
"""The outcomes of a case, and those that were measured again."""

AGAIN = """
## What fell outside, measured again

With other random numbers and the same length. One figure in a thousand falls outside
by chance; one that is outside here too is a fault.
"""

COLUMNS = ("share", "busy", "blocked", "starved")


@dataclass(frozen=True, slots=True)
class Answer:
    """A case with all its outcomes; none where it is not run.

    `again` has those that were outside, measured with other random numbers.
    """

    case: Case
    outcomes: tuple[Outcome, ...]
    again: tuple[Outcome, ...]
    note: str


def main() -> int:
    """Run all cases and tell the verdict; the exit code says whether all are met."""
    options = _options()
    names = [name for name, case in CASES.items() if _is_run(case)]
    with ProcessPoolExecutor(options.processes) as pool:
        found = dict(
            zip(
                names,
                pool.map(_outcomes, names, [options.longer] * len(names)),
                strict=True,
            )
        )
    answers = [_answer(case, found.get(name, ((), ()))) for name, case in CASES.items()]
    print(_verdict(answers))
    for each in (each for answer in answers for each in answer.outcomes):
        if not each.is_met:
            print(f"  {each.case}, {each.what}: {_interval(each)}")
    if options.write:
        TABLE.write_text(_page(answers), "utf-8")
    return 1 if any(_faults(answer) for answer in answers) else 0


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    parser.add_argument(
        "--longer", type=float, default=5.0, help="than the tests' runs"
    )
    parser.add_argument("--processes", type=int, default=cpu_count())
    return parser.parse_args()


def _is_run(case: Case) -> bool:
    return isinstance(express(case), Expressed)


def _outcomes(name: str, longer: float) -> Found:
    """Measure a case; what falls outside is measured again."""
    first = static_outcomes(name) + simulated_outcomes(name, longer)
    missed = {each.what for each in first if not each.is_met}
    if not missed:
        return first, ()
    second = simulated_outcomes(name, longer, again=True)
    return first, tuple(each for each in second if each.what in missed)


def _answer(case: Case, found: Found) -> Answer:
    said = express(case)
    note = said.reason if isinstance(said, Outside) else said.note
    return Answer(case, *found, note)


def _faults(answer: Answer) -> list[str]:
    """Return the figures that are wrong: static ones, and those outside twice."""
    settled = {each.what for each in answer.again if each.is_met}
    return [
        each.what
        for each in answer.outcomes
        if not each.is_met and (each.kind == "static" or each.what not in settled)
    ]


def _verdict(answers: list[Answer]) -> str:
    run = [each for each in answers if each.outcomes]
    met = [each for each in run if all(one.is_met for one in each.outcomes)]
    outcomes = [one for each in run for one in each.outcomes]
    static = [one for one in outcomes if one.kind == "static"]
    simulated = len(outcomes) - len(static)
    outside = sum(not one.is_met for one in outcomes if one.kind != "static")
    faults = sum(len(_faults(each)) for each in run)
    wrong = sum(not one.is_met for one in static)
    return (
        f"**Of {len(answers)} cases, {len(run)} are run and {len(met)} of these met in "
        f"every figure.** Static: {len(static) - wrong} of {len(static)} figures "
        f"exact. Simulated: {simulated - outside} of {simulated} figures inside their "
        f"99.9 % interval, {outside} outside (chance alone puts "
        f"{simulated / 1000:.1f} there), {faults} twice. "
        f"Not run: {len(answers) - len(run)} cases, "
        "which the model does not or not yet express; each says why."
    )


def _page(answers: list[Answer]) -> str:
    lines = [
        HEAD.format(verdict=_verdict(answers)),
        *_row(
            "case",
            "system",
            "source",
            "figure",
            "exact",
            "got",
            "99.9 % interval",
            "run",
        ),
        "|---|---|---|---|--:|--:|---|---|",
    ]
    for answer in answers:
        lines += _rows(answer)
    lines += ["", *_reasons(answers), STATIONS, *_row("case", "station", *COLUMNS)]
    lines.append("|---|---|---|---|---|---|")
    for answer in answers:
        lines += _stations(answer)
    return "\n".join([*lines, *_second_look(answers)]) + "\n"


def _rows(answer: Answer) -> Iterable[str]:
    case = answer.case
    if not answer.outcomes:
        yield from _row(
            case.id,
            case.what,
            case.source,
            case.quantity,
            _number(case.value),
            "not run",
            "",
            answer.note,
        )
    what = f"{case.what} ({answer.note})" if answer.note else case.what
    for each in answer.outcomes:
        if each.kind in {"static", "value"}:
            yield from _row(
                case.id,
                what,
                case.source,
                each.what,
                _number(each.expected),
                _number(each.got),
                _interval(each),
                each.length,
            )
            what = "as above"


def _reasons(answers: list[Answer]) -> Iterable[str]:
    yield "## What is not run\n"
    reasons = Counter(each.note for each in answers if not each.outcomes)
    for reason, count in reasons.most_common():
        yield f"- {count}: {reason}."


def _stations(answer: Answer) -> Iterable[str]:
    cells: dict[str, dict[str, str]] = {}
    for each in answer.outcomes:
        if each.kind == "share":
            station, column = each.what.removeprefix("share of "), "share"
        elif each.kind == "fraction":
            station, column = each.what.rsplit(" ", 1)
        else:
            continue
        half = (each.high - each.low) / 2
        text = f"{each.expected:.4f}: {each.got:.4f} ± {half:.4f}"
        cells.setdefault(station, {})[column] = text + _mark(each)
    for station, found in cells.items():
        yield from _row(
            answer.case.id, station, *(found.get(column, "") for column in COLUMNS)
        )


def _second_look(answers: list[Answer]) -> Iterable[str]:
    again = [each for answer in answers for each in answer.again]
    if not again:
        return
    yield AGAIN
    yield from _row("case", "figure", "exact", "got", "99.9 % interval", "run")
    yield "|---|---|--:|--:|---|---|"
    for each in again:
        yield from _row(
            each.case,
            each.what,
            _number(each.expected),
            _number(each.got),
            _interval(each),
            each.length,
        )


def _interval(each: Outcome) -> str:
    if each.kind == "static":
        return ("exact" if each.is_met else "wrong") + _mark(each)
    return f"{_number(each.low)} to {_number(each.high)}{_mark(each)}"


def _mark(each: Outcome) -> str:
    return "" if each.is_met else " **outside**"


def _number(value: float | list[float]) -> str:
    if isinstance(value, list):
        return ", ".join(map(_number, value))
    return f"{value:.6g}" if value else "0"


def _row(*cells: str) -> tuple[str, ...]:
    return ("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |",)


if __name__ == "__main__":
    sys.exit(main())
