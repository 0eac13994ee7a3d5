"""Numbers along axes, as the language that is spoken writes them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import ScalarFormatter

from toc_sim.language import figure


class _SpokenNumbers(ScalarFormatter):
    """Matplotlib's own numbers, with the signs of the language that is spoken."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return what stands at a tick."""
        return figure(super().__call__(x, pos))

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
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_SpokenNumbers())
    return axes
