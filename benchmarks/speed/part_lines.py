"""W1 to W3: one run of each line, by every program in turn."""

from __future__ import annotations

from functools import partial

from speed import ours
from speed.aims import Aim, Profile, at_least
from speed.lines import LINES, Line
from speed.parts import Part, Size, table
from speed.profiles import time_profile
from speed.programs import OURS, PLAIN, PROGRAMS, installed
from speed.throughputs import Throughput, throughputs
from speed.turns import Pace, Work, take_turns

CHECKED = 0.05
"""Part of the periods in each of the runs that throughputs are checked by."""

Speeds = dict[str, dict[str, Pace]]
Made = dict[str, dict[str, Throughput]]


def measured(size: Size) -> Part:
    """Measure all programs that are installed."""
    speeds = {
        name: _speeds(line.scaled(size.part), size) for name, line in LINES.items()
    }
    made = {name: _made(line, size) for name, line in LINES.items()}
    text = f"{HEAD}\n{_speed_table(speeds)}\n\n{_throughput_text(made)}"
    return Part("One run: W1, W2, W3", text, tuple(_aims(speeds)))


def _speeds(line: Line, size: Size) -> dict[str, Pace]:
    works = {
        program.key: Work(partial(program.runner(), line.scaled(program.part)))
        for program in installed()
    }
    return take_turns(works, size.rounds, size.enough)


def _made(line: Line, size: Size) -> dict[str, Throughput]:
    short = line.scaled(CHECKED * max(size.part, 0.2))
    return throughputs(installed(), short, size.checks)


def _speed_table(speeds: Speeds) -> str:
    head = ["program", "version"]
    head += [cell for name in speeds for cell in (f"{name}, items/s", "x plain")]
    rows = []
    for program in PROGRAMS:
        row = [program.title, program.version or "not installed"]
        for paces in speeds.values():
            pace = paces.get(program.key)
            row.append(f"{pace.speed:,.0f}" if pace else "")
            row.append(f"{pace.speed / paces[PLAIN.key].speed:.3g}" if pace else "")
        rows.append(row)
    return table(head, rows)


def _throughput_text(made: Made) -> str:
    odd = [
        f"{program.title} on {name}"
        for name, each in made.items()
        for program in installed()
        if not each[program.key].agrees(each[PLAIN.key])
    ]
    verdict = (
        f"**Another throughput than plain SimPy: {', '.join(odd)}.**"
        if odd
        else "All make the same throughput as plain SimPy, within five standard errors:"
    )
    rows = [
        [
            program.title,
            *(
                f"{each[program.key].mean:.3f} ± {each[program.key].error:.3f}"
                for each in made.values()
            ),
        ]
        for program in installed()
    ]
    head = ["program", *(f"{name}, items/period" for name in made)]
    return f"{verdict}\n\n{table(head, rows)}"


def _aims(speeds: Speeds) -> list[Aim]:
    wanted = [
        ("W1", "simpy", "plain", 3.0),
        ("W1", "compiled", "plain", 100.0),
        ("W1", "compiled", "cimba", 3.0),
        ("W1", "compiled", "limit", 0.15),
        ("W3", "simpy", "plain", 3.0),
        ("W3", "compiled", "plain", 100.0),
    ]
    return [_aim(speeds, *each) for each in wanted]


def _aim(speeds: Speeds, name: str, own: str, other: str, bound: float) -> Aim:
    titles = {program.key: program.title.strip("*") for program in PROGRAMS}
    paces = speeds[name]
    ratio = paces[own].speed / paces[other].speed if other in paces else None
    what = f"{name}: {titles[own]} against {titles[other]}"
    return at_least(what, ratio, bound, " x", _profile(name, own))


def _profile(name: str, engine: str) -> Profile:
    line = LINES[name].scaled(0.1 if engine == OURS[0].key else 1.0)
    run = partial(ours.result, line, engine, 7)
    return Profile(f"Time of {name}, {engine}", partial(time_profile, run))


HEAD = """\
Items that leave the line a second of processor time: medians over rounds in which all
take turns, in one process, each with another seed. toc_sim measures everything it
always measures; the others count what leaves. Reading a scenario is not in it, nor is
building a model that Cimba compiles. Ciw and Simantha run a fifth of the
periods, salabim a tenth: their speed does not depend on it. Cimba is its Python
package, which compiles models for the engine in C. The limit is a compiled
recursion with its draws in the loop, which measures nothing.
"""
