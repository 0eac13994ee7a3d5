"""What is left of times that began before the run: services under way, time away.

A time of mean one of which so much is done is the draw X, given that X is more than
that; what is left is X less what is done. With u the next number of a stream of its
own, X is where the distribution comes to F(done) + u (1 - F(done)) (R56). It is worked
out here once, before a run begins, so that both engines go on with the same numbers.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Draw, Link, NetNode
from toc_sim.streams import Purpose, generator

Times = NDArray[np.float64]

OVERDUE = 1e-300
"""What is left of what should be over: it ends at once, as the first of the window."""

_FAR = 1e-290
"""Chance of a gamma time to last so long, below which its tail is taken for one."""


def work_left(node: NetNode, seed: int, replication: int) -> Times:
    """Return what is left of the services that are under way as a run starts.

    Parameters
    ----------
    node
        Where they are.
    seed, replication
        Which chance they meet.

    Returns
    -------
    In services of mean length, shape (services under way,) [1].
    """
    done = node.opened.done if node.opened is not None else ()
    return _left(node.draw, node.stream, done, (seed, replication))


def time_left_away(link: Link, seed: int, replication: int) -> Times:
    """Return how long those are still away who are so on a way as a run starts.

    Parameters
    ----------
    link
        The way.
    seed, replication
        Which chance they meet.

    Returns
    -------
    Shape (items away,) [periods].
    """
    done = link.opened.done if link.opened is not None else ()
    left = _left(link.draw, link.stream, done, (seed, replication))
    return left * link.delay


def _left(
    draw: Draw, stream: str, done: tuple[float, ...], chance: tuple[int, int]
) -> Times:
    numbers = generator(*chance, stream, Purpose.STATE).random(len(done))
    return times_left(draw, np.array(done), numbers)


def times_left(draw: Draw, done: Times, chance: Times) -> Times:
    """Return what is left of times of mean one of which so much is done.

    Parameters
    ----------
    draw
        Their shape.
    done
        How much of each is done [1].
    chance
        A number from 0 on and below 1 for each.

    Returns
    -------
    What is left of each, above 0; what should be over already ends at once [1].

    Examples
    --------
    >>> import numpy as np
    >>> from toc_sim.engine.rules.time_left import times_left
    >>> from toc_sim.network.node import Draw
    >>> times_left(Draw("constant", 0.0), np.array([0.25, 2.0]), np.array([0.5, 0.5]))
    array([7.5e-001, 1.0e-300])
    """
    if draw.shape == "empirical":
        left = _of_samples(np.array(draw.samples), done, chance)
    elif draw.shape == "constant":
        left = 1 - done
    else:
        left = _OF_SHAPE[draw.shape](draw.cv, done, chance)
    return np.maximum(left, OVERDUE)


def _of_samples(samples: Times, done: Times, chance: Times) -> Times:
    """Return one of the samples above what is done, less that."""
    left = np.zeros(len(done))
    for place, (so_far, number) in enumerate(zip(done, chance, strict=True)):
        longer = samples[samples > so_far]
        if len(longer):
            left[place] = longer[int(number * len(longer))] - so_far
    return left


def _gamma(cv: float, done: Times, chance: Times) -> Times:
    """Return the rest of gamma times; exponential ones have no memory."""
    lasts = -np.log1p(-chance)
    if cv == 1:
        return lasts
    from scipy.special import gammaincc, gammainccinv

    shape, scale = 1 / (cv * cv), cv * cv
    before = done / scale
    still = gammaincc(shape, before)
    is_far = still < _FAR
    time = gammainccinv(shape, np.where(is_far, 0.5, still * (1 - chance)))
    hazard = 1 - (shape - 1) / np.where(is_far, before, np.inf)
    return np.asarray(np.where(is_far, lasts / hazard, time - before) * scale)


def _lognormal(cv: float, done: Times, chance: Times) -> Times:
    """Return the rest of lognormal times, by logarithms: however late it is."""
    from scipy.special import log_ndtr, ndtri_exp

    variance = log(1 + cv * cv)
    spread = sqrt(variance)
    with np.errstate(divide="ignore"):
        before = (np.log(done) + variance / 2) / spread
    normal = -ndtri_exp(log_ndtr(-before) + np.log1p(-chance))
    return np.asarray(np.exp(normal * spread - variance / 2) - done)


def _uniform(cv: float, done: Times, chance: Times) -> Times:
    half_width = cv * sqrt(3)
    begin = np.maximum(done, 1 - half_width)
    return begin + chance * (1 + half_width - begin) - done


def _triangular(cv: float, done: Times, chance: Times) -> Times:
    half_width = cv * sqrt(6)
    place = np.clip((done - 1) / half_width, -1, 1)
    still = np.where(place < 0, 1 - (1 + place) ** 2 / 2, (1 - place) ** 2 / 2)
    rest = still * (1 - chance)
    late = np.where(rest <= 0.5, 1 - np.sqrt(2 * rest), np.sqrt(2 * (1 - rest)) - 1)  # noqa: PLR2004 - the middle
    return np.asarray(1 + late * half_width - done)


_OF_SHAPE = {
    "gamma": _gamma,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "triangular": _triangular,
}
