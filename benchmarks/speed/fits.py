"""How one figure grows with another: the exponent of a power law."""

from __future__ import annotations

import math
from collections.abc import Sequence


def exponent(sizes: Sequence[float], figures: Sequence[float]) -> float:
    """Return the slope of the straight line through the logarithms (least squares)."""
    x = [math.log(size) for size in sizes]
    y = [math.log(figure) for figure in figures]
    middle, height = sum(x) / len(x), sum(y) / len(y)
    spread = sum((each - middle) ** 2 for each in x)
    rise = sum((a - middle) * (b - height) for a, b in zip(x, y, strict=True))
    return rise / spread
