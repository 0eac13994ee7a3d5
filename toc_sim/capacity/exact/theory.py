"""Whether theory tells the long run of a pipeline exactly, and what it tells."""

from __future__ import annotations

from toc_sim.capacity.exact.closed_network import closed_network, closed_obstacles
from toc_sim.capacity.exact.deterministic_line import still_line, still_obstacles
from toc_sim.capacity.exact.exact_answer import Exact, Refusal, Theory
from toc_sim.capacity.exact.open_network import open_network, open_obstacles
from toc_sim.capacity.static import Capacity, capacity
from toc_sim.network.model import Network


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
    What is exact in the long run, or for each theory all that stands in its way.
    """
    known = capacity(net) if static is None else static
    found = (
        Refusal("still_line", still_obstacles(net)),
        Refusal("open_network", open_obstacles(net)),
        Refusal("closed_network", closed_obstacles(net)),
    )
    refusals = tuple(each for each in found if each.reasons)
    fitting = next((each.method for each in found if not each.reasons), None)
    exact: Exact | None = None
    if fitting == "still_line":
        exact = still_line(net, known)
    elif fitting == "open_network":
        exact = open_network(net)
    elif fitting == "closed_network":
        exact = closed_network(net)
    return Theory(known, exact, refusals)
