"""All runs behind an answer as one tidy table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toc_sim.engine.result import RunResult
from toc_sim.experiment.store.export import TidyTable, table_of
from toc_sim.experiment.store.store import Member, StoredStudy
from toc_sim.experiment.variant import VariantRuns
from toc_sim.scenario.file.dump import recordable
from toc_sim.scenario.model import Scenario


def tidy_table(
    scenario: Scenario, command: str, kept: str | None, trials: Sequence[VariantRuns]
) -> TidyTable:
    """Return all that was simulated for an answer as a tidy table.

    Parameters
    ----------
    scenario
        What was asked about.
    command
        What was asked, as on a command line.
    kept
        The name under which its runs are kept, or None.
    trials
        All variants.
    """
    study = StoredStudy(
        id=kept or "",
        command=command,
        scenario=scenario.name,
        started="",
        finished="",
        results=sum(len(each.results) for each in trials),
        item=str(scenario.item),
        period=str(scenario.period),
        currency=scenario.currency,
    )
    inputs = [
        {name: recordable(value) for name, value in each.model.inputs.items()}
        for each in trials
    ]

    def members() -> Iterator[tuple[Member, RunResult]]:
        for place, each in enumerate(trials):
            for number, result in enumerate(each.results):
                money = each.earned(result)
                yield Member(place, each.name, inputs[place], number, money), result

    return table_of(study, inputs, members)
