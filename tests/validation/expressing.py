"""Each exact result as scenarios and figures to compare, or why it is not run."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from validation import (
    deterministic,
    investments,
    lines,
    mixes,
    policies,
    queues,
    recipes,
    splitting,
)
from validation.cases import CASES, Case
from validation.figures import Expressed, Outside
from validation.outside import REASONS

WAYS: tuple[tuple[str, Callable[[Case], Expressed]], ...] = (
    ("cup-?", deterministic.cup),
    ("cup-?-dual", deterministic.cup_dual),
    ("cup-tie", deterministic.cup_tie),
    ("cup-nonadd", investments.table),
    ("cup-order-best", investments.orders),
    ("cup-shapley", investments.shapley),
    ("cup-budget-*", investments.budget),
    ("cups-exp-nonadd", investments.random_table),
    ("cups-exp-nonadd-sum", investments.random_lifts),
    ("yield-1", deterministic.yields),
    ("yield-2*", deterministic.funnel),
    ("rework-det*", deterministic.rework),
    ("scrap-rework", deterministic.rework),
    ("branch-free", deterministic.branch),
    ("maxflow-clrs", deterministic.lucky_puck),
    ("det-N5-B0", deterministic.still_line),
    ("sales-velocity*", deterministic.velocity),
    ("lmdi-leads", splitting.lmdi),
    ("exp-*", lines.exponential),
    ("cups-exp-step*", lines.exponential),
    ("truth-*", lines.exponential),
    ("erl[24]-*", lines.two_or_three),
    ("uni*-N2-B0", lines.two_or_three),
    ("bowl-3", lines.bowl),
    ("rework-sat", lines.scrap),
    ("scrap-mid*", lines.scrap),
    ("split-ctmc", lines.split),
    ("mm1-*", queues.mm1),
    ("mu1-Wq", queues.mg1),
    ("me2-Wq", queues.mg1),
    ("dm1-Wq", queues.dm1),
    ("mmc-*", queues.mmc),
    ("erlC-*", queues.erlang_c),
    ("erlB-*", queues.erlang_b),
    ("mm1k-tp", queues.mm1k),
    ("erlangA-*", queues.erlang_a),
    ("tandem-jackson", queues.tandem),
    ("feedback-*", queues.feedback),
    ("penny*", policies.conwip),
    ("jain-central-server-R", policies.central_server),
    ("machine-repair", policies.machine_repair),
    ("dbr-rope-*", policies.rope),
    ("buzacott-*", policies.buzacott),
    ("pq*", mixes.mix),
    ("unrel-2", policies.unreliable_pair),
    ("assembly", recipes.assembly),
    ("assembly-*", recipes.coupled),
    ("forkjoin-2", recipes.fork_join),
    ("dice-nowip-*", recipes.least_of_dice),
    ("dice-*", recipes.dice),
    ("bern-*", recipes.slotted),
)
"""How the cases of each name are put into words: the first pattern that fits."""


def express(case: Case) -> Expressed | Outside:
    """Return a case as scenarios and figures, or the reason why it is not run.

    Raises
    ------
    LookupError
        When nobody has said either: no case may be dropped in silence.
    """
    for pattern, way in WAYS:
        if fnmatchcase(case.id, pattern):
            return way(case)
    reason = REASONS.get(case.id, REASONS.get(case.family))
    if reason is None:
        raise LookupError(case.id)
    return Outside(case, reason)


def expressed() -> tuple[Expressed, ...]:
    """Return all cases that can be run, in the order of their file."""
    return tuple(
        found for found in map(express, CASES.values()) if isinstance(found, Expressed)
    )
