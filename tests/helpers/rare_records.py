"""Records of answers with what is rare in them, made of records that were simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any, get_args

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.breakdown.attribute import Attribution
from toc_sim.experiment.breakdown.responses import Breakdown
from toc_sim.experiment.compare.comparison import Comparison, Criterion, Judgement
from toc_sim.experiment.roadmap.five_steps import Roadmap, Stopped
from toc_sim.experiment.roadmap.reach import Reach

LITTLE = Interval(0.1, 0.05, 0.15)


def rare(record: Any) -> Iterator[Any]:
    """Yield a record as its runs gave it, and with each thing that is seldom so.

    Nothing is simulated for it: a record is changed where a sentence depends on it, so
    that every sentence is said that can be.
    """
    yield record
    kinds = {
        Comparison: _comparisons,
        Roadmap: _roadmaps,
        Reach: _ways,
        Breakdown: _breakdowns,
        Attribution: _attributions,
    }
    yield from kinds[type(record)](record)


def _comparisons(found: Any) -> Iterator[Any]:
    row = found.rows[0]
    words = product(get_args(Criterion), get_args(Judgement), (True, False))
    for by, word, touches in words:
        best = replace(found.best, tools=row.tools, by=by)
        told = replace(row, word=word, touches=touches, difference=LITTLE)
        for margin in (0.01, 1.0):
            yield replace(found, best=best, rows=(told,), margin=margin)
    name = row.tools[:1]
    best = replace(found.best, tools=())
    yield replace(found, best=best)
    yield replace(found, best=best, rows=(row,))
    yield replace(found, best=best, rows=())
    many = tuple(each.tools for each in found.rows) * 5
    best = replace(found.best, confidence=0.95, unseparated=many)
    yield replace(found, best=best, pruned=7, beyond=(name,), independent=(2000, 10))
    always = replace(row, always=(next(iter(found.scenario.stages)),))
    later = replace(always, from_purchase=Interval(-50.0, -51.0, -49.0))
    yield replace(found, rows=(later,))
    if row.investment is not None and row.investment.npv.is_known:
        paying = replace(row.investment, npv=Interval(9e9, 8e9, 1e10), payback=3.0)
        for one in ("misses", "harms"):
            told = replace(row, word=one, investment=paying, from_purchase=None)
            other = replace(told, tools=found.rows[-1].tools)
            best = replace(found.best, tools=row.tools, by="npv")
            yield replace(found, best=best, rows=(told,))
            yield replace(found, best=best, rows=(told, other))


def _roadmaps(found: Any) -> Iterator[Any]:
    *others, last = found.steps
    reasons = product(get_args(Stopped), (True, False), (True, False), (True, False))
    for stopped, owns, touches, affordable in reasons:
        tools = tuple(found.scenario.tools) if owns else ()
        option = next(option for step in found.steps for option in step.options)
        option = replace(option, word="hits", touches=touches, affordable=affordable)
        ends = replace(last, owned=tools[:2], options=(option,))
        yield replace(found, steps=(*others, ends), stopped=stopped)
        yield replace(found, steps=(*others, replace(ends, owned=tools)))
    tool = next(iter(found.scenario.tools))
    for chosen, words in product(
        (tool, None),
        (("harms",), ("harms", "harms"), ("harms", "hits"), ("harms", "harms", "hits")),
    ):
        step = replace(last, chosen=chosen)
        steps = [
            replace(step, options=(replace(option, tool=tool, word=word),))
            for word in words
        ]
        yield replace(found, steps=tuple(steps))
    for sets, proved, tools in product((1, 9), (0, 3), ((), (tool,))):
        order = replace(found.best.order, tools=tools)
        best = replace(found.best, sets=sets, proved=proved, order=order)
        yield replace(found, best=best)
        yield replace(found, best=best, worth=order.value - 1 - abs(order.value))


def _ways(found: Any) -> Iterator[Any]:
    tools = tuple(found.scenario.tools)[:2]
    nodes = tuple(found.scenario.stages)
    few, far = (
        replace(found.furthest, tools=tools[:1]),
        replace(found.furthest, tools=()),
    )
    for way, furthest, names in product(
        (None, few, far), (few, far), (nodes[:1], nodes[:2])
    ):
        verdict = replace(found.verdict, constraint=names)
        yield replace(found, found=way, furthest=furthest, verdict=verdict)
    for refuted, simulated in product((0, 1, 2, 5), (found.sets, 1)):
        proofs = ((tools, 4.5),) * refuted
        yield replace(found, refuted=proofs, sets=9, simulated=simulated)


def _breakdowns(found: Any) -> Iterator[Any]:
    nodes = tuple(found.scenario.stages)
    for kind, word, names in product(
        ("stage", "market", "source", "policy"),
        ("sole", "tie"),
        (nodes[:1], nodes[:2]),
    ):
        verdict = replace(found.verdict, kind=kind, word=word, constraint=names)
        yield replace(found, verdict=verdict)
    yield replace(found, contrast=None)
    still = (replace(row, gain=None, benchmark=None) for row in found.rows)
    yield replace(found, rows=tuple(still))
    for note in NOTES:
        row = replace(found.rows[0], benchmark=None, note=note)
        yield replace(found, rows=(row, *found.rows))
    yield from _of_parameters(found)
    if found.contrast is not None:
        yield from _of_formulas(found)


def _of_parameters(found: Any) -> Iterator[Any]:
    for by, row in product(("throughput", "profit"), found.rows):
        if row.gain is None:
            continue
        plain = replace(row, benchmark=None)
        for change in (LITTLE, LITTLE.times(-1)):
            gain = replace(row.gain, throughput=change, profit=change)
            for counts in (True, False):
                lever = replace(row.lever, is_count=counts)
                pushed = replace(plain, gain=gain, lever=lever)
                yield replace(found, by=by, rows=(pushed,))
        goal = replace(row, benchmark=gain, reach=0.1)
        goal = replace(
            goal,
            lever=replace(row.lever, benchmark=5.0),
            benchmark=replace(gain, throughput=LITTLE, profit=LITTLE),
        )
        from_0 = replace(goal, lever=replace(goal.lever, value=0.0))
        more = replace(gain, throughput=LITTLE.times(9), profit=LITTLE.times(9))
        step = replace(plain, gain=more, lever=replace(row.lever, is_count=True))
        contrast = found.contrast
        if contrast is not None:
            contrast = replace(contrast, kept=contrast.formula_first)
        for rows in ((goal,), (goal, goal), (from_0,), (goal, step)):
            yield replace(found, by=by, rows=rows, contrast=contrast)


def _of_formulas(found: Any) -> Iterator[Any]:
    for first, best, kept in product((1, 2), (0, 1, 2), (True, False)):
        growths = found.contrast.growths * 2
        contrast = replace(
            found.contrast,
            formula_first=growths[:first],
            flow_first=(("some.path", LITTLE),) * best,
            kept=growths[:first] if kept else (),
        )
        yield replace(found, contrast=contrast)


NOTES = (
    "0, of which there is no per cent",
    "1 already, cannot grow",
    "near 1, cannot grow",
    "cannot grow, the ways out take everything already",
    "cannot grow",
)


def _attributions(found: Any) -> Iterator[Any]:
    shares = tuple(replace(share, flow=0.0) for share in found.shares)
    for change, each in product(
        (LITTLE, Interval(0.1, -1.0, 1.0)), (found.shares, shares)
    ):
        yield replace(found, change=change, shares=each)
    yield replace(found, others=("machine.capacity", "shop.capacity"))
