"""Times that were measured: a column of a file, and what its mean and cv may be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import StringIO
from math import fsum, isfinite, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toc_sim.errors import Problem, ScenarioError, nearest, quoted
from toc_sim.scenario.fields.uncertain import MeasuredFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_MEASURED_FILE = 64_000_000
"""No file of times is larger [bytes]."""

FEWEST_TIMES = 2
"""Of fewer nothing is known of how they vary."""

RESAMPLES = 2_000
"""Draws of mean and cv from which quantiles are taken."""

_SEED = 5_489
"""Of the draws for quantiles: the same file gives the same figures."""

_MOST_AT_ONCE = 4_000_000
"""Random numbers that are held at a time."""


@dataclass(frozen=True)
class MeasuredTimes:
    """Times that were measured, and what is to be believed of their mean and cv.

    Attributes
    ----------
    times
        As measured [periods].

    References
    ----------
    Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
    """

    times: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of what the mean may be, which is that of the times [periods]."""
        return fsum(self.times) / len(self.times)

    @property
    def cv(self) -> float:
        """The coefficient of variation of the times [1]."""
        mean = self.mean
        squares = fsum((each / mean - 1) ** 2 for each in self.times)
        return sqrt(squares / len(self.times))

    def resampled(
        self, source: np.random.Generator, count: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return means [periods] and coefficients of variation [1] that go together.

        Each draw weighs the times anew, by chance: the Bayesian bootstrap.

        Parameters
        ----------
        source
            Of chance.
        count
            How many draws.
        """
        import numpy as np  # only a scenario with a file of times needs it

        times = np.array(self.times)
        most = max(1, _MOST_AT_ONCE // len(times))
        means, squares = [], []
        for begin in range(0, count, most):
            size = (min(most, count - begin), len(times))
            weights = source.standard_exponential(size)
            weights /= weights.sum(axis=1, keepdims=True)
            means.append(weights @ times)
            squares.append(weights @ times**2)
        mean = np.concatenate(means)
        variance = np.maximum(np.concatenate(squares) - mean**2, 0.0)
        return mean, np.sqrt(variance) / mean

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        import numpy as np

        source = np.random.Generator(np.random.PCG64(_SEED))
        mean, cv = self.resampled(source, RESAMPLES)
        order = np.argsort(mean, kind="stable")
        return mean[order], cv[order]

    def quantile(self, chance: float) -> float:
        """Return what the mean is below with a chance [periods]."""
        import numpy as np

        means, _ = self._sorted
        place = chance * RESAMPLES - 0.5
        return float(np.interp(place, np.arange(RESAMPLES), means))

    def cv_at(self, chance: float) -> float:
        """Return the cv of the draw whose mean is the one of a chance [1]."""
        _, cvs = self._sorted
        return float(cvs[min(int(chance * RESAMPLES), RESAMPLES - 1)])


def measured_times(said: MeasuredFile, path: str) -> MeasuredTimes:
    """Return the times of a file; it is read once, until it changes.

    Parameters
    ----------
    said
        The file and its column.
    path
        Of the parameter, for messages.

    Raises
    ------
    ScenarioError
        If it is not there, has no such column, or something in it is no time.
    """
    where = said.file.path
    try:
        status = where.stat()
        if status.st_size > LARGEST_MEASURED_FILE:
            most = f"{LARGEST_MEASURED_FILE / 1e6:g} MB"
            raise _of_file(path, said, f"is larger than {most}")
        return _read(where, said.column, path, (status.st_mtime_ns, status.st_size))
    except FileNotFoundError:
        hint = f"it is looked for at {where}, beside the scenario file"
        raise _of_file(path, said, "there is no such file", hint) from None
    except (OSError, ValueError, csv.Error) as error:
        reason = str(getattr(error, "strerror", None) or "").lower()
        why = reason or "it is no table in UTF-8"
        raise _of_file(path, said, f"cannot be read: {why}") from None


def _of_file(
    path: str, said: MeasuredFile, what: str, hint: str | None = None
) -> ScenarioError:
    place = ("uncertain", path, "file")
    return ScenarioError([Problem(place, what, quoted(said.file), hint)])


@lru_cache(maxsize=64)
def _read(
    where: Path, column: str, path: str, _version: tuple[int, int]
) -> MeasuredTimes:
    text = where.read_text(encoding="utf-8-sig")
    if "\0" in text:
        raise ValueError(where)
    comma = _separator(text.partition("\n")[0])
    rows = csv.reader(StringIO(text, newline=""), delimiter=comma)
    heads = [head.strip() for head in next(rows, [])]
    at = ("uncertain", path, "column")
    if column.strip() not in heads:
        what = f"there is no column of that name in {quoted(where.name)}"
        hint = nearest(column, heads) or f"its columns are {', '.join(heads)}"
        raise ScenarioError([Problem(at, what, quoted(column), hint)])
    number = heads.index(column.strip())
    problems: list[Problem] = []
    times: list[float] = []
    for line, text_of in _cells(rows, number):
        time = _time(text_of, comma)
        if time is None:
            what = f"{where.name}:{line}: must be a time, 0 or more"
            problems.append(Problem(at, what, quoted(text_of)))
        else:
            times.append(time)
    if not problems and (len(times) < FEWEST_TIMES or fsum(times) <= 0):
        what = f"needs at least {FEWEST_TIMES} times, and one above 0"
        problems.append(Problem(at, what, quoted(column)))
    if problems:
        raise ScenarioError(problems)
    return MeasuredTimes(tuple(times))


def _separator(head: str) -> str:
    """Return what stands between the columns, by the line of headings."""
    return max(",;\t", key=head.count)


def _cells(rows: Any, number: int) -> Iterator[tuple[int, str]]:
    """Yield the cells of a column that say something, each with its line."""
    for row in rows:
        text = row[number].strip() if number < len(row) else ""
        if text:
            yield rows.line_num, text


def _time(text: str, separator: str) -> float | None:
    """Return the time that a cell says, or None."""
    if separator != ",":
        text = text.replace(",", ".")
    try:
        time = float(text)
    except ValueError:
        return None
    return time if isfinite(time) and time >= 0 else None
