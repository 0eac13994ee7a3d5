"""The arrays in which records are counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
"""Moments and lengths of time [days or periods], weights, paces."""

Numbered = NDArray[np.int64]
"""Cases, nodes and resources by number."""
