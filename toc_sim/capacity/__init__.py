"""The static constraint: what the system could do at best, without any chance."""

from __future__ import annotations

from toc_sim.capacity.answer import Capacity, OwnerCapacity
from toc_sim.capacity.static import best_throughput, capacity, constraint_of

__all__ = ["Capacity", "OwnerCapacity", "best_throughput", "capacity", "constraint_of"]
