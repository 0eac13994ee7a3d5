"""How long lines grow before servers that random arrivals come to."""

from __future__ import annotations


def waiting_exponential(load: float, servers: int) -> float:
    """Return the mean number waiting where arrivals are Poisson, times exponential.

    Parameters
    ----------
    load
        Arrivals times mean time of a service, below the number of servers [1].
    servers
        How many there are.

    Notes
    -----
    The chance of waiting is Erlang's C (Erlang 1917), from his B by the recursion
    ``B(c) = a B(c - 1) / (c + a B(c - 1))``.
    """
    lost = 1.0
    for count in range(1, servers + 1):
        lost = load * lost / (count + load * lost)
    waits = lost / (1 - load / servers * (1 - lost))
    return waits * load / (servers - load)


def waiting_any_time(load: float, cv: float) -> float:
    """Return the mean number waiting where times have any shape, before one server.

    Parameters
    ----------
    load
        Arrivals times mean time of a service, below 1 [1].
    cv
        Coefficient of variation of a service [1].

    Notes
    -----
    Pollaczek 1930, Khinchine 1932.
    """
    return load**2 * (1 + cv**2) / (2 * (1 - load))
