"""Figures on the page: each carries the place in the record where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from toc_sim.constraint.intervals import Interval
from toc_sim.report.document import JsonObject
from toc_sim.report.formats import (
    NO_FIGURE,
    decimals,
    decimals_as_given,
    in_column,
    number,
    plus_minus,
    signed,
)
from toc_sim.report.html.phrases import short
from toc_sim.scenario.fields.words import Noun

FigurePath = Sequence[str | int]
"""Where a figure stands in the record, key by key."""

_SURE = 1e-9
"""Half of an interval narrower than this part of its mean is not shown."""


def pointer(path: FigurePath) -> str:
    """Return a path as a JSON pointer (RFC 6901).

    Examples
    --------
    >>> from toc_sim.report.html.shown import pointer
    >>> pointer(("run", "nodes", "a/b", 0))
    '/run/nodes/a~1b/0'
    """
    keys = (str(key).replace("~", "~0").replace("/", "~1") for key in path)
    return "".join(f"/{key}" for key in keys)


class Shown:
    """Figures of a record, as the page shows them.

    Each is rounded for people, and says where in the record it stands and by what it
    was multiplied: so that it can be held against the record.

    Parameters
    ----------
    record
        The whole record, encoded: objects, lists, numbers, texts.
    """

    def __init__(self, record: JsonObject) -> None:
        self._record = record

    def at(self, *path: str | int) -> Any:
        """Return what stands at a path of the record; None where nothing does."""
        found: Any = self._record
        for key in path:
            if found is None:
                return None
            found = found[key] if isinstance(key, int) else found.get(key)
        return found

    def mean(self, *path: str | int) -> float:
        """Return a number, or the mean of an interval; nan where there is none."""
        found = self.at(*path)
        value = found.get("mean") if isinstance(found, dict) else found
        return float("nan") if value is None else float(value)

    def interval(self, *path: str | int) -> Interval:
        """Return an interval; of a number, one that is known for sure."""
        found = self.at(*path)
        if not isinstance(found, dict):
            value = self.mean(*path)
            return Interval(value, value, value)
        ends = (float("nan") if each is None else each for each in found.values())
        return Interval(*ends)

    def figure(
        self,
        *path: str | int,
        term: str = "",
        unit: str | Noun = "",
        times: float = 1.0,
        plus: bool = False,
        given: bool = False,
        alone: bool = False,
    ) -> Markup:
        """Return a figure of a sentence; it leads to what it means.

        Parameters
        ----------
        path
            Where it stands.
        term
            The word of the glossary that tells what it is.
        unit
            What it is counted in, behind it.
        times
            What it is multiplied by before it is shown: 100 for per cent.
        plus
            Whether it is a difference, with a plus before it where it is more.
        given
            Whether somebody typed it.
        alone
            Whether to leave out how sure it is.
        """
        value = self.interval(*path).times(times)
        digits = (decimals_as_given if given else decimals)([value.mean])
        if unit == "%" and abs(value.mean) >= 1 and not _is_fine(value):
            digits = min(digits, 1)
        text = number(value.mean, digits)
        if not alone and _is_wide(value):
            text = plus_minus(value, digits)
        shown = self._marked(pointer(self._whole(path)), times, _signed(text, plus))
        told = Markup("{} {}").format(shown, _after(text, unit)) if unit else shown
        if not term:
            return told
        return Markup('<a class="n" href="#t-{}">{}</a>').format(term, told)

    def cell(
        self,
        *path: str | int,
        times: float = 1.0,
        digits: int = 2,
        plus: bool = False,
        alone: bool = False,
    ) -> Markup:
        """Return a figure of a column, all of which have as many digits."""
        value = self.interval(*path).times(times)
        if value.mean != value.mean:
            return escape(NO_FIGURE)
        text = in_column(value.mean, digits)
        if not alone and _is_wide(value):
            text = plus_minus(value, digits)
        return self._marked(pointer(self._whole(path)), times, _signed(text, plus))

    def column(
        self, paths: Sequence[FigurePath], *, times: float = 1.0, plus: bool = False
    ) -> tuple[Markup, ...]:
        """Return a column of figures."""
        digits = decimals(times * self.mean(*path) for path in paths)
        return tuple(
            self.cell(*path, times=times, digits=digits, plus=plus) for path in paths
        )

    def _whole(self, path: FigurePath) -> FigurePath:
        """Return the path of the number that is shown first."""
        return (*path, "mean") if isinstance(self.at(*path), dict) else path

    def _marked(self, place: str, times: float, text: str) -> Markup:
        """Return a figure with its place, and half of its interval with that."""
        first, mark, half = text.partition(" ± ")
        scale = Markup(' data-x="{:g}"').format(times) if times != 1 else Markup("")
        shown = Markup('<span data-json="{}"{}>{}</span>').format(place, scale, first)
        if not mark:
            return shown
        whole = place.removesuffix("/mean")
        return shown + Markup(
            '<span class="pm"> ± <span data-half="{}"{}>{}</span></span>'
        ).format(whole, scale, half)


def _signed(text: str, plus: bool) -> str:  # noqa: FBT001 - handed on
    return signed(text) if plus else text


def _after(text: str, unit: str | Noun) -> str:
    """Return a unit as it stands behind a figure; a noun, in the form for that."""
    if not isinstance(unit, Noun):
        return unit
    first = text.partition(" ")[0]
    return short(unit.of(first))


def _is_fine(value: Interval) -> bool:
    """Return whether half of an interval of per cents would read as 0.0."""
    return _is_wide(value) and value.half_width < 0.05  # noqa: PLR2004 - half of 0.1


def _is_wide(value: Interval) -> bool:
    """Return whether an interval is known and worth showing."""
    return value.is_known and value.half_width > _SURE * abs(value.mean)
