"""W4: two hundred short runs of the paper cups, on one core and on two.

Times are those on the clock on the wall, since other processes work here.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from time import perf_counter

from speed import ours
from speed.aims import Aim, Profile, at_least
from speed.lines import REPLICATIONS, SHORT, Line
from speed.parts import Part, Size, table
from speed.peers import limit, plain_simpy
from speed.profiles import time_profile
from speed.programs import PEERS
from speed.turns import Pace, Work, take_turns

CORES = 2
MORE = 10
"""Times as many replications, to see what two cores give when there is enough to do."""
FEW = 20
"""Replications by which the slow are measured on one core."""


def measured(size: Size) -> Part:
    """Measure everything that makes replications."""
    line = SHORT
    pooled = max(2 * FEW, round(REPLICATIONS * size.part))
    works = {
        "plain": _work(partial(_plain, line, FEW)),
        "plain, pool": _work(partial(_pool, line, pooled)),
        "simpy": _work(partial(_ours, line, "simpy", FEW)),
        "compiled": _work(partial(_ours, line, "compiled", REPLICATIONS)),
        "laboratory 1": _work(partial(_laboratory, line, 1, 1)),
        "laboratory 2": _work(partial(_laboratory, line, CORES, 1)),
        "laboratory 1, long": _work(partial(_laboratory, line, 1, MORE)),
        "laboratory 2, long": _work(partial(_laboratory, line, CORES, MORE)),
        "limit": _work(partial(limit.replicate, line, REPLICATIONS)),
    }
    if all(peer.version for peer in PEERS if peer.key == "cimba"):
        from speed.peers import with_cimba

        works["cimba"] = _work(partial(with_cimba.replicate, line, REPLICATIONS))
    # A round of these takes long, and their times differ little.
    paces = take_turns(works, min(size.rounds, 3), size.enough)
    title = f"W4: {REPLICATIONS} replications of {line.periods:g} periods"
    return Part(title, f"{HEAD}\n{_table(paces)}", tuple(_aims(paces, line)))


def _work(run):
    return Work(run, clock=perf_counter)


def _plain(line: Line, replications: int, seed: int) -> int:
    return sum(
        plain_simpy.run(line, seed * REPLICATIONS + number)
        for number in range(replications)
    )


def _pool(line: Line, replications: int, seed: int) -> int:
    seeds = range(seed * REPLICATIONS, seed * REPLICATIONS + replications)
    with ProcessPoolExecutor(CORES) as pool:
        return sum(pool.map(partial(plain_simpy.run, line), seeds, chunksize=10))


def _ours(line: Line, engine: str, replications: int, seed: int) -> int:
    return ours.replicate(line, engine, replications, seed)


def _laboratory(line: Line, workers: int, times: int, seed: int) -> int:
    return ours.in_laboratory(line, times * REPLICATIONS, workers, seed)


def _table(paces: dict[str, Pace]) -> str:
    rows = [
        [
            title,
            f"{paces[key].speed:,.0f}",
            f"{paces[key].speed / paces['plain'].speed:.3g}",
            f"{paces[key].speed / paces['plain, pool'].speed:.3g}",
        ]
        for key, title in TITLES.items()
        if key in paces
    ]
    head = ["what", "items/s", "x plain, one core", "x plain, two processes"]
    return table(head, rows)


def _aims(paces: dict[str, Pace], line: Line) -> list[Aim]:
    once = partial(_ours, line, "compiled", REPLICATIONS, 7)
    two = partial(_laboratory, line, CORES, 1, 7)
    compiled = paces["compiled"].speed
    return [
        at_least(
            "W4: compiled against plain SimPy, each on one core",
            compiled / paces["plain"].speed,
            150.0,
            " x",
            Profile("Time of W4, one core", partial(time_profile, once)),
        ),
        at_least(
            "W4: two cores against one",
            paces["laboratory 2"].speed / compiled,
            1.7,
            " x",
            Profile("Time of W4, two cores", partial(time_profile, two)),
        ),
    ]


TITLES = {
    "plain": "plain SimPy, one core",
    "plain, pool": "plain SimPy, a pool of two processes",
    "simpy": "**toc_sim, SimPy**, one core",
    "compiled": "**toc_sim, compiled**, one core",
    "laboratory 1": "**toc_sim, compiled**, the laboratory with one worker",
    "laboratory 2": "**toc_sim, compiled**, the laboratory with two workers",
    "laboratory 1, long": f"the same, {MORE} x the replications, one worker",
    "laboratory 2, long": f"the same, {MORE} x the replications, two workers",
    "cimba": "Cimba (C), one core",
    "limit": "the limit, one core",
}

HEAD = f"""\
Items that leave a second on the wall, medians of rounds. The two workers of the
laboratory have been started before, as joblib keeps them between two calls; the pool
of plain SimPy starts its processes each time, which takes little. On one core, SimPy
is measured on {FEW} of the replications.
"""
