"""Exact theory meets the exact and published results, to the last digits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from validation.cases import CASES
from validation.expressing import express
from validation.figures import Expressed

from toc_sim.network.build import network as network_of
from toc_sim.theory import Exact
from toc_sim.theory.exact.theory import theory as theory_of

CLOSE = 1e-9


def exact(name: str) -> Exact:
    """Return what theory says of a case, which it must tell exactly."""
    found = express(CASES[name])
    assert isinstance(found, Expressed)
    answer = theory_of(network_of(found.scenarios[0])).exact
    assert answer is not None
    return answer


def throughput(found: Exact) -> float:
    """Return what is bought [items/period]."""
    return found.throughput


def waiting(found: Exact) -> float:
    """Return how many wait before the desk [items]."""
    return found.nodes[1].queue


def wait(found: Exact) -> float:
    """Return how long they wait there [periods], by Little's law."""
    return found.nodes[1].queue / found.nodes[1].throughput


def inside(found: Exact) -> float:
    """Return how many are inside [items]."""
    return found.wip


def chance_of_waiting(found: Exact) -> float:
    """Return it for servers of rate 1: C = Lq (c - a) / a."""
    desk = found.nodes[1]
    return desk.queue * (desk.capacity - desk.throughput) / desk.throughput


def response(found: Exact) -> float:
    """Return the time of a round but for thinking, which takes 4."""
    return 20 / found.throughput - 4


FIGURES: list[tuple[str, Callable[[Exact], float]]] = [
    *((f"cup-{step}", throughput) for step in range(4)),
    ("det-N5-B0", throughput),
    *((f"penny1-best-{items}", throughput) for items in (2, 8)),
    ("penny2-best-8", throughput),
    ("mm1-Wq", waiting),
    ("mm1-L", inside),
    ("mu1-Wq", wait),
    ("me2-Wq", wait),
    ("mmc-ciw-Wq", wait),
    ("erlC-3-2", chance_of_waiting),
    ("erlC-10-8", chance_of_waiting),
    ("tandem-jackson", inside),
    *((f"penny1-pwc-{items}", throughput) for items in (2, 4, 12, 20)),
    *((f"penny2-mva-{items}", throughput) for items in (4, 8, 16)),
    ("jain-central-server-R", response),
    ("machine-repair", throughput),
]


@pytest.mark.parametrize(("name", "figure"), FIGURES, ids=[name for name, _ in FIGURES])
def test_a_known_result_is_met(name: str, figure: Callable[[Exact], float]) -> None:
    """The figure that the case is about."""
    assert figure(exact(name)) == pytest.approx(CASES[name].value, rel=CLOSE)


@pytest.mark.parametrize("name", ["feedback-mm1", "feedback-net"])
def test_rework_is_met_but_for_the_exit(name: str) -> None:
    """In the file the way out is a stage of rate 1e9, which holds next to nothing."""
    assert inside(exact(name)) == pytest.approx(CASES[name].value, rel=1e-8)
