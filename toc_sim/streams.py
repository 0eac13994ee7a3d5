"""Named random streams: the same chance for the same name, whatever else changes.

A stream is told by (seed, replication, name, purpose, part), never by the position of
a node in its file or by the order of events elsewhere. Variants of a scenario
therefore meet the same chance (common random numbers), and so does every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from hashlib import blake2b
from itertools import chain, repeat
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.network.node import Draw

Block = NDArray[np.float64]

FIRST_BLOCK, LARGEST_BLOCK = 32, 4096
"""Draws are made in blocks that grow, so that short runs do not pay for long ones."""


class Purpose(StrEnum):
    """What a node draws for; each purpose has a stream of its own."""

    TIME = "time"
    CONVERSION = "conversion"
    ROUTING = "routing"
    FAILURE = "failure"
    REPAIR = "repair"
    PATIENCE = "patience"
    CUSTOMERS = "customers"
    DELAY = "delay"
    STATE = "state"


def generator(
    seed: int, replication: int, name: str, purpose: Purpose, part: int = 0
) -> np.random.Generator:
    """Return the generator of one stream (R44).

    Parameters
    ----------
    seed, replication
        Of the run.
    name
        The stream's name: a node's, unless its file says otherwise; of a way, those of
        the nodes at its ends, with an arrow between.
    purpose
        What is drawn.
    part
        Tells the servers of a node apart, or its ways.
    """
    key = f"{seed}/{replication}/{purpose}/{part}/{name}"
    digest = blake2b(key.encode(), digest_size=16).digest()
    entropy = np.frombuffer(digest, dtype="<u4")  # the words of a 128-bit number
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def variates(draw: Draw, source: np.random.Generator) -> Callable[[], float]:
    """Return a function that gives the next time of mean one."""
    if draw.shape == "constant":
        return repeat(1.0).__next__
    return _one_by_one(partial(block, draw, source))


def chances(source: np.random.Generator) -> Callable[[], float]:
    """Return a function that gives the next number between 0 and 1."""
    return _one_by_one(source.random)


def exponentials(source: np.random.Generator) -> Callable[[], float]:
    """Return a function that gives the next exponential time of mean one."""
    return _one_by_one(source.standard_exponential)


def block(draw: Draw, source: np.random.Generator, size: int) -> Block:
    """Draw many times of mean one at once (R44).

    The sizes of the blocks do not matter: two blocks of 10 are one block of 20.
    """
    return _SHAPES[draw.shape](draw, source, size)


def fill(draw: Draw, source: np.random.Generator, row: Block) -> None:
    """Fill a row with the same times that `block` would return."""
    if draw.shape == "gamma" and draw.cv == 1:
        source.standard_exponential(out=row)
    else:
        row[:] = block(draw, source, len(row))


def _one_by_one(draw_block: Callable[[int], Block]) -> Callable[[], float]:
    def blocks() -> Iterator[list[float]]:
        size = FIRST_BLOCK
        while True:
            yield draw_block(size).tolist()
            size = min(2 * size, LARGEST_BLOCK)

    return chain.from_iterable(blocks()).__next__


def _constant(_draw: Draw, _source: np.random.Generator, size: int) -> Block:
    return np.ones(size)


def _gamma(draw: Draw, source: np.random.Generator, size: int) -> Block:
    if draw.cv == 1:
        return source.standard_exponential(size)
    scale = draw.cv * draw.cv
    return source.standard_gamma(1 / scale, size) * scale


def _lognormal(draw: Draw, source: np.random.Generator, size: int) -> Block:
    variance = log(1 + draw.cv * draw.cv)
    return np.exp(source.standard_normal(size) * sqrt(variance)) * exp(-variance / 2)


def _uniform(draw: Draw, source: np.random.Generator, size: int) -> Block:
    half_width = draw.cv * sqrt(3)
    return np.maximum(0.0, 1 + (2 * source.random(size) - 1) * half_width)


def _triangular(draw: Draw, source: np.random.Generator, size: int) -> Block:
    half_width = draw.cv * sqrt(6)
    pairs = source.random((size, 2))
    return np.maximum(0.0, 1 + (pairs[:, 0] + pairs[:, 1] - 1) * half_width)


def _empirical(draw: Draw, source: np.random.Generator, size: int) -> Block:
    samples = np.asarray(draw.samples)
    picked = (source.random(size) * len(samples)).astype(np.intp)
    return np.asarray(samples[picked], dtype=np.float64)


_SHAPES: dict[str, Callable[[Draw, np.random.Generator, int], Block]] = {
    "constant": _constant,
    "gamma": _gamma,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "triangular": _triangular,
    "empirical": _empirical,
}
