"""How time on critical paths is added up, so that no order of adding matters."""

from __future__ import annotations

from math import frexp, ldexp


def shift_of(horizon: float) -> float:
    """Return what is added to each moment of a path before moments are subtracted.

    It is the power of two above the horizon. A moment between 0 and the horizon that is
    shifted by it is a multiple of 2**-52 of it, all of these are exact, and so are
    their differences and all sums of them: whichever stretches are added up first, the
    time of each owner comes to the same, to the last bit (R52).

    Parameters
    ----------
    horizon
        The end of the window [periods].

    Returns
    -------
    The shift [periods].

    Examples
    --------
    >>> shift_of(500.0), shift_of(0.3)
    (512.0, 0.5)
    """
    return ldexp(1.0, frexp(horizon)[1])
