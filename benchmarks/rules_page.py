"""How the benchmark of constraint rules is told: a table, and a page around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from serial_lines import FAMILIES


class Scored(Protocol):
    """How one rule did in one family."""

    hits: float
    lines: int
    rate: float
    captured: float
    chance: float
    holds: bool


Scores = Mapping[str, Mapping[str, Scored]]


@dataclass(frozen=True, slots=True)
class Told:
    """A rule as the page explains it: what it names, and where that comes from."""

    name: str
    title: str
    names: str
    source: str


RULES = (
    Told(
        "share",
        "**constraint share, one run**",
        "the station with the greatest part of the critical path, working or repaired",
        "perturbation analysis: Ho & Cao 1983 (J. Optim. Theory Appl. 40),"
        " Suri 1989 (Proc. IEEE 77), Glasserman 1991 (Gradient Estimation via"
        " Perturbation Analysis)",
    ),
    Told(
        "arrows",
        "arrows with severity",
        "where the arrows between neighbours point: downstream if the first is blocked"
        " more than the second is starved; of several, the most severe",
        "Kuo, Lim & Meerkov 1996 (Math. Probl. Eng. 2:233-276); Li & Meerkov 2009"
        " (Production Systems Engineering)",
    ),
    Told(
        "turning_point",
        "turning point",
        "where more blocked than starved turns into the opposite; without such a point,"
        " the station least blocked and starved",
        "Li, Chang & Ni 2009 (Int. J. Prod. Res. 47:5019-5036)",
    ),
    Told(
        "static",
        "slowest station (static answer)",
        "the smallest capacity, after repairs: the dual of the linear program",
        "Ford & Fulkerson 1956 (Canad. J. Math. 8:399-404)",
    ),
    Told(
        "utilisation",
        "utilisation, repairs counted",
        "the station that is working or repaired for the greatest part of the time",
        "Hopp & Spearman 2008 (Factory Physics, ch. 7)",
    ),
    Told(
        "working",
        "utilisation, repairs not counted",
        "the station that is working for the greatest part of the time",
        "as above; what a plain load table shows",
    ),
    Told(
        "shifting_bottleneck",
        "shifting bottleneck",
        "the station that is the momentary bottleneck (its active period the longest of"
        " those running), sole or shifting, for the longest time",
        "Roser, Nakano & Tanaka 2002 (Winter Simulation Conf., 1079-1086)",
    ),
    Told(
        "active_period",
        "average active period",
        "the station with the longest mean active period",
        "Roser, Nakano & Tanaka 2001 (Winter Simulation Conf., 949-953)",
    ),
    Told(
        "queue",
        "longest queue",
        "the station with the most items waiting before it; the first has none",
        "Lawrence & Buss 1994 (Prod. Oper. Manag. 3:21-37)",
    ),
    Told(
        "departures",
        "most regular departures",
        "the station with the least variance of the times between departures",
        "Betterton & Silver 2012 (Int. J. Prod. Res. 50:4158-4174)",
    ),
)

PAGE = """\
# Constraint rules: who names the station that is worth lifting?

{verdict}

Written by `python benchmarks/constraint_rules.py --write`; do not edit.

Each cell: part of the lines in which the rule names the station whose speeding up by
10 % raises throughput most; in brackets, the mean part of that best lift which the
station it names would bring. {lines} random lines in each family, one run of {items:,}
items in each. Chance moves a rate near 75 % by up to {error:.0f} points (two standard
errors). The best in each family is bold.

{table}

## What the share promises

In every family it names the best station in 92 % of all possible lines at least, and
what it names brings 99 % of the best lift on average. The first is tested one-sided at
1 %: it is broken where so few hits among the lines drawn would have a chance below 1 %
at a true rate of 92 %. The command exits with 1 if one of the two fails anywhere.

{tests}

## The lines, the truth and the rules

Stations in a row, blocking after service; the first never lacks material, the last
never lacks buyers. Mean speeds are drawn uniformly around 1 as the column says,
buffers uniformly from 0, 1, 2 places (unreliable: 0 to 3). Unreliable stations fail
while they work, at a rate between 0.02 and 0.1, and are repaired at a rate between
0.1 and 0.4. Nearly balanced lines with small buffers are the hard case of every rule.

The truth is exact: the line is a Markov chain, and `benchmarks/markov.py` solves it as
it is and with each station's work in turn 10 % faster (failures and repairs as before).
What the share misses comes from the length of the run, and from 10 % not being an
infinitely small step. In the lines where it misses, the station that it names still
brings {missed:.1f} % of the best lift on average: there two stations bring almost the
same.

A rule that names several stations is scored as if one of them were drawn by lot; one
that names nobody in a line scores nothing there (the longest queue where no line has
a buffer).

| rule | names | source |
|---|---|---|
{definitions}
"""


def table(scores: Scores) -> str:
    """Return the rates of hits and captured lifts of all rules as a Markdown table."""
    families = [family for family in FAMILIES if family.name in scores]
    head = ["rule", *(family.title for family in families)]
    rows = [
        [rule.title, *(_cell(rule, scores[family.name]) for family in families)]
        for rule in RULES
    ]
    return _markdown(head, rows)


def page(scores: Scores, lines: int, items: int) -> str:
    """Return the whole page."""
    return PAGE.format(
        verdict=_verdict(scores),
        lines=lines,
        items=items,
        error=200 * (0.75 * 0.25 / lines) ** 0.5,
        missed=_missed(scores),
        table=table(scores),
        tests=tests(scores),
        definitions="\n".join(
            f"| {rule.title.strip('*')} | {rule.names} | {rule.source} |"
            for rule in RULES
        ),
    )


def tests(scores: Scores) -> str:
    """Return what the constraint share promises, and whether it keeps it."""
    rows = [
        [
            family.title,
            f"{100 * ours.rate:.1f} %",
            f"{ours.chance:.3f}",
            f"{100 * ours.captured:.2f} %",
            "yes" if ours.holds else "**no**",
        ]
        for family in FAMILIES
        if (ours := scores[family.name]["share"])
    ]
    return _markdown(
        ["family", "hits", "chance of so few at 92 %", "lift captured", "holds"], rows
    )


def _verdict(scores: Scores) -> str:
    ours = [family["share"] for family in scores.values()]
    others = [
        score
        for family in scores.values()
        for name, score in family.items()
        if name != "share"
    ]
    hits, lines = sum(score.hits for score in ours), sum(score.lines for score in ours)
    kept = sum(score.holds for score in ours)
    word = "keeps its promise" if kept == len(ours) else "breaks its promise"
    return (
        f"**The constraint share {word}: from one run it names the best of the stations"
        f" in {_range([hits / lines])} % of {lines} hard lines"
        f" ({_range(score.rate for score in ours)} % by family), and what it names"
        f" brings {_range((score.captured for score in ours), 1)} % of the best lift."
        f" The classical rules name the best in"
        f" {_range(score.rate for score in others)} % on the same runs.**"
    )


def _missed(scores: Scores) -> float:
    """Return what the share still brings in the lines where it misses [%]."""
    ours = [family["share"] for family in scores.values()]
    misses = sum(score.lines - score.hits for score in ours)
    lost = sum(score.lines * (1 - score.captured) for score in ours)
    return 100 * (1 - lost / misses) if misses else 100.0


def _range(values: Iterable[float], digits: int = 0) -> str:
    each = [100 * value for value in values]
    ends = (f"{end:.{digits}f}" for end in (min(each), max(each)))
    return " to ".join(dict.fromkeys(ends))


def _cell(rule: Told, scores: Mapping[str, Scored]) -> str:
    score = scores[rule.name]
    best = max(other.rate for other in scores.values())
    rate = f"{100 * score.rate:.0f}"
    rate = f"**{rate}**" if score.rate == best else rate
    return f"{rate} ({score.captured:.3f})"


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    rule = "|".join(["---", *["--:"] * (len(head) - 1)])
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])
