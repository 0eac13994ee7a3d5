"""Waits by class in both engines: within 1 %, counted in whole numbers (R55).

A wait falls into a class by the leading bits of its number, so that no logarithm is
taken, and sums of counts do not depend on the order. Classes are 1.6 % wide at most,
and a wait is told as the middle of its class.
"""

from __future__ import annotations

from math import frexp, inf, ldexp

import numpy as np

CLASS_SHIFT = 46
"""Bits of a number that its class leaves out: there are 64 classes to an octave."""

OCTAVES = 32
"""Octaves that are told apart, below the power of two above the whole run."""

WAIT_CLASSES = (OCTAVES << (52 - CLASS_SHIFT)) + 1
"""Classes of waits; the first holds those at once, or too short to be told apart."""

TARGET_ROUNDING = 1e-9
"""What a wait may be longer than a target, and still be within it, relative [1]."""


def class_of(wait: float) -> int:
    """Return the number of the class of a wait, on any scale.

    Parameters
    ----------
    wait
        At least 0 [periods].

    Examples
    --------
    >>> class_of(2.0) - class_of(1.0), class_of(1.0) == class_of(1.015)
    (64, True)
    """
    return int(np.float64(wait).view(np.int64) >> CLASS_SHIFT)


def lowest_class(length: float) -> int:
    """Return the class that is the first of a run: what is shorter counts there too.

    Parameters
    ----------
    length
        Of the whole run, the warm-up included [periods].
    """
    return class_of(ldexp(1.0, frexp(length)[1] - OCTAVES))


def limit_of(target: float | None) -> float:
    """Return up to which wait an item counts as within its target [periods].

    Times are rounded, so a wait of just the target may come to a hair more.
    """
    return inf if target is None else target * (1 + TARGET_ROUNDING)
