"""What theory says of a pipeline without simulating it, or why it cannot say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from toc_sim.capacity.exact.closed_network import closed_network, closed_obstacles
from toc_sim.capacity.exact.deterministic_line import still_line, still_obstacles
from toc_sim.capacity.exact.exact_answer import Exact, TheoryName
from toc_sim.capacity.exact.open_network import open_network, open_obstacles
from toc_sim.capacity.static import Capacity, capacity
from toc_sim.network import Network

_OBSTACLES: dict[TheoryName, Callable[[Network], tuple[str, ...]]] = {
    "still_line": still_obstacles,
    "open_network": open_obstacles,
    "closed_network": closed_obstacles,
}
"""Why each theory does not apply, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class TheoryRefusal:
    """Why one theory cannot tell.

    Attributes
    ----------
    method
        The theory.
    reasons
        All that stands in its way, each as a part of a sentence.
    """

    method: TheoryName
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Theory:
    """What can be said without a simulation.

    Attributes
    ----------
    net
        The pipeline.
    static
        What the system could do at best, without any chance.
    """

    net: Network
    static: Capacity

    @cached_property
    def exact(self) -> Exact | None:
        """What it does in the long run; None where no theory is exact."""
        applies = (name for name, why in _OBSTACLES.items() if not why(self.net))
        fitting = next(applies, None)
        if fitting == "still_line":
            return still_line(self.net, self.static)
        if fitting == "open_network":
            return open_network(self.net)
        return closed_network(self.net) if fitting == "closed_network" else None

    @cached_property
    def refusals(self) -> tuple[TheoryRefusal, ...]:
        """Of each theory that does not apply."""
        found = (TheoryRefusal(name, why(self.net)) for name, why in _OBSTACLES.items())
        return tuple(each for each in found if each.reasons)


def theory(net: Network, static: Capacity | None = None) -> Theory:
    """Return what can be said of a pipeline without simulating it.

    Parameters
    ----------
    net
        The pipeline.
    static
        Its static answer, if it is known.

    Returns
    -------
    What is exact in the long run (`exact`), or for each theory all that stands in its
    way (`refusals`). Both are worked out when they are first asked for.

    Raises
    ------
    SimulationError
        If the static answer is not given and cannot be computed.

    Examples
    --------
    >>> from toc_sim import load, network_of, theory_of
    >>> known = theory_of(network_of(load("scenarios/paper_cups.yaml")))
    >>> known.exact.method, round(known.exact.throughput, 3)
    ('still_line', 8.0)
    """
    return Theory(net, capacity(net) if static is None else static)
