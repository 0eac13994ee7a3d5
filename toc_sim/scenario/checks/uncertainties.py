"""What is wrong with numbers that are not known exactly, and with measuring them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Any

from toc_sim.errors import Path, Problem, of_entry, shown, unknown_name
from toc_sim.scenario.fields.nodes import PACES
from toc_sim.scenario.fields.numbers import Entry, Profile
from toc_sim.scenario.fields.sections import is_whole, numbers_in
from toc_sim.scenario.fields.uncertain import (
    MOST_BELOW_ZERO,
    Around,
    Between,
    CountOver,
    MeasuredFile,
    TimedObservations,
    Uncertainty,
    WonOf,
)
from toc_sim.scenario.parameters.beliefs import NumberKind, beta_weight
from toc_sim.scenario.parameters.paths import (
    Target,
    changed,
    entry_at,
    field_at,
    normal,
    target_of,
    value_of,
)
from toc_sim.scenario.parameters.uncertain_parameter import UncertainParameter
from toc_sim.scenario.parts import Parts

ALL_BUT_IMPOSSIBLE = 0.0005
"""What is less likely than this, at either end, contradicts the file [1]."""


def uncertain_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what is wrong with what a file says of how surely it knows its numbers.

    Parameters
    ----------
    parts
        The scenario, as it stands.
    """
    known: dict[tuple[tuple[str, str], tuple[str, ...]], str] = {}
    for path, said in parts.uncertain.items():
        place: Path = ("uncertain", path)
        target = target_of(path, parts)
        if isinstance(target, Problem):
            yield Problem(place, target.what, hint=target.hint, at_key=True)
            continue
        first, *others = target.fields
        pace = "rate" if first in PACES else first
        other = known.setdefault((target.home, (pace, *others)), path)
        home = entry_at(target, parts)
        if other != path:
            yield of_entry(place, f"is said by {other} already", "keep one of the two")
        elif home is not None:
            yield from _of_parameter(path, said, target, home, parts)
    yield from _unmeasurable(parts)


def _unmeasurable(parts: Parts) -> Iterator[Problem]:
    """Yield what there is no point in measuring: numbers that are known."""
    known = {normal(path) for path in parts.uncertain}
    for path in parts.measure:
        if normal(path) not in known:
            place = ("measure", path)
            problem = unknown_name(place, "no uncertain number", path, parts.uncertain)
            yield Problem(place, problem.what, hint=problem.hint, at_key=True)


def _of_parameter(
    path: str, said: Uncertainty | None, target: Target, home: Entry, parts: Parts
) -> Iterator[Problem]:
    """Yield the first thing that is wrong with an entry, if anything is."""
    place: Path = ("uncertain", path)
    value = value_of(target, parts)
    problem = _no_business(place, target, home) or _no_number(place, value)
    if problem is None and said is not None:
        one = UncertainParameter(path, said, target, home, value)
        problem = _unsuited(place, said, one.kind) or _no_share(place, one)
        if problem is None and not isinstance(said, MeasuredFile):
            problem = _against_file(place, one) or _refused(place, one, parts)
    if problem is not None:
        yield problem


def _no_business(place: Path, target: Target, home: Entry) -> Problem | None:
    """Return why a parameter is no number of the business, or None if it is one."""
    if target.home[0] == "sections" and target.fields[0] == "run":
        what = "says how to simulate, and that is known exactly"
        return of_entry(place, what, "leave it out")
    if "benchmark" in target.fields:
        what = "a benchmark only says how far a parameter could go"
        hint = f"did you mean '{str(place[1]).replace('.benchmark', '')}'?"
        return of_entry(place, what, hint)
    field = field_at(home, target)
    if field is None:  # the hours of a calendar
        return None
    if not numbers_in(field.annotation):
        return of_entry(place, "is no number", "only numbers can be uncertain")
    if is_whole(field):
        hint = "say it of a rate, a capacity, a time or a share"
        return of_entry(place, "is counted, and whoever counts is sure", hint)
    return None


def _no_number(place: Path, value: Any) -> Problem | None:
    """Return why the file says no number of which one could be unsure, or None."""
    path = str(place[1])
    if value is None:
        hint = f"say what '{path}' is, where it belongs: this only says how surely"
        return of_entry(place, "the file says nothing of it", hint)
    if isinstance(value, Profile):
        hint = "give it one number, or leave this out"
        return of_entry(place, "changes over time", hint)
    if isinstance(value, Mapping):
        each = ", ".join(f"'{path}.{name}'" for name in list(value)[:3])
        return of_entry(place, "differs by product", f"say it of {each}")
    if isinstance(value, Entry):
        hint = f"say it of a number in it, like '{path}.mean'"
        return of_entry(place, "is no number", hint)
    if not isinstance(value, int | float):
        return of_entry(place, "is no number", "only numbers can be uncertain")
    return None


_SUITS: Mapping[type[Uncertainty], tuple[tuple[NumberKind, ...], str]] = {
    WonOf: (("share",), "'won' and 'of' tell of a share or a conversion"),
    CountOver: (("rate",), "'count' and 'over' tell of a rate"),
    TimedObservations: (("rate", "time"), "'observations' tell of a rate or a time"),
    MeasuredFile: (("rate", "time"), "a file of times tells of a rate or a time"),
}
"""By form of which kinds of numbers it tells, and that in words."""

_KINDS_IN_WORDS: Mapping[NumberKind, str] = {
    "share": "a share",
    "rate": "a rate",
    "time": "a time",
    "number": "neither",
}


def _unsuited(place: Path, said: Uncertainty, kind: NumberKind) -> Problem | None:
    """Return why a form does not suit a parameter, or None if it does."""
    kinds, words = _SUITS.get(type(said), ((kind,), ""))
    if kind in kinds:
        return None
    return of_entry(
        place,
        f"{words}, and this is {_KINDS_IN_WORDS[kind]}",
        "take {mean: ..., sd: ...} or {p10: ..., p90: ...}",
    )


def _no_share(place: Path, one: UncertainParameter) -> Problem | None:
    """Return why a form of a share is none between 0 and 1, or None."""
    said = one.said
    if one.kind != "share" or not isinstance(said, Around | Between):
        return None
    most, key = (said.mean, "mean") if isinstance(said, Around) else (said.p90, "p90")
    if most >= 1:
        hint = f"{most:g} % is {most / 100:g}" if most > 1 else None
        what = "must be less than 1: it is a share"
        return Problem((*place, key), what, shown(most), hint)
    if not isinstance(said, Around):
        return None
    if said.distribution == "normal":
        above = 1 - NormalDist(said.mean, said.sd).cdf(1)
        if above > MOST_BELOW_ZERO:
            what = f"{above:.0%} of this normal distribution lies above 1"
            return Problem((*place, "distribution"), what, hint="leave it out")
    elif beta_weight(said) <= 0:
        what = f"is too much for a share of {said.mean:g}"
        return Problem((*place, "sd"), what, shown(said.sd))
    return None


def _against_file(place: Path, one: UncertainParameter) -> Problem | None:
    """Return that the file's own number is all but impossible, or None."""
    low, high = one.quantile(ALL_BUT_IMPOSSIBLE), one.quantile(1 - ALL_BUT_IMPOSSIBLE)
    if isinstance(one.said, WonOf):  # all of 12, or none: the share may be quite that
        low = low if one.said.won else 0.0
        high = high if one.said.won < one.said.of else 1.0
    if low <= one.value <= high:
        return None
    what = f"contradicts the file, where it is {one.value:.6g}: here it lies between "
    hint = "change one of the two; the file has what is most likely"
    return of_entry(place, f"{what}{low:.4g} and {high:.4g}", hint)


def _refused(place: Path, one: UncertainParameter, parts: Parts) -> Problem | None:
    """Return why the parameter cannot be as low, or as high, as is said, or None."""
    for chance in (ALL_BUT_IMPOSSIBLE, 1 - ALL_BUT_IMPOSSIBLE):
        value = one.belief.unlimited(chance)
        for problem in changed(parts, {one.path: value})[1]:
            what = f"it may be {value:.4g} by what is said here: {problem.what}"
            return of_entry(place, what, "say that it is known better")
    return None
