"""A scenario as it stands: simulated in a laboratory, judged, and proved if wanted."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.constraint.buffer_share import BufferShare, buffer_shares
from toc_sim.constraint.proof import Proof, prove
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs, refuse_empty_runs
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.scenario.model import Scenario

AS_IT_STANDS = "baseline"
"""What the one variant of an observation is called in tables."""


@dataclass(frozen=True, eq=False)
class Observation:
    """What was seen of a scenario as it stands.

    Attributes
    ----------
    trials
        What was simulated and may be kept: the scenario alone; empty where it was
        simulated elsewhere.
    runs
        All its replications.
    verdict
        What is concluded of them.
    proofs
        Of every owner, if it was asked for.
    buffers
        The shares of its finite buffers, if they were asked for.
    """

    trials: tuple[VariantRuns, ...]
    runs: Runs
    verdict: Verdict
    proofs: tuple[Proof, ...]
    buffers: tuple[BufferShare, ...]


def observation(
    laboratory: Laboratory,
    of: Scenario | Runs,
    *,
    proves: bool = False,
    rooms: bool = True,
    timeline: bool = False,
) -> Observation:
    """Simulate a scenario as it stands, and name its constraint.

    Parameters
    ----------
    laboratory
        Where to simulate.
    of
        The scenario; or its runs, if it was simulated before.
    proves
        Whether every owner is lifted in turn.
    rooms
        Whether it is told where one more place of room helps.
    timeline
        Whether active periods are kept, for the rules that need them.

    Raises
    ------
    SimulationError
        If nothing was bought: then there is nothing to conclude.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.runner.laboratory import Laboratory
    >>> from toc_sim.experiment.observation import observation
    >>> scenario = load("scenarios/paper_cups.yaml", {"run.horizon": "50"})
    >>> observation(Laboratory(), scenario).verdict.constraint
    ('machine_2',)
    """
    trials: tuple[VariantRuns, ...] = ()
    if isinstance(of, Scenario):
        model = VariantModel.of(
            of, laboratory.warmup(of), name=AS_IT_STANDS, timeline=timeline
        )
        trials = laboratory.runs([model], [of.run.replications])
        refuse_empty_runs(model.network, trials[0].results)
    runs = of if isinstance(of, Runs) else trials[0].runs()
    verdict = laboratory.verdict(runs)
    return Observation(
        trials,
        runs,
        verdict,
        prove(runs, verdict, laboratory.replicate) if proves else (),
        buffer_shares(runs, verdict, laboratory.replicate) if rooms else (),
    )
