"""What can be wrong with a user's input, told with place, finding and advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from heapq import nlargest

Path = tuple[str | int, ...]

MOST_SHOWN = 100
"""How many problems one message tells; more are not read."""


class TocError(Exception):
    """Something the user can put right; the base of all errors raised on purpose.

    Its text is the message, with a hint on a line of its own where there is one. Any
    other exception that leaves the package is a fault of the package.

    Examples
    --------
    >>> from toc_sim import ScenarioError, TocError
    >>> issubclass(ScenarioError, TocError)
    True
    """


@dataclass(frozen=True, slots=True)
class Argument:
    """Something that was asked for: an argument in Python, an option of a command.

    Attributes
    ----------
    name
        As Python calls it; empty where the value says what it is.
    value
        As it was given.
    option
        As the command line calls it, if it has another name there.
    """

    name: str
    value: str
    option: str = ""

    def __str__(self) -> str:
        """Write it as Python has it: ``budget=-1``."""
        return "=".join(part for part in (self.name, self.value) if part)

    def as_option(self) -> str:
        """Write it as on a command line: ``--budget -1``."""
        return f"--{self.option or self.name} {self.value}".rstrip()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a scenario, or in what is asked of it.

    Attributes
    ----------
    path
        Where in the document, from its root: ``("stages", "sales", "capacity")``.
    what
        What is wrong, in words, without the place: ``"must be greater than 0"``.
    found
        How the value was written, or None where there is nothing to show.
    hint
        What to write instead, or None.
    at_key
        Whether the key itself is at fault, rather than its value.
    place
        ``file:line:column`` once known, else an empty string.
    asked
        What was asked for that is at fault, if it is not the file.
    """

    path: Path
    what: str
    found: str | None = None
    hint: str | None = None
    at_key: bool = False
    place: str = ""
    asked: tuple[Argument, ...] = ()

    def __str__(self) -> str:
        """Write the problem as one line, with its hint on a second."""
        found = f" (found {self.found})" if self.found is not None else ""
        given = " ".join(map(str, self.asked))
        where = [part for part in (given, self.place, written(self.path)) if part]
        line = visible(": ".join((*where, f"{self.what}{found}")))
        return f"{line}\n    hint: {visible(self.hint)}" if self.hint else line


class ScenarioError(TocError):
    """A scenario that cannot be used, with everything that is wrong in it.

    Attributes
    ----------
    problems
        All of them, in the order of the file.

    Examples
    --------
    >>> from toc_sim import ScenarioError, load
    >>> try:
    ...     load("scenarios/paper_cups.yaml", {"machine_2.capacity": "-1"})
    ... except ScenarioError as error:
    ...     print(error.problems[0].what)
    must be greater than 0
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        unsaid = len(self.problems) - len(lines)
        if unsaid:
            lines.append(f"... and {unsaid} more")
        super().__init__("\n".join(lines))


class QuestionError(TocError):
    """A question that has no answer as it was asked.

    Parameters
    ----------
    argument
        What was asked for.
    what
        What is wrong with it.
    hint
        What to ask instead, or None.

    Attributes
    ----------
    problems
        The one problem.

    Examples
    --------
    >>> from toc_sim.errors import Argument, QuestionError
    >>> print(QuestionError(Argument("budget", "-1"), "must be 0 or more"))
    budget=-1: must be 0 or more
    """

    def __init__(self, argument: Argument, what: str, hint: str | None = None) -> None:
        self.problems = (Problem((), what, hint=hint, asked=(argument,)),)
        super().__init__(str(self.problems[0]))


class SimulationError(TocError):
    """A valid scenario from whose run nothing can be concluded."""


@contextmanager
def needs(library: str, extra: str, what: str) -> Iterator[None]:
    """Say how to install a library that is not, where the block inside imports it.

    Parameters
    ----------
    library
        As people call it: ``XlsxWriter``.
    extra
        Of this package, which installs it: ``excel``.
    what
        Needs it: ``"reading a workbook"``.

    Raises
    ------
    TocError
        If it is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise TocError(
            f"{what} needs {library}, which is not installed\n"
            f"    hint: pip install 'toc-sim[{extra}]'"
        ) from error


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean 'x'?`` for the known word most like *word*, or None.

    Parameters
    ----------
    word
        As the user wrote it.
    known
        The words that may stand there.
    """
    close = closest(word, known)
    return f"did you mean '{close}'?" if close else None


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like *word*, or None where none is like it.

    Parameters
    ----------
    word
        As the user wrote it.
    known
        The words that may stand there.

    Examples
    --------
    >>> from toc_sim.errors import closest
    >>> closest("machine2", ["machine_1", "machine_2", "sales"])
    'machine_2'
    """
    words = list(known)
    folded = word.casefold()
    same = next((each for each in words if each.casefold() == folded), None)
    if same is not None:
        return same
    if len(words) > MOST_COMPARED:
        words = nlargest(MOST_COMPARED, words, key=partial(_likeness, word))
    close = get_close_matches(word[:LONGEST_WORD], words, n=1, cutoff=0.6)
    return close[0] if close else None


MOST_COMPARED = 100
"""How many words are compared letter by letter, which is slow."""

LONGEST_WORD = 200
"""No word that we know is longer [characters]."""


def _likeness(word: str, other: str) -> int:
    """Return how many letters two words share at their beginnings and ends."""
    shortest = min(len(word), len(other))
    ahead = 0
    while ahead < shortest and word[ahead] == other[ahead]:
        ahead += 1
    behind = 0
    while behind < shortest - ahead and word[-1 - behind] == other[-1 - behind]:
        behind += 1
    return ahead + behind


def unknown_name(path: Path, none: str, name: str, known: Iterable[str]) -> Problem:
    """Return the problem of a name that does not exist: ``no tool is called 'x'``.

    Parameters
    ----------
    path
        Where in the document the name stands, or would stand.
    none
        Begins the sentence: ``no tool``.
    name
        As the user wrote it.
    known
        The names that there are.
    """
    return Problem(path, f"{none} is called {quoted(name)}", hint=nearest(name, known))


def of_entry(path: Path, what: str, hint: str) -> Problem:
    """Return the problem of an entry as a whole, told where its key is written."""
    return Problem(path, what, hint=hint, at_key=True)


def written(path: Path) -> str:
    """Return a path as messages write it: ``stages.sales.capacity``, ``flow[2]``.

    Parameters
    ----------
    path
        From the root of the document: names of keys, and places in lists from 0.

    Examples
    --------
    >>> from toc_sim.errors import written
    >>> written(("stages", "sales", "capacity")), written(("flow", 2))
    ('stages.sales.capacity', 'flow[2]')
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            word = visible(part) if part else "''"
            text += f".{word}" if text else word
    return text


def visible(text: str) -> str:
    """Return a text with all that a terminal cannot show written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


LONGEST_QUOTE = 60
"""What is shown of a text at most, the three dots included [characters]."""


def quoted(text: str) -> str:
    """Return a text in quotes, made visible and cut where it is very long."""
    seen = visible(text)
    return (
        f"'{seen}'"
        if len(seen) <= LONGEST_QUOTE
        else f"'{seen[: LONGEST_QUOTE - 3]}...'"
    )


def shown(value: object) -> str | None:
    """Return a value as messages quote it; None for what is too large to quote.

    Parameters
    ----------
    value
        As it was read from the file.
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float | int):
        return f"{value:.10g}"
    return None
