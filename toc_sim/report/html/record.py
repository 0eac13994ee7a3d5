"""What a report is made of, and the record of it that the page holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from math import inf, isnan

from toc_sim.experiment.breakdown.responses import Breakdown
from toc_sim.experiment.compare.comparison import Comparison, ComparisonRow
from toc_sim.experiment.roadmap.five_steps import Roadmap
from toc_sim.experiment.variant import VariantRuns
from toc_sim.report.document import FORMAT, JsonObject, plain
from toc_sim.report.documents.breakdown import breakdown_document
from toc_sim.report.documents.compare import comparison_document, roadmap_document
from toc_sim.report.documents.run import run_document
from toc_sim.report.html.since import changes_since
from toc_sim.report.run_summary import Findings
from toc_sim.scenario.model import Scenario

LEAST_LOST = 1e-9
"""What is lost below this is rounding [items/period]."""


@dataclass(frozen=True, slots=True)
class ReportFindings:
    """What a report is made of.

    Attributes
    ----------
    scenario
        As it was asked about.
    file
        What the commands on the page name it.
    found
        The run as it stands.
    comparison, roadmap
        What its tools bring; None where it has none.
    breakdown
        What each parameter brings; None where none can be pushed, or they are too many.
    pushes
        How many parameters could be pushed.
    last
        The record of an earlier run that this one is held against, or None.
    trials
        All that was simulated.
    """

    scenario: Scenario
    file: str
    found: Findings
    comparison: Comparison | None
    roadmap: Roadmap | None
    breakdown: Breakdown | None
    pushes: int
    last: JsonObject | None
    trials: tuple[VariantRuns, ...] = ()

    @property
    def best(self) -> ComparisonRow | None:
        """The tools to buy first; None where nothing is worth buying."""
        if self.comparison is None:
            return None
        wanted = self.comparison.best.tools
        rows = (row for row in self.comparison.rows if row.tools == wanted)
        return next(rows, None)


def report_record(report: ReportFindings) -> JsonObject:
    """Return the record of a report: everything that its page shows, as JSON.

    `run` is what ``toc-sim run --json`` prints, `compare`, `roadmap` and `breakdown`
    are what those commands print, without the run that they begin with.

    Parameters
    ----------
    report
        What it is made of.

    Returns
    -------
    Objects, lists, numbers, texts and nulls.
    """
    run: JsonObject = plain(run_document(report.found))
    compared, planned, pushed = report.comparison, report.roadmap, report.breakdown
    record: JsonObject = plain(
        {
            "format": FORMAT,
            "kind": "report",
            "toc_sim": version("toc-sim"),
            "scenario": report.scenario.name,
            "run": run,
            "compare": compared and _bare(comparison_document(compared, None)),
            "roadmap": planned and roadmap_document(planned, None),
            "breakdown": pushed and _bare(breakdown_document(pushed, None)),
            "next": _bet(report),
            "funnel": list(_funnel(report.found)),
            "since": report.last and changes_since(report.last, run),
        }
    )
    return record


def _bare(document: JsonObject) -> JsonObject:
    """Return an answer without the run that it begins with, which stands once."""
    return {key: value for key, value in document.items() if key != "baseline"}


def _bet(report: ReportFindings) -> JsonObject | None:
    """Return what is put at stake with the tools to buy first."""
    best = report.best
    if best is None:
        return None
    horizon = report.scenario.run.horizon
    cost = best.outlay
    return {
        "tools": best.tools,
        "upfront": cost.upfront,
        "per_period": cost.per_period,
        "horizon": horizon,
        "at_most": cost.upfront + cost.per_period * horizon,
    }


def _funnel(found: Findings) -> Iterator[JsonObject]:
    """Yield for each node what comes to it, and what of that is lost there.

    What is lost would at most have been bought as often as what passes, and brings at
    most what an item that is bought brings.
    """
    bought, money = found.verdict.counted.mean, found.money
    each = money.throughput.mean / bought if money is not None and bought else None
    nodes = found.runs.network.nodes
    several = any(node.recipe is not None and node.recipe.gives > 1 for node in nodes)
    surest = inf if several else 1.0
    for row in found.rows[: len(nodes)]:
        gone = 0.0 if isnan(row.abandoned) else row.abandoned
        refused = row.lost if row.kind == "source" else gone
        coming = row.throughput + refused
        lost = row.lost if row.lost > LEAST_LOST else 0.0
        passing = coming - lost
        chance = min(surest, bought / passing) if passing > 0 else None
        known = each is not None and chance is not None
        yield {
            "node": row.name,
            "entering": coming,
            "lost": lost,
            "drop_off": lost / coming if coming > 0 else None,
            "bought_at_most": chance,
            "worth_at_most": lost * (chance or 0.0) * (each or 0.0) if known else None,
        }
