"""The lesson: the page of a class, in the language that is spoken."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from toc_sim.interface.answer import writing
from toc_sim.interface.trace import replaced_at_end
from toc_sim.language import spoken
from toc_sim.lesson.lesson_page import lesson_page


def write_lesson(output: str | PathLike[str]) -> None:
    """Write the lesson of the paper cups, in the language that is spoken.

    Parameters
    ----------
    output
        The file of HTML to write; it is there whole or not at all.

    Raises
    ------
    TocError
        If it cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from toc_sim import write_lesson
    >>> with TemporaryDirectory() as folder:
    ...     page = Path(folder, "lesson.html")
    ...     write_lesson(page)
    ...     page.stat().st_size < 400_000
    True
    """
    path = Path(output)
    with writing(path), replaced_at_end(path) as beside:
        beside.write_bytes(lesson_page(spoken()).html)
