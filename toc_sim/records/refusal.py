"""Why a file of records cannot be read: where it goes wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toc_sim.errors import Problem, TocError, quoted


class RecordsError(TocError):
    """Records that cannot be read, or not without guessing what they mean.

    Parameters
    ----------
    problems
        All that is known to be wrong, in the order of the file.

    Attributes
    ----------
    problems
        The same.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def refused(
    path: Path,
    what: str,
    *,
    at: tuple[int, ...] = (),
    found: str | None = None,
    hint: str | None = None,
) -> RecordsError:
    """Return the error of one thing that is wrong in a file.

    Parameters
    ----------
    path
        Of the file.
    what
        What is wrong, in words, without the place.
    at
        Line, and column if it is known, both from 1; empty: the file as a whole.
    found
        What stands there, as it is written.
    hint
        What to do about it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from toc_sim.records.refusal import refused
    >>> print(refused(Path("deals.csv"), "is no text", at=(3, 7), found="x"))
    deals.csv:3:7: is no text (found 'x')
    """
    place = ":".join(map(str, (path, *at)))
    shown = None if found is None else quoted(found)
    return RecordsError([Problem((), what, shown, hint, place=place)])


def unopened(path: Path, error: OSError) -> RecordsError:
    """Return the error of a file that the system does not let us read.

    Parameters
    ----------
    path
        Of the file.
    error
        As it was raised.
    """
    if isinstance(error, FileNotFoundError):
        return refused(path, "there is no such file")
    if isinstance(error, IsADirectoryError):
        return refused(path, "is a folder, not a file", hint="name one file in it")
    reason = (error.strerror or str(error)).lower()
    return refused(path, f"cannot be read: {reason}")
