"""A command as it was given, and the same one with other options: what to give next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

_FLAG = ""
"""The value of an option that has none."""


@dataclass(frozen=True, slots=True)
class GivenCommand:
    """A command line of toc-sim.

    Attributes
    ----------
    words
        What was given after the name of the program.

    Examples
    --------
    >>> from toc_sim.report.given_command import GivenCommand
    >>> given = GivenCommand(("run", "my line.yaml", "--horizon", "40", "-q"))
    >>> given.changed({"--horizon": "4000", "--policies": ""})
    "toc-sim run 'my line.yaml' -q --horizon 4000 --policies"
    """

    words: tuple[str, ...]

    def changed(self, options: Mapping[str, str]) -> str:
        """Return the command with some options, whatever they were before.

        Parameters
        ----------
        options
            Values by option; empty: the option is a flag.
        """
        kept, skips = [], False
        for word in self.words:
            name, equals, _ = word.partition("=")
            if skips:
                skips = False
            elif name in options:
                skips = not equals and options[name] != _FLAG
            else:
                kept.append(word)
        more = [each for pair in options.items() for each in pair if each != _FLAG]
        return shlex.join(("toc-sim", *kept, *more))


RUN, COMPARE = GivenCommand(("run", "FILE")), GivenCommand(("compare", "FILE"))
"""What stands for a command where a question was not asked by one."""
