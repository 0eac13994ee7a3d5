"""What a pipeline can do by capacity alone, and what theory says exactly."""

from __future__ import annotations

from toc_sim.theory.exact.exact_answer import Exact, NodeTheory
from toc_sim.theory.exact.theory import Theory, theory
from toc_sim.theory.static import (
    Capacity,
    OwnerCapacity,
    best_throughput,
    capacity,
    constraint_of,
    static_shares,
)

__all__ = [
    "Capacity",
    "Exact",
    "NodeTheory",
    "OwnerCapacity",
    "Theory",
    "best_throughput",
    "capacity",
    "constraint_of",
    "static_shares",
    "theory",
]
