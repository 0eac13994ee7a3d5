"""What a change does to a scenario, in Markdown for a pull request on GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.observation import Observation
from toc_sim.experiment.revision import Revision
from toc_sim.language import joined
from toc_sim.report.formats import (
    alone,
    decimals,
    money_unit,
    pace_unit,
    percent_given,
    percent_plus_minus,
    plus_minus,
    printable,
    signed,
    window,
)
from toc_sim.scenario.model import Scenario

_MOST_CHANGES = 20
"""Parameters that are listed one by one."""


def revision_lines(file: str, found: Revision, unmet: Sequence[str]) -> Iterator[str]:
    """Yield what a change of a file does, as lines of Markdown.

    Parameters
    ----------
    file
        Its name.
    found
        What was seen before and after.
    unmet
        What the file expects and does not do.
    """
    yield from _head(file)
    yield f"**{_move(found)}**; {_throughput(found)}."
    yield ""
    yield from _rows(found)
    yield ""
    yield f"Each simulated for {_setting(found.after)}."
    yield from _changes(found)
    yield from _unmet(unmet)


def scenario_lines(
    file: str, found: Observation, unmet: Sequence[str], note: str = ""
) -> Iterator[str]:
    """Yield what a scenario does that there is nothing before, as lines of Markdown.

    Parameters
    ----------
    file, unmet
        As of `revision_lines`.
    found
        What was seen.
    note
        Why there is nothing to compare with, if that is worth a word.
    """
    scenario, verdict = _scenario(found), found.verdict
    rate = alone(verdict.throughput.mean)
    yield from _head(file)
    yield (
        f"**The constraint is {_names(scenario, verdict.constraint)}**; throughput "
        f"{rate} {_plain(pace_unit(scenario))}."
    )
    yield ""
    if note:
        yield note
        yield ""
    yield f"Simulated for {_setting(found)}."
    yield from _unmet(unmet)


def problem_lines(file: str, problem: str) -> Iterator[str]:
    """Yield what is wrong with a file, as lines of Markdown.

    Parameters
    ----------
    file
        Its name.
    problem
        All that is wrong, as it is told in a terminal.
    """
    yield from _head(file)
    yield "**It cannot be used:**"
    yield ""
    fence = "`" * max(3, 1 + _longest_run(problem))
    yield f"{fence}text"
    yield from problem.splitlines()
    yield fence


def code(text: str, *, cell: bool = False) -> str:
    r"""Return a text that stands as it is, whatever is in it, and mentions nobody.

    Parameters
    ----------
    text
        Of one line.
    cell
        Whether it stands in a table, where a bar would end the cell.

    Examples
    --------
    >>> from toc_sim.report.markdown import code
    >>> code("machine_2"), code("a`b"), code("a|b", cell=True)
    ('`machine_2`', '`` a`b ``', '`a\\|b`')
    """
    told = printable(text)
    run = _longest_run(told)
    told = told.replace("|", "\\|") if cell else told
    fence = "`" * (run + 1)
    return f"{fence} {told} {fence}" if run else f"{fence}{told}{fence}"


def _plain(unit: str) -> str:
    """Return a unit, as code if a letter of it might mean something in Markdown."""
    words = unit.replace("/", "").replace(" ", "")
    return unit if words.isalnum() else code(unit, cell=True)


def _longest_run(text: str) -> int:
    """Return the length of the longest run of backticks in a text."""
    longest = run = 0
    for letter in text:
        run = run + 1 if letter == "`" else 0
        longest = max(longest, run)
    return longest


def _head(file: str) -> Iterator[str]:
    yield f"### {code(file)}"
    yield ""


def _scenario(found: Observation) -> Scenario:
    return found.runs.network.scenario


def _names(scenario: Scenario, names: Iterable[str], *, cell: bool = False) -> str:
    return joined(code(scenario.title(name), cell=cell) for name in names)


def _move(found: Revision) -> str:
    """Say where the constraint goes."""
    (old, was), (new, now) = (
        (_scenario(each), each.verdict.constraint)
        for each in (found.before, found.after)
    )
    if set(was) == set(now):
        return f"The constraint stays {_names(new, now)}"
    return f"The constraint moves from {_names(old, was)} to {_names(new, now)}"


def _throughput(found: Revision) -> str:
    """Say what throughput was and is, and how sure the difference is."""
    means = [each.verdict.throughput.mean for each in (found.before, found.after)]
    units = [_plain(pace_unit(_scenario(each))) for each in (found.before, found.after)]
    change = found.throughput
    if change is None:
        return (
            f"throughput {alone(means[0])} {units[0]} before and {alone(means[1])} "
            f"{units[1]} after, in other units"
        )
    digits = decimals(means)
    told = signed(plus_minus(change, digits))
    lift = f"throughput {means[0]:,.{digits}f} -> {means[1]:,.{digits}f} {units[1]}"
    if change.is_known and change.half_width and change.low <= 0 <= change.high:
        return f"{lift} ({told}: not told apart from no change)"
    return f"{lift} ({told})"


def _rows(found: Revision) -> Iterator[str]:
    """Yield the table of both."""
    both = (found.before, found.after)
    pace = _plain(pace_unit(_scenario(found.after)))
    yield "| | before | after | difference |"
    yield "|---|---|---|---|"
    constraints = (
        _names(_scenario(each), each.verdict.constraint, cell=True) for each in both
    )
    yield _row("constraint", constraints)
    shares = (f"{percent_plus_minus(each.verdict.share)} %" for each in both)
    yield _row("its share of the throughput", shares)
    rates = [each.verdict.throughput for each in both]
    yield _row(f"throughput, {pace}", _told(rates), found.throughput)
    money = [each.trials[0].money for each in both]
    if all(each is not None for each in money):
        profits = [each.net_profit for each in money if each is not None]
        unit = _plain(money_unit(_scenario(found.after)))
        yield _row(f"net profit, {unit}", _told(profits), found.profit)


def _told(values: Sequence[Interval]) -> list[str]:
    digits = decimals(each.mean for each in values)
    return [plus_minus(each, digits) for each in values]


def _row(name: str, cells: Iterable[str], change: Interval | None = None) -> str:
    last = ""
    if change is not None:
        last = signed(plus_minus(change, decimals([change.mean])))
    return f"| {' | '.join((name, *cells, last))} |"


def _setting(found: Observation) -> str:
    """Say how long and how often."""
    scenario, runs = _scenario(found), found.runs
    text = window(scenario, runs.warmup)
    if runs.network.is_deterministic:
        return f"{text}, once: nothing is left to chance"
    return (
        f"{text}; replications: {len(runs.results)}, seed: {scenario.run.seed}, ± at "
        f"{percent_given(scenario.run.confidence)}"
    )


def _changes(found: Revision) -> Iterator[str]:
    """Yield what was changed in the file."""
    lines = [f"added: {code(name)}" for name in found.added]
    lines += [f"removed: {code(name)}" for name in found.removed]
    lines += [code(str(change)) for change in found.changes]
    if not lines:
        yield ""
        yield "No parameter has another value."
        return
    yield ""
    yield "What was changed:"
    yield ""
    yield from (f"- {line}" for line in lines[:_MOST_CHANGES])
    if len(lines) > _MOST_CHANGES:
        yield f"- and {len(lines) - _MOST_CHANGES} more"


def _unmet(unmet: Sequence[str]) -> Iterator[str]:
    """Yield what is expected and not met."""
    if not unmet:
        return
    yield ""
    yield "**Not as the file expects:**"
    yield ""
    yield from (f"- {code(line)}" for line in unmet)
