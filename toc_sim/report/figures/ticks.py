"""Numbers along axes, as the language that is spoken writes them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from toc_sim.language import figure

MOST_TICKS = 7
"""Parts of an axis across, so that numbers of many digits do not touch."""

_WRITTEN_OUT = (-5, 7)
"""Powers of ten between which numbers are written out."""


class _SpokenNumbers(ScalarFormatter):
    """Matplotlib's own numbers, with the signs of the language that is spoken."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return what stands at a tick."""
        text = super().__call__(x, pos).replace("\N{MINUS SIGN}", "-")
        digits = len(text.partition(".")[2])
        return figure(f"{float(text):,.{digits}f}") if text else text

    def get_offset(self) -> str:
        """Return what stands at the end of the axis: a power of ten, or a start."""
        return figure(super().get_offset())


def speak_ticks(axes: Axes) -> Axes:
    """Write the numbers along axes in the language that is spoken.

    Parameters
    ----------
    axes
        Whose ticks have no names of their own yet.

    Returns
    -------
    The same axes.
    """
    axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS, steps=[1, 2, 5, 10]))
    for axis in (axes.xaxis, axes.yaxis):
        numbers = _SpokenNumbers(useOffset=False)
        numbers.set_powerlimits(_WRITTEN_OUT)
        axis.set_major_formatter(numbers)
    return axes
